import type { OktaErrorDetails } from "./okta-error.ts";

/** What to do for each of Okta's error codes that users of this project meet. */
const remedyByErrorCode: Readonly<Record<string, string>> = {
  E0000001: "Okta found a value invalid: the causes name it. Correct the spec.",
  E0000003:
    "The request's body was not understood. This is a defect of okta-scim: report it with the request id.",
  E0000004: "The credentials are wrong: check the API token or the service app's key.",
  E0000006:
    "The credential lacks the permission: give its administrator the role that covers this resource (Application administrator and Group administrator for okta-scim).",
  E0000007:
    "The thing was deleted or belongs to another org: compare the id with the admin console, then run `pulumi refresh`.",
  E0000011:
    "The API token is invalid, expired (30 days without use) or of another org: create one under Security > API > Tokens and set it.",
  E0000015:
    "The org does not have the feature: ask Okta's support to enable it (Lifecycle Management for provisioning).",
  E0000022: "The endpoint does not take this method: the org may be of an older release.",
  E0000024: "Okta does not allow this operation on the app in its present state: activate it first.",
  E0000038: "The person's status does not allow the operation: look at the person in the admin console.",
  E0000047: "The org's rate limit is used up: wait a minute, or give okta-scim a smaller share of it.",
  E0000056: "Only an inactive app can be deleted: deactivate it first.",
};

/**
 * The remedy for a refused request: by Okta's error code, else by the HTTP status. A missing OAuth scope is named where the
 * `WWW-Authenticate` header tells it.
 */
export function findOktaRemedy(details: OktaErrorDetails): string {
  if (details.status === 403 && mentionsScope(details)) {
    return `The service app's access token lacks a scope${nameScope(details)}: grant it on the app's "Okta API Scopes" tab and ask for it in the configuration.`;
  }
  const byCode = details.errorCode === undefined ? undefined : remedyByErrorCode[details.errorCode];
  if (byCode !== undefined) return byCode;
  if (details.status === 401) return remedyByErrorCode["E0000011"] ?? "";
  if (details.status === 403) return remedyByErrorCode["E0000006"] ?? "";
  if (details.status === 404) return remedyByErrorCode["E0000007"] ?? "";
  if (details.status === 429) return remedyByErrorCode["E0000047"] ?? "";
  if (details.status >= 500) {
    return "Okta failed: look at status.okta.com and try again; give the request id to Okta's support if it stays.";
  }
  return "Look the error code up at developer.okta.com/docs/reference/error-codes.";
}

function mentionsScope(details: OktaErrorDetails): boolean {
  return /insufficient_scope|scope/i.test(`${details.challenge ?? ""} ${details.errorSummary ?? ""}`);
}

function nameScope(details: OktaErrorDetails): string {
  const scopes = /scope="([^"]+)"/.exec(details.challenge ?? "")?.[1] ?? scopeOfPath(details.request);
  return scopes === undefined ? "" : ` (${scopes})`;
}

function scopeOfPath(request: string): string | undefined {
  const right = request.startsWith("GET ") ? "read" : "manage";
  if (request.includes("/group-push/")) return `okta.apps.${right} okta.groups.${right}`;
  if (request.includes("/meta/schemas/")) return `okta.schemas.${right}`;
  const family = /\/api\/v1\/(apps|groups|users|mappings|logs)\b/.exec(request)?.[1];
  if (family === undefined) return undefined;
  return `okta.${family === "mappings" ? "profileMappings" : family}.${right}`;
}
