import { z } from "zod";
import { findCatalogEntry } from "../catalog/catalog.ts";
import { answerJson } from "../http.ts";
import type { App, Connection, JsonObject } from "../store/model.ts";
import { type ApiCall, type ApiDependencies, type Endpoint, queryFlag, readBody } from "./api-call.ts";
import { appTarget, findApp } from "./find-app.ts";
import { logChange } from "./log-change.ts";
import { blankField, invalid } from "./okta-error.ts";

const connectionBody = z.looseObject({
  baseUrl: z.string().nullish(),
  profile: z.looseObject({
    authScheme: z.enum(["TOKEN", "OAUTH2"]),
    token: z.string().nullish(),
    clientId: z.string().nullish(),
    settings: z.record(z.string(), z.json()).nullish(),
  }),
});

/**
 * Which schemes `connections/default` takes for an app. The org file can say that an app is served (as TOKEN) or not, where
 * Okta's documentation does not settle it; a served app outside the documented list takes a token.
 */
function servedSchemes(
  dependencies: Pick<ApiDependencies, "connectionsServed">,
  app: App,
): readonly string[] {
  if (app.catalogName === null) return [];
  const entry = findCatalogEntry(app.catalogName);
  const served = dependencies.connectionsServed(app.catalogName);
  if (entry === undefined || served === false) return [];
  if (served === true && entry.connectionSchemes.length === 0) return ["TOKEN"];
  return entry.connectionSchemes;
}

function presentConnection(call: ApiCall, app: App): JsonObject {
  const home = `${call.orgUrl}/api/v1/apps/${app.id}/connections/default`;
  const self = { self: { href: home, hints: { allow: ["POST", "GET"] } } };
  const connection = call.store.settings.connection(app.id);
  const schemes = servedSchemes(call, app);
  if (schemes.length === 0 || connection?.status === "UNKNOWN") {
    return { authScheme: "UNKNOWN", status: "UNKNOWN", profile: { authScheme: "UNKNOWN" }, _links: self };
  }
  if (connection === undefined) {
    const authScheme = schemes[0] ?? "UNKNOWN";
    return { authScheme, status: "DISABLED", profile: { authScheme }, _links: self };
  }
  const lifecycle = (verb: string): JsonObject => ({
    [verb]: { href: `${home}/lifecycle/${verb}`, hints: { allow: ["POST"] } },
  });
  return {
    authScheme: connection.authScheme,
    status: connection.status,
    ...(connection.baseUrl === null ? {} : { baseUrl: connection.baseUrl }),
    profile: { authScheme: connection.authScheme, ...(connection.oauth2 ?? {}) },
    _links:
      connection.status === "ENABLED"
        ? { ...self, ...lifecycle("deactivate") }
        : { ...lifecycle("activate"), ...self },
  };
}

async function saveConnection(call: ApiCall) {
  const app = findApp(call);
  const body = readBody(call, connectionBody, "connection");
  const schemes = servedSchemes(call, app);
  if (schemes.length === 0) return answerJson(200, presentConnection(call, app));
  if (!schemes.includes(body.profile.authScheme)) {
    throw invalid("authScheme", `authScheme: ${app.name} supports ${schemes.join(", ")}`);
  }
  const connection = readConnection(app, body);
  const before = call.store.settings.connection(app.id);
  call.store.settings.saveConnection({
    ...connection,
    status: before?.status === "ENABLED" ? "ENABLED" : "DISABLED",
  });
  logChange(call, "application.provision.integration.call_api", "Save provisioning connection", [
    appTarget(app),
  ]);
  if (queryFlag(call, "activate", false)) await enable(call, app);
  return answerJson(200, presentConnection(call, app));
}

function readConnection(
  app: App,
  body: z.infer<typeof connectionBody>,
): Omit<Connection, "lastUpdated" | "status"> {
  const common = { appId: app.id, username: null, setBy: "api" } as const;
  if (body.profile.authScheme === "OAUTH2") {
    const { clientId, settings } = body.profile;
    return {
      ...common,
      authScheme: "OAUTH2",
      authentication: "oauth2",
      baseUrl: null,
      token: null,
      oauth2: {
        ...(typeof clientId === "string" ? { clientId } : {}),
        ...(settings === undefined || settings === null ? {} : { settings }),
      },
    };
  }
  const { token } = body.profile;
  if (typeof token !== "string" || token === "") throw blankField("token");
  return {
    ...common,
    authScheme: "TOKEN",
    authentication: findCatalogEntry(app.catalogName ?? "")?.authentication ?? "header",
    baseUrl: body.baseUrl ?? null,
    token,
    oauth2: null,
  };
}

/** Turns a connection on after the SCIM server has taken its credentials. */
async function enable(call: ApiCall, app: App): Promise<void> {
  const connection = call.store.settings.connection(app.id);
  if (connection === undefined) throw invalid("connection", "The connection has not been configured.");
  if (connection.authScheme === "TOKEN") {
    const test = await call.verifyConnection(app.id);
    if (!test.ok) throw invalid("connection", test.error);
  }
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
