import { type Answer, answerJson } from "../http.ts";
import { readEdition } from "../org-edition.ts";
import type { ApiCall, Endpoint } from "./api-call.ts";

/** `/.well-known/okta-organization`: `pipeline` `idx` makes the official provider use access policies. */
function describeOrg(call: ApiCall): Answer {
  const { engine, features } = readEdition(call.store);
  return answerJson(200, {
    id: call.store.orgId,
    cell: "sandbox",
    _links: { organization: { href: call.orgUrl } },
    pipeline: engine === "classic" ? "v1" : "idx",
    settings: {
      analyticsCollectionEnabled: false,
      bugReportingEnabled: true,
      omEnabled: false,
      pssoEnabled: false,
      desktopMFAEnabled: false,
      itpEnabled: features.includes("identityThreatProtection"),
    },
  });
}

/** The org itself. */
export const ORG_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/.well-known/okta-organization", scopes: "public", handle: describeOrg },
];
