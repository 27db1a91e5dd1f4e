import type { FastifyReply, FastifyRequest } from "fastify";
import { authenticate, challengeOf } from "../authentication/authenticate.ts";
import type { FailureLimiter } from "../authentication/failure-limiter.ts";
import type { RateLimiter } from "../authentication/rate-limiter.ts";
import type { Tenant, Token } from "../config/tenant.ts";
import type { TenantRegistry } from "../config/tenant-registry.ts";
import { ScimError } from "../scim-error.ts";

/** What access is decided by. */
export interface AccessParts {
  readonly tenants: TenantRegistry;
  readonly failures: FailureLimiter;
  readonly rates: RateLimiter;
}

/** An authenticated caller of a tenant. */
export interface TenantAccess {
  readonly tenant: Tenant;
  readonly token: Token;
}

declare module "fastify" {
  interface FastifyRequest {
    /** Set by {@link grantAccess} before any handler of a tenant's routes runs. */
    access: TenantAccess | null;
  }
}

/** The caller, if the credential is one of those read last. Throws {@link ScimError} 429 for too many requests. */
export function findAccess(parts: AccessParts, request: FastifyRequest): TenantAccess | undefined {
  const tenant = findTenant(parts.tenants, request);
  if (tenant === undefined) return undefined;
  const token = authenticate(tenant, request.headers.authorization, Date.now());
  if (token === undefined) return undefined;
  limitRate(parts.rates, tenant, token);
  return { tenant, token };
}

/**
 * Finds the tenant of the path and checks the credential, before the body is read; what is not known may have been
 * written to the tenants file a moment ago. Throws {@link ScimError}: 404 for an unknown tenant, 401 for a bad
 * credential, 429 when the address has sent too many bad ones or the token too many requests.
 */
export async function grantAccess(
  parts: AccessParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<TenantAccess> {
  const known = findAccess(parts, request);
  if (known !== undefined) return known;
  await parts.tenants.recheck();
  const access = findAccess(parts, request);
  if (access !== undefined) return access;
  const wait = parts.failures.recordFailure(request.ip, performance.now());
  if (wait !== undefined) {
    const headers = { "retry-after": String(wait) };
    throw new ScimError(
      429,
      "Too many requests without a valid credential; wait before the next.",
      undefined,
      headers,
    );
  }
  const tenant = findTenant(parts.tenants, request);
  if (tenant === undefined) throw ScimError.notFound("There is no such tenant.");
  reply.header("www-authenticate", challengeOf(tenant));
  throw new ScimError(401, "The Authorization header carries no valid credential.");
}

function findTenant(tenants: TenantRegistry, request: FastifyRequest): Tenant | undefined {
  const name = readPathParameter(request.params, "tenant");
  return name === undefined ? tenants.findOnly() : tenants.find(name);
}

function limitRate(rates: RateLimiter, tenant: Tenant, token: Token): void {
  if (tenant.rateLimit === undefined) return;
  const wait = rates.take(`${tenant.name} ${token.id}`, tenant.rateLimit, performance.now());
  if (wait === undefined) return;
  throw new ScimError(429, "This token has sent too many requests.", undefined, {
    "retry-after": String(wait),
  });
}

/** A parameter of the matched path. */
export function readPathParameter(parameters: unknown, name: string): string | undefined {
  if (typeof parameters !== "object" || parameters === null) return undefined;
  const value: unknown = Reflect.get(parameters, name);
  return typeof value === "string" ? value : undefined;
}

/** The access that the route's hook granted. */
export function accessOf(request: FastifyRequest): TenantAccess {
  if (request.access === null) throw new TypeError("the route has no access check");
  return request.access;
}
