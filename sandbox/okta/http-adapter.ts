import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Answer, IncomingRequest } from "./http.ts";
import { OktaApiError } from "./management-api/okta-error.ts";

/** Largest request body, in bytes (a logo may have 1 MB). */
const MAX_BODY = 5_000_000;

/** Begins to listen on loopback; returns the address. */
export async function listenOnLoopback(server: Server, port: number): Promise<string> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server listens on no TCP port");
  return `http://127.0.0.1:${address.port}`;
}

/** Reads a request completely. Throws 413 for a body that is too large. */
export async function readRequest(message: IncomingMessage, orgUrl: string): Promise<IncomingRequest> {
  // Clients behind http_proxy send the whole URL; its host is theirs, not the org's.
  const target = new URL(message.url ?? "/", orgUrl);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes: Buffer = chunk;
    size += bytes.length;
    if (size > MAX_BODY) throw new OktaApiError(413, "E0000003", "The request body was not well-formed.");
    chunks.push(bytes);
  }
  return {
    method: message.method ?? "GET",
    path: target.pathname,
    segments: target.pathname
      .split("/")
      .filter((part) => part !== "")
      .map(decodeSegment),
    query: target.searchParams,
    headers: Object.fromEntries(
      Object.entries(message.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(", ") : value,
      ]),
    ),
    body: Buffer.concat(chunks),
    remoteAddress: message.socket.remoteAddress ?? "",
    requestId: randomBytes(18).toString("base64url"),
    orgUrl,
  };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Sends an answer with the headers that every answer has; its own win. */
export async function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  common: Readonly<Record<string, string>>,
): Promise<void> {
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries({ ...common, ...answer.headers })) {
    response.setHeader(name, typeof value === "string" ? value : [...value]);
  }
  const { body } = answer;
  if (body === undefined || typeof body === "string" || body instanceof Uint8Array) {
    response.end(body);
    return;
  }
  for await (const part of body) {
    if (response.destroyed) return;
    if (!response.write(part)) await once(response, "drain");
  }
  response.end();
}
