import { z } from "zod";
import { type Answer, answerJson } from "../http.ts";
import type { App, JsonObject } from "../store/model.ts";
import type { ScopeGrant } from "../store/scope-grants.ts";
import { isObject } from "../store/sql.ts";
import { type ApiCall, type Endpoint, param, readBody } from "./api-call.ts";
import { findApp } from "./find-app.ts";
import { invalid, notFound } from "./okta-error.ts";
import { wholeSeconds } from "./okta-time.ts";

const grantBody = z.looseObject({ issuer: z.string().min(1), scopeId: z.string().min(1) });

function presentGrant(call: ApiCall, app: App, grant: ScopeGrant): JsonObject {
  const home = `${call.orgUrl}/api/v1/apps/${app.id}`;
  const oauthClient = app.credentials["oauthClient"];
  const clientId = isObject(oauthClient) ? (oauthClient["client_id"] ?? app.id) : app.id;
  return {
    id: grant.id,
    status: "ACTIVE",
    created: wholeSeconds(grant.created),
    createdBy: { ...grant.createdBy },
    lastUpdated: wholeSeconds(grant.created),
    issuer: grant.issuer,
    clientId,
    scopeId: grant.scopeId,
    source: "ADMIN",
    _links: {
      app: { href: home, title: app.label },
      self: { href: `${home}/grants/${grant.id}`, hints: { allow: ["GET", "DELETE"] } },
      client: { href: `${call.orgUrl}/oauth2/v1/clients/${String(clientId)}`, title: app.label },
    },
  };
}

function present(call: ApiCall, app: App, grant: ScopeGrant): JsonObject {
  const embed = call.request.query.get("expand") === "scope";
  return embed ? withScope(call, app, grant) : presentGrant(call, app, grant);
}

/** A new grant is shown with its scope; others are where `expand=scope` asks for it. */
function withScope(call: ApiCall, app: App, grant: ScopeGrant): JsonObject {
  return { ...presentGrant(call, app, grant), _embedded: { scope: { id: grant.scopeId } } };
}

function findGrant(call: ApiCall): { readonly app: App; readonly grant: ScopeGrant } {
  const app = findApp(call);
  const id = param(call, "grantId");
  const grant = call.store.scopeGrants.get(app.id, id);
  if (grant === undefined) throw notFound(id, "OAuth2ScopeConsentGrant");
  return { app, grant };
}

function addGrant(call: ApiCall): Answer {
  const app = findApp(call);
  const { issuer, scopeId } = readBody(call, grantBody, "scopeConsentGrant");
  if (!/^(okta|ssf)\./.test(scopeId)) {
    throw invalid("scopeId", `scopeId: Invalid scope '${scopeId}' specified`);
  }
  const { id, type } = call.caller.actor;
  const grant = call.store.scopeGrants.add(app.id, { issuer, scopeId, createdBy: { id, type } });
  return answerJson(200, withScope(call, app, grant));
}

function removeGrant(call: ApiCall): Answer {
  const { app, grant } = findGrant(call);
  call.store.scopeGrants.delete(app.id, grant.id);
  return { status: 204 };
}

const GRANTS = "/api/v1/apps/:appId/grants";

/** Scopes of Okta's API that OpenID Connect apps may ask for. */
export const SCOPE_GRANT_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: GRANTS,
    scopes: ["okta.appGrants.read"],
    handle: (call) => {
      const app = findApp(call);
      return answerJson(
        200,
        call.store.scopeGrants.list(app.id).map((grant) => present(call, app, grant)),
      );
    },
  },
  { method: "POST", path: GRANTS, scopes: ["okta.appGrants.manage"], handle: addGrant },
  {
    method: "GET",
    path: `${GRANTS}/:grantId`,
    scopes: ["okta.appGrants.read"],
    handle: (call) => {
      const { app, grant } = findGrant(call);
      return answerJson(200, present(call, app, grant));
    },
  },
  {
    method: "DELETE",
    path: `${GRANTS}/:grantId`,
    scopes: ["okta.appGrants.manage"],
    handle: removeGrant,
  },
];
