import { createHmac, timingSafeEqual } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Delivery {
  readonly id: string;
  readonly accepted: boolean;
  readonly message: { readonly sequence: number; readonly type: string };
}

const secret = "signing-secret";

/** An application that takes webhooks: it checks signatures as Standard Webhooks says, and refuses as it is told. */
export class WebhookReceiver {
  readonly deliveries: Delivery[] = [];
  /** Ids that are answered 500. */
  readonly refused = new Set<string>();
  /** Deliveries whose signature or time was wrong. */
  forged = 0;
  readonly #server: Server;
  readonly #secretFile: string;

  constructor() {
    this.#secretFile = join(mkdtempSync(join(tmpdir(), "scim-webhook-")), "secret");
    writeFileSync(this.#secretFile, `${secret}\n`);
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => response.writeHead(this.#receive(request, Buffer.concat(chunks))).end());
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", () => resolve()));
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** For the tenants file. */
  webhook(id: string, more: Readonly<Record<string, unknown>> = {}): object {
    const address = this.#server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    return { id, url: `http://127.0.0.1:${port}/hook`, secretFile: this.#secretFile, ...more };
  }

  get acceptedIds(): readonly string[] {
    return this.deliveries.filter(({ accepted }) => accepted).map(({ id }) => id);
  }

  #receive(request: IncomingMessage, body: Buffer): number {
    const id = String(request.headers["webhook-id"]);
    const timestamp = String(request.headers["webhook-timestamp"]);
    const signed = createHmac("sha256", secret).update(`${id}.${timestamp}.${body}`).digest("base64");
    const given = Buffer.from(String(request.headers["webhook-signature"]));
    const expected = Buffer.from(`v1,${signed}`);
    const isFresh = Math.abs(Date.now() / 1000 - Number(timestamp)) < 300;
    if (given.length !== expected.length || !timingSafeEqual(given, expected) || !isFresh) {
      this.forged += 1;
      return 401;
    }
    const message = JSON.parse(body.toString()) as Delivery["message"];
    const accepted = !this.refused.has(id);
    this.deliveries.push({ id, accepted, message });
    return accepted ? 204 : 500;
  }
}
