import type { ServerResponse } from "node:http";
import type { FastifyReply } from "fastify";
import { mediaTypeFor } from "./media-type.ts";
import type { Answer } from "./scim-request.ts";

/** Characters. Longer answers are not kept waiting: it takes long enough to make the next ones. */
const maxWaitingLength = 4096;

type Body = string | Buffer | undefined;

/** What is written at the end of this turn of the event loop. */
let waiting: { readonly response: ServerResponse; readonly body: Body }[] = [];

/** Sends an answer that a handler took its time for. */
export function sendAnswer(reply: FastifyReply, answer: Answer): void {
  const body = writeHead(reply, answer);
  reply.raw.end(body);
}

/**
 * Sends an answer that was there at once together with the others of this turn of the event loop. A write wakes up who
 * waits for it, which costs three times what the write itself does, and not again while somebody is awake.
 */
export function sendWithOthers(reply: FastifyReply, answer: Answer): void {
  const body = writeHead(reply, answer);
  if (body !== undefined && body.length > maxWaitingLength) {
    sendWaiting();
    reply.raw.end(body);
  } else if (waiting.push({ response: reply.raw, body }) === 1) {
    setImmediate(sendWaiting);
  }
}

function sendWaiting(): void {
  const sent = waiting;
  waiting = [];
  for (const { response, body } of sent) response.end(body);
}

/** Past Fastify's own way of sending, which takes as long as reading a person does. Answers the body to be sent. */
function writeHead(reply: FastifyReply, { status, headers, body }: Answer): Body {
  const { request, raw } = reply;
  // The first two are what the server's hook gives to answers that Fastify sends, such as errors.
  const list = ["x-request-id", request.id, "cache-control", "no-store"];
  for (const name in headers) list.push(name, headers[name] ?? "");
  const bytes = body === undefined ? 0 : Buffer.byteLength(body);
  if (body !== undefined) {
    list.push("content-type", mediaTypeFor(request.headers.accept), "content-length", String(bytes));
  }
  // Throws what no header can hold, while Fastify still answers errors.
  raw.writeHead(status, list);
  reply.hijack();
  if (body === undefined || body.length <= maxWaitingLength) return body;
  // Node makes room for three bytes a character before it writes a text: of a list, that is new memory each time. What
  // is ASCII alone is the same in Latin-1, which is encoded faster.
  return Buffer.from(body, bytes === body.length ? "latin1" : "utf8");
}
