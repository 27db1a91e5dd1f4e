import type { CheckFailure, Context, ResourceDefinition } from "../../protocol/definition.ts";
import { isJsonObject, type Properties } from "../../protocol/properties.ts";
import type { JsonObject, JsonValue } from "../../protocol/property-value.ts";
import type { OktaClient } from "../okta-api.ts";
import { orAbsent } from "../okta-error.ts";
import { createApp, deleteApp, updateAppStatus } from "./app-lifecycle.ts";
import { buildSamlBody, readSignOn } from "./app-saml-body.ts";
import { appAllowed, appComputed, appDefaults, appSame, linkOf, part, readAppState } from "./app-settings.ts";
import { parseSamlMetadata } from "./saml-metadata.ts";

/** Okta gives these applications a policy of their own. */
const appsWithoutPolicy = ["office365", "radius"];

/** A SAML application, custom or from the catalog. */
export const appSaml: ResourceDefinition<OktaClient> = {
  token: "okta:app/saml:Saml",
  defaults: {
    ...appDefaults,
    honorForceAuthn: false,
    samlVersion: "2.0",
    samlSignedRequestEnabled: false,
    skipAuthenticationPolicy: false,
  },
  allowed: { ...appAllowed, samlVersion: ["2.0", "1.1"] },
  // idpIssuer: Okta fills in its own pattern, which the official plugin takes for "not set".
  computed: [...appComputed, "preconfiguredApp", "authenticationPolicy", "idpIssuer"],
  same: appSame,
  sets: { acsEndpointsIndices: null },
  volatile: ["logoUrl", "metadata", "certificate", "keyId", "keys"],
  validate: checkStatements,
  create: (context, inputs) =>
    createApp(context, inputs, buildSamlBody(inputs, {}), async (id, app) => {
      await rotateKey(context, id, inputs, String(app["name"]));
      if (!appsWithoutPolicy.includes(String(app["name"]))) await setPolicy(context, id, inputs);
      return (await readState(context, id, inputs)) ?? {};
    }),
  read: async (context, id, state) => {
    const found = await readState(context, id, state);
    return found && { state: found };
  },
  update: async (context, id, state, inputs) => {
    if (await updateAppStatus(context, id, state, inputs)) {
      const name = state.optionalText("name");
      const keyId = state.optionalText("keyId");
      await context.client.v2.call({
        method: "PUT",
        path: `/api/v1/apps/${id}`,
        body: buildSamlBody(inputs, { name, keyId }),
      });
      if (state.optionalText("keyName") !== inputs.optionalText("keyName")) {
        await rotateKey(context, id, inputs, name ?? "");
      }
      await setPolicy(context, id, inputs);
    }
    return (await readState(context, id, inputs)) ?? {};
  },
  delete: deleteApp,
};

function checkStatements(inputs: Properties): CheckFailure[] {
  return inputs.objects("attributeStatements").flatMap((statement, index) => {
    const isGroup = statement.optionalText("type") === "GROUP";
    const hasFilter = statement.has("filterType") || statement.has("filterValue");
    const path = `attributeStatements[${index}]`;
    if (hasFilter && !isGroup) {
      return [
        {
          path,
          reason: "when setting 'filter_value' or 'filter_type', value of 'type' should be set to 'GROUP'",
        },
      ];
    }
    if (isGroup && statement.texts("values").length > 0) {
      return [{ path, reason: "when setting 'values', 'type' should be set to 'EXPRESSION'" }];
    }
    return [];
  });
}

async function rotateKey(
  context: Context<OktaClient>,
  id: string,
  inputs: Properties,
  name: string,
): Promise<void> {
  if (!inputs.optionalText("keyName")) return;
  const key = await context.client.v2.callForObject({
    method: "POST",
    path: `/api/v1/apps/${id}/credentials/keys/generate`,
    query: { validityYears: String(inputs.optionalNumber("keyYearsValid") ?? 0) },
  });
  await context.client.v2.call({
    method: "PUT",
    path: `/api/v1/apps/${id}`,
    body: buildSamlBody(inputs, { name, keyId: String(key["kid"]) }),
  });
}

/** Only Okta Identity Engine orgs have authentication policies; the well-known document tells which kind it is. */
async function setPolicy(context: Context<OktaClient>, id: string, inputs: Properties): Promise<void> {
  if (inputs.flag("skipAuthenticationPolicy") || !(await isIdentityEngine(context))) return;
  const { v2 } = context.client;
  let policyId = inputs.optionalText("authenticationPolicy");
  if (!policyId) {
    const policies = await v2.list("/api/v1/policies", { type: "ACCESS_POLICY" });
    const system = policies.find((policy) => policy["system"] === true);
    if (system === undefined) throw new Error("failed to find default access policy");
    policyId = String(system["id"]);
  }
  await v2.call({ method: "PUT", path: `/api/v1/apps/${id}/policies/${policyId}` });
}

async function isIdentityEngine(context: Context<OktaClient>): Promise<boolean> {
  const organization = await context.client.v4.get("/.well-known/okta-organization");
  return organization["pipeline"] === "idx";
}

async function readState(
  context: Context<OktaClient>,
  id: string,
  known: Properties,
): Promise<JsonObject | undefined> {
  const { v2 } = context.client;
  const app = await orAbsent(v2.get(`/api/v1/apps/${id}`));
  if (app === undefined) return undefined;
  const settings = part(app, "settings");
  const signOn = part(settings, "signOn");
  const policyLink = linkOf(app, "accessPolicy");
  const keys = await readMetadata(context, id, app);
  const list = await v2.call({ method: "GET", path: `/api/v1/apps/${id}/credentials/keys` });
  return {
    ...readAppState(app),
    ...readSignOn(signOn),
    ...keys,
    keys: Array.isArray(list) ? list.filter(isJsonObject).map(readKey) : [],
    features: app["features"] ?? [],
    preconfiguredApp: app["name"] ?? null,
    embedUrl: linkOf(app, "appLinks"),
    implicitAssignment: settings["implicitAssignment"] ?? false,
    samlVersion: app["signOnMode"] === "SAML_1_1" ? "1.1" : "2.0",
    authenticationPolicy:
      typeof policyLink === "string" && !known.flag("skipAuthenticationPolicy")
        ? (policyLink.split("/").at(-1) ?? "")
        : null,
  };
}

async function readMetadata(context: Context<OktaClient>, id: string, app: JsonObject): Promise<JsonObject> {
  const keyId = part(part(app, "credentials"), "signing")["kid"];
  if (typeof keyId !== "string" || keyId === "" || app["status"] === "INACTIVE") return {};
  const xml = await context.client.v2.getText(`/api/v1/apps/${id}/sso/saml/metadata`, { kid: keyId });
  const metadata = parseSamlMetadata(xml);
  return {
    keyId,
    metadata: xml,
    metadataUrl: linkOf(app, "metadata"),
    httpPostBinding: metadata.postBinding,
    httpRedirectBinding: metadata.redirectBinding,
    entityUrl: metadata.entityId,
    entityKey: metadata.entityId.split("/").at(-1) ?? "",
    certificate: metadata.certificate,
  };
}

function readKey(key: JsonObject): JsonObject {
  const names = ["kid", "kty", "use", "created", "lastUpdated", "expiresAt", "e", "n"] as const;
  const fields: [string, JsonValue][] = names.map((name) => [name, key[name] ?? null]);
  fields.push(["x5cs", key["x5c"] ?? null], ["x5tS256", key["x5t#S256"] ?? null]);
  return Object.fromEntries(fields.filter(([, value]) => value !== null));
}
