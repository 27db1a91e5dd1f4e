import { isUtf8 } from "node:buffer";
import type { FastifyInstance } from "fastify";
import { type JsonValue, parseUntrustedJson } from "../json.ts";
import { ScimError } from "../scim-error.ts";

/** What a request's body may have. */
export const jsonLimits = { maxDepth: 20, maxKeys: 200_000 };

/** US-ASCII is a part of UTF-8. JSON has no other encoding between systems (RFC 8259 section 8.1). */
const readableCharset = /;\s*charset\s*=\s*"?(?:utf-?8|us-ascii)"?\s*(?:;|$)/i;

/** Has the server read bodies of SCIM's media type, and of JSON's general one, and no others. */
export function readJsonBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<Buffer>(
    ["application/json", "application/scim+json"],
    { parseAs: "buffer" },
    (request, bytes, done) => {
      try {
        done(null, readJsonBody(request.headers, bytes));
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  );
}

/**
 * Reads a body; undefined for an empty one. What is not UTF-8 is refused: read as if it were, names would be stored
 * with replacement characters, and nobody would be told. Throws {@link ScimError} (415, 400 invalidSyntax).
 */
function readJsonBody(
  headers: { readonly "content-type"?: string | undefined; readonly "content-encoding"?: string | undefined },
  bytes: Buffer,
): JsonValue | undefined {
  const { "content-type": type = "", "content-encoding": encoding = "identity" } = headers;
  if (encoding.toLowerCase() !== "identity") {
    // RFC 9110 section 15.5.16: Accept-Encoding tells the client what it may send instead.
    throw new ScimError(415, "The body must not be compressed.", undefined, {
      "accept-encoding": "identity",
    });
  }
  if (/;\s*charset\s*=/i.test(type) && !readableCharset.test(type)) {
    throw new ScimError(415, "The body must be encoded in UTF-8.");
  }
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) throw ScimError.invalidSyntax("The body is not encoded in UTF-8.");
  return parseUntrustedJson(bytes.toString("utf8"), jsonLimits);
}
