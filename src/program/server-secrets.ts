import { createHmac } from "node:crypto";
import type { AppPlan } from "../spec/plan-types.ts";
import { webhookSecretFile } from "./tenants-file.ts";

/** A file of the server's configuration that holds a secret in plain. */
export interface SecretFile {
  /** Its name in the server's configuration folder. */
  readonly name: string;
  readonly content: string;
}

/** The file of the configuration folder that holds the database's address, with its password. */
export const storageUrlFile = "storage-url";

/** The secret by which a webhook's deliveries are signed: derived, as connection tokens are. */
function deriveWebhookSecret(tokenKey: string, stack: string, tenant: string, id: string): string {
  return createHmac("sha256", tokenKey).update(`${stack}/${tenant}/webhook/${id}`).digest("base64url");
}

/** The signing secrets of all webhooks, by tenant and webhook. */
export function webhookSecrets(
  apps: readonly AppPlan[],
  stack: string,
  tokenKey: string | undefined,
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  return Object.fromEntries(
    apps.flatMap(({ server }) => {
      const { tenant, webhooks } = server;
      if (tenant === undefined || tokenKey === undefined || webhooks.length === 0) return [];
      const secrets = webhooks.map(({ id }) => [id, deriveWebhookSecret(tokenKey, stack, tenant, id)]);
      return [[tenant, Object.fromEntries(secrets)]];
    }),
  );
}

/** The secret files of the server: its webhooks' secrets, and its database's address where it has one. */
export function secretFiles(
  secrets: ReturnType<typeof webhookSecrets>,
  storageUrl: string | undefined,
): SecretFile[] {
  return [
    ...(storageUrl === undefined ? [] : [{ name: storageUrlFile, content: storageUrl }]),
    ...Object.entries(secrets).flatMap(([tenant, byId]) =>
      Object.entries(byId).map(([id, content]) => ({ name: webhookSecretFile(tenant, id), content })),
    ),
  ];
}
