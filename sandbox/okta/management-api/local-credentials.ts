import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { newId } from "../store/ids.ts";
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

const serviceAppSchema = z.object({
  clientId: z.string().min(1),
  privateKeyPem: z.string().min(1),
  keyId: z.string().min(1),
});

/** A service app with its private key, as a client of the org needs it. */
export type ServiceApp = Readonly<z.infer<typeof serviceAppSchema>>;

/** The API token lives in a file of its own: the database has only its hash. */
export function keepApiToken(store: OrgStore, folder: string): string {
  const path = join(folder, "api-token");
  const owner = store.setting("administrator") ?? null;
  const kept = existsSync(path) ? readFileSync(path, "utf8").trim() : "";
  if (kept === "") {
    const token = store.credentials.createApiToken("okta-scim", owner);
    writeSecret(path, token);
    return token;
  }
  store.credentials.addApiToken("okta-scim", owner, kept);
  return kept;
}

/** A service app for private_key_jwt, with its key in a file of its own. */
export function keepServiceApp(store: OrgStore, folder: string): ServiceApp {
  const path = join(folder, "service-app.json");
  const serviceApp = readServiceApp(path) ?? makeServiceApp(path);
  const publicJwk = jwkSchema.parse(createPublicKey(serviceApp.privateKeyPem).export({ format: "jwk" }));
  store.credentials.saveOAuthClient({
    clientId: serviceApp.clientId,
    name: "okta-scim",
    scopes: SERVICE_APP_SCOPES,
    keys: [{ ...publicJwk, kid: serviceApp.keyId }],
    dpopRequired: false,
  });
  return serviceApp;
}

const jwkSchema = z.record(z.string(), z.json());

function readServiceApp(path: string): ServiceApp | undefined {
  try {
    return serviceAppSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    // There is none, or a machine that lost its power left half of it: a new one serves as well.
    return undefined;
  }
}

function makeServiceApp(path: string): ServiceApp {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const privateKeyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const serviceApp = { clientId: newId("0oa"), privateKeyPem, keyId: "sandbox-1" };
  writeSecret(path, JSON.stringify(serviceApp));
  return serviceApp;
}

/** Writes a file that only its owner can read, at once or not at all. */
export function writeSecret(path: string, text: string): void {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text, { mode: 0o600 });
  renameSync(temporary, path);
}
