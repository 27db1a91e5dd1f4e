import { createPublicKey } from "node:crypto";
import { answerJson } from "../http.ts";
import type { JsonObject } from "../store/model.ts";
import { type ApiCall, type Endpoint, param } from "./api-call.ts";
import { appTarget, findApp } from "./find-app.ts";
import { logChange } from "./log-change.ts";
import { invalid, notFound } from "./okta-error.ts";
import { keysOf } from "./signing-keys.ts";

/** The public keys that an Org2Org connection signs with, for the service app in the target org. */
function getKeys(call: ApiCall) {
  const app = findApp(call);
  const oauth2 = call.store.settings.connection(app.id)?.oauth2;
  if (oauth2?.clientId == null) throw notFound(app.id, "AppInstance");
  const keys =
    oauth2.key === null
      ? keysOf(call.store, app).map(({ kid, modulus, exponent }) => presentKey(kid, modulus, exponent))
      : [presentOwnKey(oauth2.key)];
  return answerJson(200, { jwks: { keys } });
}

function presentOwnKey({ kid, privateKey }: { readonly kid: string; readonly privateKey: string }) {
  const { n, e } = createPublicKey(privateKey).export({ format: "jwk" });
  return presentKey(kid, n ?? "", e ?? "");
}

/** `alg` is `RSA` in Okta's own example. */
function presentKey(kid: string, n: string, e: string): JsonObject {
  return { kid, kty: "RSA", alg: "RSA", use: "sig", e, n };
}

/**
 * The last step of the consent flow: takes the code that the application gave. What Okta does with it, exchanging it for a token at
 * the application, has nobody to answer it here.
 */
function takeConsent(call: ApiCall) {
  const app = findApp(call);
  if (app.name !== param(call, "appName")) throw notFound(app.id, "AppInstance");
  const oauth2 = call.store.settings.connection(app.id)?.oauth2 ?? null;
  const { query } = call.request;
  const consent = oauth2?.consent;
  const isRight =
    consent != null &&
    consent.code !== null &&
    query.get("state") === consent.state &&
    query.get("code") === consent.code;
  if (oauth2 === null || !isRight) throw invalid("oauth2", "The authorization code or the state is invalid.");
  const taken: typeof consent = { ...consent, code: null, isGiven: true };
  call.store.settings.saveOAuth(app.id, { ...oauth2, consent: taken });
  logChange(call, "application.provision.integration.call_api", "Authorize provisioning connection", [
    appTarget(app),
  ]);
  return { status: 204 };
}

/** What OAuth 2.0 adds to the default provisioning connection. */
export const OAUTH_CONNECTION_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/v1/apps/:appId/connections/default/jwks",
    scopes: ["okta.apps.read"],
    handle: getKeys,
  },
  {
    method: "POST",
    path: "/api/v1/apps/:appName/:appId/oauth2/callback",
    scopes: ["okta.apps.manage"],
    handle: takeConsent,
  },
];
