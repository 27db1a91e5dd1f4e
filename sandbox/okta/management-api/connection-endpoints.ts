import { z } from "zod";
import { findCatalogEntry, ORG2ORG } from "../catalog/catalog.ts";
import { answerJson } from "../http.ts";
import { targetOrgOf } from "../provisioning/org2org-token.ts";
import type { App, Connection } from "../store/model.ts";
import { newConsent, type OAuthConnection } from "../store/oauth-connection.ts";
import { type ApiCall, type Endpoint, queryFlag, readBody } from "./api-call.ts";
import { presentConnection, servedSchemes } from "./connection-answer.ts";
import { appTarget, findApp } from "./find-app.ts";
import { logChange } from "./log-change.ts";
import { blankField, invalid } from "./okta-error.ts";
import { createKeyPair } from "./self-signed-certificate.ts";

const connectionBody = z.looseObject({
  baseUrl: z.string().nullish(),
  profile: z.looseObject({
    authScheme: z.enum(["TOKEN", "OAUTH2"]),
    token: z.string().nullish(),
    clientId: z.string().nullish(),
    /** What Office 365 gets its consent with; the emulated org has no use for it and does not keep it. */
    settings: z.record(z.string(), z.json()).nullish(),
    signing: z.looseObject({ rotationMode: z.enum(["AUTO", "MANUAL"]).nullish() }).nullish(),
  }),
});
type ConnectionBody = z.infer<typeof connectionBody>;

async function saveConnection(call: ApiCall) {
  const app = findApp(call);
  const body = readBody(call, connectionBody, "connection");
  const schemes = servedSchemes(call, app);
  if (schemes.length === 0) return answerJson(200, presentConnection(call, app));
  if (!schemes.includes(body.profile.authScheme)) {
    throw invalid("authScheme", `authScheme: ${app.name} supports ${schemes.join(", ")}`);
  }
  const before = call.store.settings.connection(app.id);
  const connection =
    body.profile.authScheme === "OAUTH2"
      ? await readOAuthSettings(app, body, before)
      : readTokenSettings(app, body);
  const staysOn = before?.status === "ENABLED" && before.authScheme === connection.authScheme;
  call.store.settings.saveConnection({ ...connection, status: staysOn ? "ENABLED" : "DISABLED" });
  logChange(call, "application.provision.integration.call_api", "Save provisioning connection", [
    appTarget(app),
  ]);
  if (queryFlag(call, "activate", false)) await enable(call, app);
  return answerJson(200, presentConnection(call, app));
}

type SavedSettings = Omit<Connection, "lastUpdated" | "status">;

function readTokenSettings(app: App, { baseUrl, profile }: ConnectionBody): SavedSettings {
  const { token } = profile;
  if (typeof token !== "string" || token === "") throw blankField("token");
  return {
    appId: app.id,
    username: null,
    setBy: "api",
    authScheme: "TOKEN",
    authentication: findCatalogEntry(app.catalogName ?? "")?.authentication ?? "header",
    baseUrl: baseUrl ?? (app.catalogName === ORG2ORG ? targetOrgOf(app) : undefined) ?? null,
    token,
    oauth2: null,
  };
}

/** A consent that was given, and the connection's own key, outlive the next update. */
async function readOAuthSettings(
  app: App,
  { profile }: ConnectionBody,
  before: Connection | undefined,
): Promise<SavedSettings> {
  const known = before?.oauth2 ?? null;
  return {
    appId: app.id,
    username: null,
    setBy: "api",
    authScheme: "OAUTH2",
    authentication: "oauth2",
    baseUrl: null,
    token: null,
    oauth2:
      app.catalogName === ORG2ORG
        ? await readOrg2Org(profile, known)
        : { clientId: null, rotationMode: null, key: null, consent: known?.consent ?? newConsent() },
  };
}

/** Without `signing` an administrator rotates the keys: the app's own sign. */
async function readOrg2Org(
  { clientId, signing }: ConnectionBody["profile"],
  known: OAuthConnection | null,
): Promise<OAuthConnection> {
  if (typeof clientId !== "string" || clientId === "") throw blankField("clientId");
  const rotationMode = signing?.rotationMode ?? "MANUAL";
  const key = rotationMode === "AUTO" ? (known?.key ?? (await makeKey())) : null;
  return { clientId, rotationMode, key, consent: null };
}

async function makeKey(): Promise<NonNullable<OAuthConnection["key"]>> {
  const { kid, privateKey } = await createKeyPair("sandbox", new Date(), 2);
  return { kid, privateKey };
}

/** Turns a connection on after its credentials have been tried: at the SCIM server, or at the target org. */
async function enable(call: ApiCall, app: App): Promise<void> {
  if (call.store.settings.connection(app.id) === undefined) {
    throw invalid("connection", "The connection has not been configured.");
  }
  const test = await call.verifyConnection(app.id);
  if (!test.ok) throw invalid("connection", test.error);
  call.store.settings.setConnectionStatus(app.id, "ENABLED");
}

async function activate(call: ApiCall) {
  const app = findApp(call);
  if (servedSchemes(call, app).length > 0) await enable(call, app);
  return { status: 204 };
}

function deactivate(call: ApiCall) {
  const app = findApp(call);
  if (servedSchemes(call, app).length > 0) call.store.settings.setConnectionStatus(app.id, "DISABLED");
  return { status: 204 };
}

/** The default provisioning connection of apps. */
export const CONNECTION_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/v1/apps/:appId/connections/default",
    scopes: ["okta.apps.read"],
    handle: (call) => answerJson(200, presentConnection(call, findApp(call))),
  },
  {
    method: "POST",
    path: "/api/v1/apps/:appId/connections/default",
    scopes: ["okta.apps.manage"],
    handle: saveConnection,
  },
  {
    method: "POST",
    path: "/api/v1/apps/:appId/connections/default/lifecycle/activate",
    scopes: ["okta.apps.manage"],
    handle: activate,
  },
  {
    method: "POST",
    path: "/api/v1/apps/:appId/connections/default/lifecycle/deactivate",
    scopes: ["okta.apps.manage"],
    handle: deactivate,
  },
];
