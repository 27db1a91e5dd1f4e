import { hash, timingSafeEqual } from "node:crypto";
import type { Tenant, Token } from "../config/tenant.ts";

const maxRemembered = 64;

/** Headers that were good before, by tenant. A tenants file that is read again makes new tenants, and so forgets them. */
const remembered = new WeakMap<Tenant, Map<string, Token>>();

/**
 * Which of the tenant's tokens the Authorization header carries; undefined for none. Every token is compared, in
 * constant time, so that timing tells neither a token nor how many there are. A header that was good before is known
 * again without hashing it, by a map of such headers only: a guess that is not the same in every character is none of
 * its keys, and its map looks keys up by a hash that is seeded anew in each process.
 */
export function authenticate(
  tenant: Tenant,
  authorization: string | undefined,
  now: number,
): Token | undefined {
  const known = authorization === undefined ? undefined : remembered.get(tenant)?.get(authorization);
  if (known !== undefined && isValid(known, now)) return known;
  const credential = readCredential(tenant, authorization);
  const digest = Buffer.from(hash("sha256", credential ?? "", "hex"), "hex");
  let found: Token | undefined;
  for (const token of tenant.tokens) {
    const equal = timingSafeEqual(token.sha256, digest);
    if (equal && isValid(token, now)) found = token;
  }
  if (credential === undefined || authorization === undefined || found === undefined) return undefined;
  remember(tenant, authorization, found);
  return found;
}

function isValid(token: Token, now: number): boolean {
  return token.expiresAt === undefined || now < token.expiresAt;
}

function remember(tenant: Tenant, authorization: string, token: Token): void {
  const headers = remembered.get(tenant) ?? new Map<string, Token>();
  // One token can be spelled in many ways, with more spaces and in any case of the scheme.
  if (headers.size >= maxRemembered) headers.clear();
  remembered.set(tenant, headers.set(authorization, token));
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
