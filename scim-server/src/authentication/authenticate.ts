import { hash, timingSafeEqual } from "node:crypto";
import type { Tenant, Token } from "../config/tenant.ts";

/**
 * Which of the tenant's tokens the Authorization header carries; undefined for none. Every token is compared, in
 * constant time, so that timing tells neither a token nor how many there are.
 */
export function authenticate(
  tenant: Tenant,
  authorization: string | undefined,
  now: number,
): Token | undefined {
  const credential = readCredential(tenant, authorization);
  const digest = Buffer.from(hash("sha256", credential ?? "", "hex"), "hex");
  let found: Token | undefined;
  for (const token of tenant.tokens) {
    const equal = timingSafeEqual(token.sha256, digest);
    if (equal && (token.expiresAt === undefined || now < token.expiresAt)) found = token;
  }
  return credential === undefined ? undefined : found;
}

/** Okta's header authentication sends what the administrator typed, which has to be `Bearer <token>`. */
function readCredential(tenant: Tenant, authorization: string | undefined): string | undefined {
  const match = /^(\S+) +(\S+)$/.exec(authorization ?? "");
  const scheme = match?.[1]?.toLowerCase();
  const value = match?.[2];
  if (value === undefined) return undefined;
  if (tenant.authentication !== "basic") return scheme === "bearer" ? value : undefined;
  if (scheme !== "basic") return undefined;
  const decoded = Buffer.from(value, "base64").toString("utf8");
  return decoded.includes(":") ? decoded : undefined;
}

/** The WWW-Authenticate header of a 401. */
export function challengeOf(tenant: Tenant): string {
  const scheme = tenant.authentication === "basic" ? "Basic" : "Bearer";
  return `${scheme} realm="${tenant.name}"`;
}
