import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer, type ServerOptions } from "node:https";
import type { AddressInfo, Server } from "node:net";
import type { TlsOptions } from "node:tls";
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

/** A TLS proxy in front of a SCIM server that breaks it in just one way. */
export class BreakingProxy {
  readonly #target: string;
  readonly #tls: ServerOptions;
  #server: Server;
  readonly #port: number;
  #breakage: Breakage | undefined;

  private constructor(target: string, tls: ServerOptions, server: Server, port: number) {
    this.#target = target;
    this.#tls = tls;
    this.#server = server;
    this.#port = port;
  }

  /** Listens on a free port of localhost with this certificate and key. */
  static async start(target: string, tls: ServerOptions): Promise<BreakingProxy> {
    const server = createServer(tls);
    const port = await listen(server, 0);
    const proxy = new BreakingProxy(target, tls, server, port);
    server.on("request", proxy.#handle);
    return proxy;
  }

  get url(): string {
    return `https://localhost:${this.#port}`;
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
    await this.close();
    try {
      return await work();
    } finally {
      await this.#listenAgain(this.#tls);
    }
  }

  /** Shakes hands otherwise while `work` runs: with another certificate, by other versions. */
  async shakingHandsBy<Value>(tls: TlsOptions, work: () => Promise<Value>): Promise<Value> {
    await this.close();
    await this.#listenAgain({ ...this.#tls, ...tls });
    return this.#untilReset(work);
  }

  /** Speaks no TLS while `work` runs. */
  async unencrypted<Value>(work: () => Promise<Value>): Promise<Value> {
    await this.close();
    this.#server = createPlainServer(this.#handle);
    await listen(this.#server, this.#port);
    return this.#untilReset(work);
  }

  async close(): Promise<void> {
    const server = this.#server;
    if ("closeAllConnections" in server && typeof server.closeAllConnections === "function")
      server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  async #untilReset<Value>(work: () => Promise<Value>): Promise<Value> {
    try {
      return await work();
    } finally {
      await this.close();
      await this.#listenAgain(this.#tls);
    }
  }

  async #listenAgain(tls: ServerOptions): Promise<void> {
    this.#server = createServer(tls, this.#handle);
    await listen(this.#server, this.#port);
  }

  readonly #handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
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
  };

  async #forward(
    asked: ProxiedRequest,
    rawTarget: string,
    changed: Partial<ProxiedRequest>,
  ): Promise<ProxiedAnswer> {
    const headers = Object.fromEntries(
      Object.entries(asked.headers).filter(([name, value]) => value !== undefined && !hopByHop.has(name)),
    );
    const answer = await request(
      this.#target + (changed.target === undefined ? rawTarget : encodeURI(changed.target)),
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

/** Answers the port. */
async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address: AddressInfo | string | null = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the proxy does not listen");
  return address.port;
}
