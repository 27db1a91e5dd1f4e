import { ScimError } from "../scim-error.ts";

const detailsByStatus: ReadonlyMap<number, string> = new Map([
  [415, "The body must be application/scim+json or application/json."],
  [503, "The server is busy or stopping; try again."],
]);

/** A request whose route has been found. */
interface Limited {
  readonly routeOptions: { readonly bodyLimit: number };
}

/**
 * The SCIM answer for whatever a request failed with: Okta can show no other body than a SCIM one. Errors that are
 * not meant for clients become a 500 that says nothing of their cause. The route of `request` knows how many bytes a
 * body may have, which whoever exceeds it must be told (RFC 7644 section 3.7.4).
 */
export function toScimError(error: unknown, request?: Limited): ScimError {
  if (error instanceof ScimError) return error;
  const status = statusOf(error);
  if (status === undefined || status >= 500) {
    const busy = status === 503;
    return new ScimError(
      busy ? 503 : 500,
      busy ? (detailsByStatus.get(503) ?? "") : "The server could not process the request.",
      undefined,
      busy ? { "retry-after": "5" } : {},
    );
  }
  if (status === 413) return new ScimError(413, tooLarge(request));
  const detail = detailsByStatus.get(status) ?? "The request cannot be understood.";
  return new ScimError(status, detail, status === 400 ? "invalidSyntax" : undefined);
}

function tooLarge(request: Limited | undefined): string {
  if (request === undefined) return "The request body is too large.";
  return `The request body is larger than ${request.routeOptions.bodyLimit} bytes.`;
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("statusCode" in error)) return undefined;
  return typeof error.statusCode === "number" && error.statusCode >= 400 ? error.statusCode : undefined;
}
