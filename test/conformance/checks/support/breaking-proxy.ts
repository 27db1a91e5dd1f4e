import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { request } from "undici";

export interface ProxiedRequest {
  readonly method: string;
  /** Path with query, decoded. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface ProxiedAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Answers in the server's place, or sends a changed request on, or changes what the server answers. */
export type Breakage = (
  request: ProxiedRequest,
  forward: (changed?: Partial<ProxiedRequest>) => Promise<ProxiedAnswer>,
) => Promise<ProxiedAnswer>;

/** A proxy in front of a SCIM server that breaks it in just one way. */
export class BreakingProxy {
  readonly #server: Server;
  readonly #target: () => string;
  #breakage: Breakage | undefined;

  constructor(target: () => string) {
    this.#target = target;
    this.#server = createServer((incoming, outgoing) => void this.#handle(incoming, outgoing));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get #port(): number {
    const address = this.#server.address();
    if (!isAddressInfo(address)) throw new Error("the proxy does not listen");
    return address.port;
  }

  async listen(port = 0): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
  }

  /** Breaks the server while `work` runs. */
  async broken<Value>(breakage: Breakage, work: () => Promise<Value>): Promise<Value> {
    this.#breakage = breakage;
    try {
      return await work();
    } finally {
      this.#breakage = undefined;
    }
  }

  /** Refuses connections while `work` runs. */
  async unreachable<Value>(work: () => Promise<Value>): Promise<Value> {
    const port = this.#port;
    await this.close();
    try {
      return await work();
    } finally {
      await this.listen(port);
    }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      const asked = await readRequest(incoming);
      const forward = (changed: Partial<ProxiedRequest> = {}) =>
        this.#forward({ ...asked, ...changed }, incoming.url ?? "/", changed);
      const answer = await (this.#breakage === undefined ? forward() : this.#breakage(asked, forward));
      outgoing.writeHead(
        answer.status,
        answer.contentType === "" ? {} : { "content-type": answer.contentType },
      );
      outgoing.end(answer.body);
    } catch {
      outgoing.destroy();
    }
  }

  async #forward(
    asked: ProxiedRequest,
    rawTarget: string,
    changed: Partial<ProxiedRequest>,
  ): Promise<ProxiedAnswer> {
    const headers = Object.fromEntries(
      Object.entries(asked.headers).filter(([name, value]) => value !== undefined && !hopByHop.has(name)),
    );
    const answer = await request(
      this.#target() + (changed.target === undefined ? rawTarget : encodeURI(changed.target)),
      {
        method: changed.method === undefined ? readMethod(asked.method) : readMethod(changed.method),
        headers,
        body: (changed.body ?? asked.body) === "" ? null : (changed.body ?? asked.body),
      },
    );
    return {
      status: answer.statusCode,
      contentType: String(answer.headers["content-type"] ?? ""),
      body: await answer.body.text(),
    };
  }
}

const hopByHop = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "accept-encoding",
  "keep-alive",
]);
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

function readMethod(method: string): (typeof methods)[number] {
  return methods.find((known) => known === method) ?? "GET";
}

async function readRequest(incoming: IncomingMessage): Promise<ProxiedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return {
    method: incoming.method ?? "GET",
    target: decodeURIComponent(incoming.url ?? "/"),
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, value?.toString()]),
    ),
    body: Buffer.concat(chunks).toString("utf8"),
  };
}

function isAddressInfo(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}
