import { createHash, createHmac } from "node:crypto";
import type { ConnectionPlan } from "../spec/plan-types.ts";

/** What a token belongs to. A new `version` is a new token. */
export interface TokenSubject {
  readonly stack: string;
  /** The app's tenant in the bundled server, which stays when the spec's file is renamed. */
  readonly tenant: string;
  readonly version: number;
}

/** The token that Okta presents at the bundled server: derived, so that nobody has to keep it, and different for each stack, tenant and version. */
export function deriveConnectionToken(tokenKey: string, { stack, tenant, version }: TokenSubject): string {
  return createHmac("sha256", tokenKey).update(`${stack}/${tenant}/v${version}`).digest("base64url");
}

/**
 * The token as it is typed in Okta. With header authentication Okta sends it as it is, so the scheme belongs to it
 * (https://developer.okta.com/docs/guides/scim-provisioning-integration-prepare/main/).
 */
export function toOktaToken(authentication: ConnectionPlan["authentication"], token: string): string {
  return authentication === "header" ? `Bearer ${token}` : token;
}

/** The whole value of the `Authorization` header by which a request authenticates at the app's SCIM server. */
export function toAuthorization({ authentication, username }: ConnectionPlan, token: string): string {
  return authentication === "basic"
    ? `Basic ${Buffer.from(`${username ?? ""}:${token}`).toString("base64")}`
    : `Bearer ${token}`;
}

/** What the bundled server keeps of a credential: the SHA-256, in hex, of what follows the scheme (for basic: of `user:password`). */
export function hashCredential({ authentication, username }: ConnectionPlan, token: string): string {
  const credential = authentication === "basic" ? `${username ?? ""}:${token}` : token;
  return createHash("sha256").update(credential).digest("hex");
}
