import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newId } from "../store/ids.ts";
import type { JsonObject } from "../store/model.ts";
import type { OrgStore } from "../store/org-store.ts";

/** Scopes of the service app that the org comes with: everything that okta-scim asks for. */
const SERVICE_APP_SCOPES = [
  "okta.apps.read",
  "okta.apps.manage",
  "okta.groups.read",
  "okta.groups.manage",
  "okta.users.read",
  "okta.users.manage",
  "okta.schemas.read",
  "okta.schemas.manage",
  "okta.profileMappings.read",
  "okta.profileMappings.manage",
  "okta.policies.read",
  "okta.logs.read",
  "okta.userTypes.read",
  "okta.roles.read",
];

/** A service app with its private key, as a client of the org needs it. */
export interface ServiceApp {
  readonly clientId: string;
  readonly privateKeyPem: string;
  readonly keyId: string;
}

/** The API token lives in a file of its own: the database has only its hash. */
export function keepApiToken(store: OrgStore, folder: string): string {
  const path = join(folder, "api-token");
  const owner = store.setting("administrator") ?? null;
  if (!existsSync(path)) writeSecret(path, store.credentials.createApiToken("okta-scim", owner));
  const token = readFileSync(path, "utf8").trim();
  store.credentials.addApiToken("okta-scim", owner, token);
  return token;
}

/** A service app for private_key_jwt, with its key in a file of its own. */
export function keepServiceApp(store: OrgStore, folder: string): ServiceApp {
  const path = join(folder, "service-app.json");
  if (!existsSync(path)) {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const privateKeyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    writeSecret(path, JSON.stringify({ clientId: newId("0oa"), privateKeyPem, keyId: "sandbox-1" }));
  }
  const serviceApp: ServiceApp = JSON.parse(readFileSync(path, "utf8"));
  const publicJwk: JsonObject = JSON.parse(
    JSON.stringify(createPublicKey(serviceApp.privateKeyPem).export({ format: "jwk" })),
  );
  store.credentials.saveOAuthClient({
    clientId: serviceApp.clientId,
    name: "okta-scim",
    scopes: SERVICE_APP_SCOPES,
    keys: [{ ...publicJwk, kid: serviceApp.keyId }],
    dpopRequired: false,
  });
  return serviceApp;
}

/** Writes a file that only its owner can read, at once or not at all. */
export function writeSecret(path: string, text: string): void {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text, { mode: 0o600 });
  renameSync(temporary, path);
}
