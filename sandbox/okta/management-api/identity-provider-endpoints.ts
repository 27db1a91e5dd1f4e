import { z } from "zod";
import { type Answer, answerJson } from "../http.ts";
import type { IdentityProvider } from "../store/identity-providers.ts";
import type { App, JsonObject, MappingProperty } from "../store/model.ts";
import { type ApiCall, type Endpoint, param, readBody } from "./api-call.ts";
import { logChange } from "./log-change.ts";
import { duplicateField, notEmulated, notFound } from "./okta-error.ts";
import { wholeSeconds } from "./okta-time.ts";
import { answerPage, cutPage, type PageSize, readAfter, readLimit } from "./pagination.ts";

const flag = z.object({ action: z.string().default("NONE") });
const none = { action: "NONE" };

const providerBody = z.looseObject({
  type: z.string(),
  name: z.string().min(1).max(100),
  protocol: z.looseObject({
    type: z.literal("OIDC"),
    scopes: z.array(z.string()).default(["openid", "profile", "email"]),
    credentials: z.looseObject({
      client: z.looseObject({ client_id: z.string().min(1), client_secret: z.string().min(1) }),
    }),
  }),
  policy: z.looseObject({
    provisioning: z.looseObject({
      action: z.string().default("AUTO"),
      profileMaster: z.boolean().default(false),
      groups: z.looseObject({ action: z.string() }).default(none),
      conditions: z
        .looseObject({ deprovisioned: flag.default(none), suspended: flag.default(none) })
        .default({ deprovisioned: none, suspended: none }),
    }),
    accountLink: z
      .looseObject({ action: z.string(), filter: z.json().nullish() })
      .default({ action: "AUTO" }),
    subject: z.looseObject({
      userNameTemplate: z.looseObject({ template: z.string() }),
      filter: z.string().nullish(),
      matchType: z.string().default("USERNAME"),
      matchAttribute: z.string().nullish(),
    }),
    maxClockSkew: z.number().default(0),
  }),
});
type ProviderBody = z.infer<typeof providerBody>;

const PAGE: PageSize = { default: 20, max: 200 };

/** Attributes of Google's people, which have the same names in Okta. */
const GOOGLE_ATTRIBUTES = [
  "email",
  "firstName",
  "middleName",
  "lastName",
  "honorificPrefix",
  "honorificSuffix",
  "displayName",
  "profileUrl",
];

const GOOGLE_ENDPOINTS: JsonObject = {
  authorization: { url: "https://accounts.google.com/o/oauth2/auth", binding: "HTTP-REDIRECT" },
  token: { url: "https://www.googleapis.com/oauth2/v3/token", binding: "HTTP-POST" },
};

/** The identity provider of a call's `idpId`. Throws 404. */
function findProvider(call: ApiCall): { readonly provider: IdentityProvider; readonly app: App } {
  const id = param(call, "idpId");
  const provider = call.store.identityProviders.get(id);
  const app = call.store.apps.get(id);
  if (provider === undefined || app === undefined) throw notFound(id, "IdentityProvider");
  return { provider, app };
}

function presentProvider(call: ApiCall, { type, protocol, policy }: IdentityProvider, app: App): JsonObject {
  const authorize = `${call.orgUrl}/oauth2/v1/authorize`;
  const asked =
    "client_id={clientId}&response_type={responseType}&response_mode={responseMode}&scope={scopes}&redirect_uri={redirectUri}&state={state}&nonce={nonce}";
  return {
    id: app.id,
    issuerMode: "ORG_URL",
    name: app.label,
    status: app.status,
    created: wholeSeconds(app.created),
    lastUpdated: wholeSeconds(app.lastUpdated),
    protocol,
    policy,
    type,
    _links: {
      authorize: {
        href: `${authorize}?idp=${app.id}&${asked}`,
        templated: true,
        hints: { allow: ["GET"] },
      },
      clientRedirectUri: { href: `${authorize}/callback`, hints: { allow: ["POST"] } },
    },
  };
}

/** The documents of a provider as Okta completes them. Throws 501 for other kinds than Google. */
function complete(body: ProviderBody): Pick<IdentityProvider, "type" | "protocol" | "policy"> {
  if (body.type !== "GOOGLE") throw notEmulated(`identity providers of type ${body.type}`);
  const { scopes, credentials } = body.protocol;
  const { client_id, client_secret } = credentials.client;
  const { provisioning, accountLink, subject, maxClockSkew } = body.policy;
  const { deprovisioned, suspended } = provisioning.conditions;
  return {
    type: body.type,
    protocol: {
      type: "OIDC",
      endpoints: GOOGLE_ENDPOINTS,
      scopes,
      credentials: { client: { client_id, client_secret } },
    },
    policy: {
      provisioning: {
        action: provisioning.action,
        profileMaster: provisioning.profileMaster,
        groups: { action: provisioning.groups.action },
        conditions: {
          deprovisioned: { action: deprovisioned.action },
          suspended: { action: suspended.action },
        },
      },
      accountLink: { filter: accountLink.filter ?? null, action: accountLink.action },
      subject: {
        userNameTemplate: { template: subject.userNameTemplate.template },
        filter: subject.filter ?? null,
        matchType: subject.matchType,
        matchAttribute: subject.matchAttribute ?? null,
      },
      maxClockSkew,
      transformedUsernameMatchingEnabled: false,
    },
  };
}

function createProvider(call: ApiCall): Answer {
  const body = readBody(call, providerBody, "identityProvider");
  const documents = complete(body);
  refuseNamesake(call, body.name);
  const app = call.store.transaction(() => {
    const created = call.store.apps.create({
      name: "google_idp",
      catalogName: null,
      label: body.name,
      status: "ACTIVE",
      signOnMode: null,
      dialect: "oin",
      accessibility: {},
      visibility: {},
      credentials: {},
      settings: {},
      accessPolicyId: call.store.policies.defaultOf("ACCESS_POLICY").id,
    });
    call.store.identityProviders.save({ appId: created.id, ...documents });
    giveMappings(call, created);
    return created;
  });
  logChange(call, "system.idp.lifecycle.create", "Create identity provider", []);
  return answerJson(200, presentProvider(call, { appId: app.id, ...documents }, app));
}

/** Google's people become Okta's by their attributes of the same name, and log in by their email. */
function giveMappings(call: ApiCall, app: App): void {
  const attributes = GOOGLE_ATTRIBUTES.map((name) => [name, { title: name, type: "string" }]);
  call.store.schemas.create(app.id, app.name, Object.fromEntries(attributes));
  const take = (name: string): MappingProperty => ({
    expression: `appuser.${name}`,
    pushStatus: "DONT_PUSH",
  });
  call.store.mappings.create({
    appId: app.id,
    direction: "app-to-user",
    properties: {
      login: take("email"),
      ...Object.fromEntries(GOOGLE_ATTRIBUTES.map((name) => [name, take(name)])),
    },
  });
  call.store.mappings.create({ appId: app.id, direction: "user-to-app", properties: {} });
}

function refuseNamesake(call: ApiCall, name: string, ownId?: string): void {
  const taken = call.store.identityProviders
    .page({ afterId: "", limit: 10_000 })
    .some(({ appId }) => appId !== ownId && call.store.apps.get(appId)?.label === name);
  if (taken) throw duplicateField("name");
}

function replaceProvider(call: ApiCall): Answer {
  const { app } = findProvider(call);
  const body = readBody(call, providerBody, "identityProvider");
  const provider = { appId: app.id, ...complete(body) };
  refuseNamesake(call, body.name, app.id);
  const { accessibility, visibility, credentials, settings, signOnMode } = app;
  const documents = { accessibility, visibility, credentials, settings, signOnMode };
  call.store.identityProviders.save(provider);
  const updated = call.store.apps.update(app.id, { ...documents, label: body.name }) ?? app;
  return answerJson(200, presentProvider(call, provider, updated));
}

function setStatus(call: ApiCall, status: "ACTIVE" | "INACTIVE"): Answer {
  const { provider, app } = findProvider(call);
  call.store.apps.setStatus(app.id, status);
  return answerJson(200, presentProvider(call, provider, call.store.apps.get(app.id) ?? app));
}

function deleteProvider(call: ApiCall): Answer {
  call.store.apps.delete(findProvider(call).app.id);
  return { status: 204 };
}

function listProviders(call: ApiCall): Answer {
  const limit = readLimit(call, PAGE);
  const found = call.store.identityProviders.page({ afterId: readAfter(call) ?? "", limit: limit + 1 });
  const { page, next } = cutPage(found, limit, ({ appId }) => appId);
  const items = page.flatMap((provider) => {
    const app = call.store.apps.get(provider.appId);
    return app === undefined ? [] : [presentProvider(call, provider, app)];
  });
  return answerPage(call, items, next, PAGE);
}

/** Identity providers of type GOOGLE, as far as profile mappings need them. */
export const IDENTITY_PROVIDER_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/api/v1/idps", scopes: ["okta.idps.read"], handle: listProviders },
  { method: "POST", path: "/api/v1/idps", scopes: ["okta.idps.manage"], handle: createProvider },
  {
    method: "GET",
    path: "/api/v1/idps/:idpId",
    scopes: ["okta.idps.read"],
    handle: (call) => {
      const { provider, app } = findProvider(call);
      return answerJson(200, presentProvider(call, provider, app));
    },
  },
  { method: "PUT", path: "/api/v1/idps/:idpId", scopes: ["okta.idps.manage"], handle: replaceProvider },
  { method: "DELETE", path: "/api/v1/idps/:idpId", scopes: ["okta.idps.manage"], handle: deleteProvider },
  {
    method: "POST",
    path: "/api/v1/idps/:idpId/lifecycle/activate",
    scopes: ["okta.idps.manage"],
    handle: (call) => setStatus(call, "ACTIVE"),
  },
  {
    method: "POST",
    path: "/api/v1/idps/:idpId/lifecycle/deactivate",
    scopes: ["okta.idps.manage"],
    handle: (call) => setStatus(call, "INACTIVE"),
  },
];
