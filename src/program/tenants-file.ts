import { planServerAttributes, type ServerAttribute } from "../spec/plan-attributes.ts";
import type { AppPlan } from "../spec/plan-types.ts";
import type { ServerConfig } from "../spec/stack-config.ts";
import { hashCredential } from "./connection-token.ts";

/** The configuration file of the bundled server, version 1 (docs/scim-server.md). */
export interface TenantsFile {
  readonly version: 1;
  readonly inspector: { readonly access: ServerConfig["inspector"] };
  readonly tenants: readonly Tenant[];
}

export interface Tenant {
  readonly name: string;
  readonly publicUrl: string;
  readonly authentication: "header" | "bearer" | "basic";
  readonly tokens: readonly TenantToken[];
  readonly attributes: readonly ServerAttribute[];
  readonly reactivateOnCreate: boolean;
  readonly rateLimit?: { readonly requestsPerSecond: number; readonly burst: number };
  readonly webhooks?: readonly TenantWebhook[];
  readonly changes?: AppPlan["server"]["changes"];
}

export interface TenantWebhook {
  readonly id: string;
  readonly url: string;
  /** Relative to the file. */
  readonly secretFile: string;
  readonly maxAttempts?: number;
}

export interface TenantToken {
  readonly id: string;
  readonly sha256: string;
  readonly scope: "read-write";
  readonly expiresAt: null;
}

/** An app's tokens in plain, by version. The previous one is there while a rotation lets both in. */
export interface AppTokens {
  readonly current: string;
  readonly previous: string | undefined;
}

/** The server's file: a tenant for each app that uses the bundled server, with hashes of its tokens only. */
export function buildTenantsFile(
  apps: readonly AppPlan[],
  tokens: Readonly<Record<string, AppTokens>>,
  inspector: ServerConfig["inspector"],
): TenantsFile {
  return {
    version: 1,
    inspector: { access: inspector },
    tenants: apps.flatMap((app) => {
      const known = tokens[app.name];
      const { authentication } = app.connection;
      const { publicUrl, tenant } = app.server;
      if (
        publicUrl === undefined ||
        tenant === undefined ||
        known === undefined ||
        authentication === "oauth2"
      ) {
        return [];
      }
      return [
        {
          name: tenant,
          publicUrl,
          authentication,
          tokens: listTokens(app, known),
          attributes: planServerAttributes(app.attributes),
          reactivateOnCreate: app.server.reactivateOnCreate,
          ...(app.server.rateLimit === undefined ? {} : { rateLimit: app.server.rateLimit }),
          ...(app.server.webhooks.length === 0
            ? {}
            : { webhooks: app.server.webhooks.map((webhook) => toTenantWebhook(tenant, webhook)) }),
          ...(app.server.changes === undefined ? {} : { changes: app.server.changes }),
        },
      ];
    }),
  };
}

function toTenantWebhook(
  tenant: string,
  { id, url, maxAttempts }: AppPlan["server"]["webhooks"][number],
): TenantWebhook {
  return {
    id,
    url,
    secretFile: webhookSecretFile(tenant, id),
    ...(maxAttempts === undefined ? {} : { maxAttempts }),
  };
}

/** Where a webhook's secret lies, next to the tenants file. */
export function webhookSecretFile(tenant: string, id: string): string {
  return `webhook-${tenant}-${id}`;
}

function listTokens({ connection }: AppPlan, { current, previous }: AppTokens): TenantToken[] {
  const entry = (version: number, token: string): TenantToken => ({
    id: `v${version}`,
    sha256: hashCredential(connection, token),
    scope: "read-write",
    expiresAt: null,
  });
  const { tokenVersion } = connection;
  return [
    entry(tokenVersion, current),
    ...(previous === undefined ? [] : [entry(tokenVersion - 1, previous)]),
  ];
}
