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

/**
 * Finds the tenant of the path and checks the credential, before the body is read. Throws {@link ScimError}: 404 for
 * an unknown tenant, 401 for a bad credential, 429 when the address has sent too many bad ones or the token too many
 * requests.
 */
export async function grantAccess(
  { tenants, failures, rates }: AccessParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<TenantAccess> {
  const name = tenantName(request.params);
  const find = (): Tenant | undefined => (name === undefined ? tenants.findOnly() : tenants.find(name));
  const check = (tenant: Tenant | undefined): Token | undefined =>
    tenant === undefined ? undefined : authenticate(tenant, request.headers.authorization, Date.now());
  let tenant = find();
  let token = check(tenant);
  if (token === undefined) {
    await tenants.recheck();
    tenant = find();
    token = check(tenant);
  }
  if (tenant !== undefined && token !== undefined) {
    limitRate(rates, tenant, token);
    return { tenant, token };
  }
  const wait = failures.recordFailure(request.ip, Date.now());
  if (wait !== undefined) {
    const headers = { "retry-after": String(wait) };
    throw new ScimError(
      429,
      "Too many requests without a valid credential; wait before the next.",
      undefined,
      headers,
    );
  }
  if (tenant === undefined) throw ScimError.notFound("There is no such tenant.");
  reply.header("www-authenticate", challengeOf(tenant));
  throw new ScimError(401, "The Authorization header carries no valid credential.");
}

function limitRate(rates: RateLimiter, tenant: Tenant, token: Token): void {
  if (tenant.rateLimit === undefined) return;
  const wait = rates.take(`${tenant.name} ${token.id}`, tenant.rateLimit, Date.now());
  if (wait === undefined) return;
  throw new ScimError(429, "This token has sent too many requests.", undefined, {
    "retry-after": String(wait),
  });
}

function tenantName(parameters: unknown): string | undefined {
  return readPathParameter(parameters, "tenant");
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
