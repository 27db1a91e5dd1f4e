import type { IncomingMessage } from "node:http";
import { ScimError } from "../scim-error.ts";

/** What is wrong with a request before any route looks at it; undefined for nearly all. */
export function refuseMalformed({
  headers,
  httpVersion,
  rawHeaders,
  url,
}: IncomingMessage): ScimError | undefined {
  if (headers.host === undefined && httpVersion === "1.1") {
    return new ScimError(400, "A request of HTTP/1.1 needs a Host header.");
  }
  // RFC 9112 section 3.2; Node takes the first, a proxy in front may have taken the last.
  if (hasTwoHosts(rawHeaders)) return new ScimError(400, "A request may have one Host header only.");
  const coding = headers["transfer-encoding"];
  if (coding !== undefined && coding.toLowerCase() !== "chunked") {
    // RFC 9112 section 6.1; Node undoes the last coding, which is chunked, and takes no notice of the others.
    return new ScimError(501, "This server understands no transfer coding but chunked.");
  }
  // PostgreSQL can't hold NUL in text, not even to look for it.
  if (url?.includes("%00") === true) return ScimError.invalidValue("A URL must not contain NUL characters.");
  return undefined;
}

function hasTwoHosts(rawHeaders: readonly string[]): boolean {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === "host") hosts += 1;
  }
  return hosts > 1;
}
