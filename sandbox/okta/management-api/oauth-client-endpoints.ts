import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import { type Answer, answerJson } from "../http.ts";
import type { ClientSecret, ClientSecretStatus } from "../store/client-secrets.ts";
import type { App, JsonObject } from "../store/model.ts";
import { isObject } from "../store/sql.ts";
import { type ApiCall, type Endpoint, param, readBody } from "./api-call.ts";
import type { AppBody } from "./app-document.ts";
import { findApp } from "./find-app.ts";
import { usesClientSecret } from "./oauth-app-document.ts";
import { invalid, notFound } from "./okta-error.ts";
import { wholeSeconds } from "./okta-time.ts";

/** Okta lets a client have two secrets, so that one can be replaced while the other is in use. */
const MAX_SECRETS = 2;

const secretBody = z.looseObject({
  client_secret: z.string().min(14).max(100).nullish(),
  status: z.enum(["ACTIVE", "INACTIVE"]).nullish(),
});

/** Replacing an app doesn't change its client id. */
export function keepClientId(credentials: JsonObject, before: JsonObject): JsonObject {
  const oauthClient = credentials["oauthClient"];
  const earlier = before["oauthClient"];
  if (!isObject(oauthClient) || !isObject(earlier) || earlier["client_id"] === undefined) return credentials;
  const { autoKeyRotation, client_id: _sent, ...rest } = oauthClient;
  return {
    ...credentials,
    oauthClient: { autoKeyRotation: autoKeyRotation ?? true, client_id: earlier["client_id"], ...rest },
  };
}

/** Completes an OpenID Connect app that was just created or replaced: its client id, and its secret where it has one. */
export function saveOAuthClient(
  call: ApiCall,
  app: App,
  body: AppBody,
): { readonly saved: App; readonly secret?: string } {
  const oauthClient = app.credentials["oauthClient"];
  if (!isObject(oauthClient)) return { saved: app };
  const { autoKeyRotation, client_id, ...rest } = oauthClient;
  const saved =
    client_id === undefined
      ? call.store.apps.update(app.id, {
          ...app,
          credentials: {
            ...app.credentials,
            oauthClient: { autoKeyRotation: autoKeyRotation ?? true, client_id: app.id, ...rest },
          },
        })
      : app;
  if (!usesClientSecret(oauthClient)) return { saved: saved ?? app };
  return { saved: saved ?? app, secret: saveSecret(call, app.id, body) };
}

function saveSecret(call: ApiCall, appId: string, body: AppBody): string {
  const { clientSecrets } = call.store;
  const sentClient = body.credentials?.["oauthClient"];
  const sent = isObject(sentClient) ? sentClient["client_secret"] : undefined;
  const wanted = typeof sent === "string" && sent !== "" ? sent : undefined;
  const current = clientSecrets.current(appId);
  if (current === undefined) return clientSecrets.add(appId, wanted ?? createSecret()).value;
  if (wanted !== undefined && wanted !== current.value) clientSecrets.setValue(appId, current.id, wanted);
  return wanted ?? current.value;
}

function createSecret(): string {
  return randomBytes(48).toString("base64url");
}

/** The internal setting of OpenID Connect apps that the official provider reads and writes around each of them: the groups claim. */
function presentIdToken(app: App, setting: JsonObject, issuer: string | null): JsonObject {
  return {
    issuer,
    orgUrl: null,
    customUrl: null,
    audience: issuer === null ? null : app.id,
    issuerMode: setting["issuerMode"] ?? "ORG_URL",
    ...Object.fromEntries(
      ["valueType", "groupFilterType", "name", "value"].flatMap((name) => {
        const value = setting[name];
        return value === undefined || value === null || value === "" ? [] : [[name, value]];
      }),
    ),
  };
}

function getIdToken(call: ApiCall): Answer {
  const app = findApp(call);
  const setting = call.store.apps.document(app.id, "id_token") ?? {};
  return answerJson(200, presentIdToken(app, setting, call.orgUrl));
}

function saveIdToken(call: ApiCall): Answer {
  const app = findApp(call);
  const setting = readBody(call, z.record(z.string(), z.json()), "idToken");
  call.store.apps.saveDocument(app.id, "id_token", setting);
  return answerJson(200, presentIdToken(app, setting, null));
}

function presentSecret(call: ApiCall, appId: string, secret: ClientSecret): JsonObject {
  const home = `${call.orgUrl}/api/v1/apps/${appId}/credentials/secrets/${secret.id}`;
  const link = (path: string, method: string): JsonObject => ({
    href: `${home}${path}`,
    hints: { allow: [method] },
  });
  return {
    id: secret.id,
    created: wholeSeconds(secret.created),
    lastUpdated: wholeSeconds(secret.lastUpdated),
    status: secret.status,
    client_secret: secret.value,
    secret_hash: createHash("md5").update(secret.value).digest("base64url"),
    _links:
      secret.status === "ACTIVE"
        ? { deactivate: link("/lifecycle/deactivate", "POST") }
        : { activate: link("/lifecycle/activate", "POST"), delete: link("", "DELETE") },
  };
}

function findSecret(call: ApiCall): { readonly app: App; readonly secret: ClientSecret } {
  const app = findApp(call);
  const id = param(call, "secretId");
  const secret = call.store.clientSecrets.get(app.id, id);
  if (secret === undefined) throw notFound(id, "OAuth2ClientSecret");
  return { app, secret };
}

function addSecret(call: ApiCall): Answer {
  const app = findApp(call);
  const body = call.request.body.length === 0 ? {} : readBody(call, secretBody, "clientSecret");
  if (call.store.clientSecrets.list(app.id).length >= MAX_SECRETS) {
    throw invalid("clientSecret", "You've reached the maximum number of client secrets per client.");
  }
  const secret = call.store.clientSecrets.add(
    app.id,
    body.client_secret ?? createSecret(),
    body.status ?? "ACTIVE",
  );
  return answerJson(201, presentSecret(call, app.id, secret));
}

function setSecretStatus(call: ApiCall, status: ClientSecretStatus): Answer {
  const { app, secret } = findSecret(call);
  const current = call.store.clientSecrets.current(app.id);
  const others = call.store.clientSecrets
    .list(app.id)
    .some(({ id, status: other }) => id !== secret.id && other === "ACTIVE");
  if (status === "INACTIVE" && current !== undefined && !others) {
    throw invalid("clientSecret", "A client must have at least one active client secret.");
  }
  const saved = call.store.clientSecrets.setStatus(app.id, secret.id, status) ?? secret;
  return answerJson(200, presentSecret(call, app.id, saved));
}

function deleteSecret(call: ApiCall): Answer {
  const { app, secret } = findSecret(call);
  if (secret.status === "ACTIVE") {
    throw invalid("clientSecret", "An active client secret can't be deleted. Deactivate it first.");
  }
  call.store.clientSecrets.delete(app.id, secret.id);
  return { status: 204 };
}

const SECRETS = "/api/v1/apps/:appId/credentials/secrets";
const ID_TOKEN = "/api/v1/internal/apps/:appId/settings/oauth/idToken";

/** What OpenID Connect apps have besides every app: client secrets, and the setting of their id token. */
export const OAUTH_CLIENT_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: ID_TOKEN, scopes: ["okta.apps.read"], handle: getIdToken },
  { method: "POST", path: ID_TOKEN, scopes: ["okta.apps.manage"], handle: saveIdToken },
  {
    method: "GET",
    path: SECRETS,
    scopes: ["okta.apps.read"],
    handle: (call) => {
      const app = findApp(call);
      const secrets = call.store.clientSecrets.list(app.id);
      return answerJson(
        200,
        secrets.map((secret) => presentSecret(call, app.id, secret)),
      );
    },
  },
  { method: "POST", path: SECRETS, scopes: ["okta.apps.manage"], handle: addSecret },
  {
    method: "GET",
    path: `${SECRETS}/:secretId`,
    scopes: ["okta.apps.read"],
    handle: (call) => {
      const { app, secret } = findSecret(call);
      return answerJson(200, presentSecret(call, app.id, secret));
    },
  },
  {
    method: "DELETE",
    path: `${SECRETS}/:secretId`,
    scopes: ["okta.apps.manage"],
    handle: deleteSecret,
  },
  {
    method: "POST",
    path: `${SECRETS}/:secretId/lifecycle/activate`,
    scopes: ["okta.apps.manage"],
    handle: (call) => setSecretStatus(call, "ACTIVE"),
  },
  {
    method: "POST",
    path: `${SECRETS}/:secretId/lifecycle/deactivate`,
    scopes: ["okta.apps.manage"],
    handle: (call) => setSecretStatus(call, "INACTIVE"),
  },
];
