import { z } from "zod";
import type { OrgDocument } from "../store/org-documents.ts";
import { type ApiCall, type Endpoint, readBody } from "./api-call.ts";
import { wholeSeconds } from "./okta-time.ts";
import { documentEndpoints, linkTo, refuseNamesake } from "./org-document-endpoints.ts";

const originBody = z.looseObject({
  name: z.string().min(1).max(255),
  origin: z.url(),
  scopes: z
    .array(
      z.looseObject({
        type: z.enum(["CORS", "REDIRECT", "IFRAME_EMBED"]),
        allowedOktaApps: z.array(z.string()).optional(),
      }),
    )
    .min(1),
});

/** The status is nothing that a request can set. */
function readOrigin(call: ApiCall, before: OrgDocument | undefined) {
  const { name, origin, scopes } = readBody(call, originBody, "trustedOrigin");
  refuseNamesake(call, "trusted-origin", name, before);
  const shown = scopes.map(({ type, allowedOktaApps }) => ({
    type,
    ...(allowedOktaApps === undefined ? {} : { allowedOktaApps }),
  }));
  return { name, status: before?.status ?? ("ACTIVE" as const), document: { origin, scopes: shown } };
}

/** Trusted origins. No browser comes here from other origins, so that they allow nothing. */
export const TRUSTED_ORIGIN_ENDPOINTS: readonly Endpoint[] = documentEndpoints({
  kind: "trusted-origin",
  path: "/api/v1/trustedOrigins",
  parameter: "trustedOriginId",
  prefix: "tos",
  resource: "TrustedOrigin",
  scope: "okta.trustedOrigins",
  pages: { default: 20, max: 200 },
  keepsTime: false,
  deletedInactive: false,
  read: readOrigin,
  present: ({ id, name, status, document, created, createdBy, lastUpdated, lastUpdatedBy }) => ({
    id,
    name,
    origin: document["origin"] ?? null,
    scopes: document["scopes"] ?? [],
    status,
    created: wholeSeconds(created),
    createdBy,
    lastUpdated: wholeSeconds(lastUpdated),
    lastUpdatedBy,
  }),
  links: (href) => ({ first: { self: linkTo(href, "GET", "PUT", "DELETE") }, last: {} }),
});
