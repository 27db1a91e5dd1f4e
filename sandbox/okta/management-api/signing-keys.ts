import { createHash } from "node:crypto";
import { ORG2ORG } from "../catalog/catalog.ts";
import { answerJson } from "../http.ts";
import type { AppKey, AppKeyPair } from "../store/apps.ts";
import type { App, JsonValue } from "../store/model.ts";
import type { OrgStore } from "../store/org-store.ts";
import { isObject } from "../store/sql.ts";
import { type ApiCall, type Endpoint, param } from "./api-call.ts";
import { findApp } from "./find-app.ts";
import { invalid, notFound } from "./okta-error.ts";
import { wholeSeconds } from "./okta-time.ts";
import { createKeyPair, createSigningKey, type SigningKey } from "./self-signed-certificate.ts";

/**
 * A key that signs for new apps: of its own for a SAML app and for each Org2Org app (which authenticates with it in the target org),
 * the org's for all OpenID Connect apps, none for others.
 */
export async function signingKeyFor(
  store: OrgStore,
  signOnMode: string | null,
  catalogName: string | null,
): Promise<
  | { readonly key: SigningKey; readonly owner: "app" | "org" }
  | { readonly key: AppKeyPair; readonly owner: "org2org" }
  | undefined
> {
  if (catalogName === ORG2ORG)
    return { key: await createKeyPair("sandbox", store.clock.now(), 10), owner: "org2org" };
  if (signOnMode === "OPENID_CONNECT") return { key: await makeOrgKey(store), owner: "org" };
  if (signOnMode?.startsWith("SAML") !== true) return undefined;
  return { key: await createSigningKey("sandbox", store.clock.now(), 10), owner: "app" };
}

/** The org's key, made when it is first needed. */
async function makeOrgKey(store: OrgStore): Promise<SigningKey> {
  const known = orgKey(store);
  if (known !== undefined) return known;
  const key = await createSigningKey("sandbox", store.clock.now(), 10);
  // Another app may have been made while this key was.
  const winner = orgKey(store);
  if (winner === undefined) store.saveSetting("signing_key", JSON.stringify(key));
  return winner ?? key;
}

function orgKey(store: OrgStore): SigningKey | undefined {
  const stored = store.setting("signing_key");
  return stored === undefined ? undefined : JSON.parse(stored);
}

/** The keys of an app, as its answers and `credentials/keys` show them. */
export function keysOf(store: OrgStore, app: App): AppKey[] {
  const org = orgKey(store);
  const signing = app.credentials["signing"];
  const usesOrgKey = org !== undefined && isObject(signing) && signing["kid"] === org.kid;
  return [...(usesOrgKey ? [org] : []), ...store.apps.keys(app.id)];
}

function presentKey(key: AppKey) {
  const thumbprint = createHash("sha256").update(Buffer.from(key.certificate, "base64")).digest("base64url");
  return {
    kty: "RSA",
    created: wholeSeconds(key.created),
    lastUpdated: wholeSeconds(key.created),
    expiresAt: wholeSeconds(key.expiresAt),
    kid: key.kid,
    use: "sig",
    x5c: [key.certificate],
    "x5t#S256": thumbprint,
    e: key.exponent,
    n: key.modulus,
  };
}

async function generateKey(call: ApiCall) {
  const app = findApp(call);
  const years = Number(call.request.query.get("validityYears") ?? "");
  if (!Number.isInteger(years) || years < 2 || years > 10) {
    throw invalid("validityYears", "validityYears: must be between 2 and 10");
  }
  const key = await createKeyPair("sandbox", call.store.clock.now(), years);
  if (app.catalogName === ORG2ORG) call.store.apps.addKeyPair(app.id, key);
  else call.store.apps.addKey(app.id, key);
  return answerJson(201, presentKey(key));
}

function findKey(call: ApiCall): AppKey {
  const id = param(call, "keyId");
  const key = keysOf(call.store, findApp(call)).find(({ kid }) => kid === id);
  if (key === undefined) throw notFound(id, "JsonWebKey");
  return key;
}

/** Gives another app the key of this one. */
function cloneKey(call: ApiCall) {
  const key = findKey(call);
  const privateKey = call.store.apps.privateKey(param(call, "appId"), key.kid);
  const targetId = call.request.query.get("targetAid") ?? "";
  const target = call.store.apps.get(targetId);
  if (target === undefined) throw notFound(targetId, "AppInstance");
  const known = keysOf(call.store, target).some(({ kid }) => kid === key.kid);
  if (!known && privateKey !== undefined) call.store.apps.addKeyPair(target.id, { ...key, privateKey });
  else if (!known) call.store.apps.addKey(target.id, key);
  return answerJson(201, presentKey(key));
}

/** `GET /apps/{id}/sso/saml/metadata`: the identity provider's entity descriptor (SAML 2.0 Metadata, 2.4.3). */
function samlMetadata(call: ApiCall) {
  const app = findApp(call);
  const wanted = call.request.query.get("kid");
  const keys = keysOf(call.store, app);
  const key = wanted === null ? keys[0] : keys.find(({ kid }) => kid === wanted);
  if (key === undefined || app.signOnMode?.startsWith("SAML") !== true) throw notFound(app.id, "AppInstance");
  const externalKey = `exk${app.id.slice(3)}`;
  const location = `${call.orgUrl}/app/${app.name}/${externalKey}/sso/saml`;
  const certificate = key.certificate.replaceAll(/.{76}(?=.)/g, "$&\n");
  const services = (kind: "SingleSignOn" | "SingleLogout", address: string): string =>
    ["HTTP-POST", "HTTP-Redirect"]
      .map(
        (binding) =>
          `<md:${kind}Service Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="${address}"/>`,
      )
      .join("");
  const signOn = app.settings["signOn"];
  const slo = isObject(signOn) && isObject(signOn["slo"]) && signOn["slo"]["enabled"] === true;
  const logout = slo ? services("SingleLogout", location.replace(/sso\/saml$/, "slo/saml")) : "";
  const names = nameIdFormats(isObject(signOn) ? signOn["subjectNameIdFormat"] : undefined);
  const body = `<?xml version="1.0" encoding="UTF-8"?><md:EntityDescriptor entityID="http://www.okta.com/${externalKey}" xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"><md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>${logout}${names}${services("SingleSignOn", location)}</md:IDPSSODescriptor></md:EntityDescriptor>`;
  return { status: 200, headers: { "content-type": "application/xml;charset=ISO-8859-1" }, body };
}

const EMAIL_FORMAT = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
const UNSPECIFIED_FORMAT = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";

/** An app whose subject is an e-mail address says so; others name both. */
function nameIdFormats(format: JsonValue | undefined): string {
  const formats = format === EMAIL_FORMAT ? [EMAIL_FORMAT] : [UNSPECIFIED_FORMAT, EMAIL_FORMAT];
  return formats.map((each) => `<md:NameIDFormat>${each}</md:NameIDFormat>`).join("");
}

/** Signing keys and SAML metadata of apps. */
export const SIGNING_KEY_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/v1/apps/:appId/credentials/keys",
    scopes: ["okta.apps.read"],
    handle: (call) => answerJson(200, keysOf(call.store, findApp(call)).map(presentKey)),
  },
  {
    method: "GET",
    path: "/api/v1/apps/:appId/credentials/keys/:keyId",
    scopes: ["okta.apps.read"],
    handle: (call) => answerJson(200, presentKey(findKey(call))),
  },
  {
    method: "POST",
    path: "/api/v1/apps/:appId/credentials/keys/generate",
    scopes: ["okta.apps.manage"],
    handle: generateKey,
  },
  {
    method: "POST",
    path: "/api/v1/apps/:appId/credentials/keys/:keyId/clone",
    scopes: ["okta.apps.manage"],
    handle: cloneKey,
  },
  {
    method: "GET",
    path: "/api/v1/apps/:appId/sso/saml/metadata",
    scopes: ["okta.apps.read"],
    handle: samlMetadata,
  },
];
