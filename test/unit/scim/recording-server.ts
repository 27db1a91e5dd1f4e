import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: unknown;
}

export interface ScriptedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | object;
  /** Closes the socket instead of answering. */
  readonly hangUp?: boolean;
  readonly delayMs?: number;
  /** Called just before the answer goes out: until then the client can't have sent the next request on this answer's account. */
  readonly onAnswer?: () => void;
}

/** A loopback HTTP server that records every request and answers what `respond` says. */
export class RecordingServer implements AsyncDisposable {
  readonly requests: RecordedRequest[] = [];
  respond: (request: RecordedRequest) => ScriptedAnswer = () => ({ status: 404, body: {} });
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      const recorded: RecordedRequest = {
        method: request.method ?? "",
        path: request.url ?? "",
        headers: request.headers,
        rawHeaders: request.rawHeaders,
        body: text === "" ? undefined : JSON.parse(text),
      };
      this.requests.push(recorded);
      const answer = this.respond(recorded);
      if (answer.hangUp === true) {
        request.socket.destroy();
        return;
      }
      const isText = typeof answer.body === "string" || answer.body instanceof Buffer;
      const payload = answer.body === undefined || isText ? answer.body : JSON.stringify(answer.body);
      setTimeout(() => {
        answer.onAnswer?.();
        response.writeHead(answer.status, { "content-type": "application/scim+json", ...answer.headers });
        response.end(payload);
      }, answer.delayMs ?? 0);
    });
  });

  static async start(): Promise<RecordingServer> {
    const server = new RecordingServer();
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get url(): string {
    const address = this.#server.address();
    if (!isAddressInfo(address)) throw new Error("the recording server does not listen");
    return `http://127.0.0.1:${address.port}/scim/v2`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

function isAddressInfo(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}
