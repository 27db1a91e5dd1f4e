import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { ScimError } from "../scim-error.ts";

/** What the HTTP parser gives up with, before there is a request that a route could answer. */
interface ParserError extends Error {
  readonly code?: string;
}

const answers: ReadonlyMap<string, readonly [status: number, detail: string]> = new Map([
  ["HPE_HEADER_OVERFLOW", [431, "The request line and headers are too large; use POST /.search."]],
  ["ERR_HTTP_REQUEST_TIMEOUT", [408, "The request did not come in time."]],
]);

/** Answers what is no HTTP request with a SCIM error as well, and closes the connection. */
export function answerClientError(error: ParserError, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, detail] = answers.get(error.code ?? "") ?? [400, "This is no valid HTTP request."];
  const body = new ScimError(status, detail).toBody();
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "content-type: application/scim+json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

/** Answers a request whose Expect is anything but 100-continue (RFC 9110 section 10.1.1). */
export function refuseExpectation(_request: IncomingMessage, response: ServerResponse): void {
  const error = new ScimError(417, "This server meets no expectation but 100-continue.");
  response.writeHead(417, { "content-type": "application/scim+json; charset=utf-8", connection: "close" });
  response.end(error.toBody());
}
