import { createPrivateKey, randomUUID, sign } from "node:crypto";
import { type Dispatcher, request } from "undici";
import { z } from "zod";
import { parseJson } from "../../../src/spec/json-value.ts";
import { ORG2ORG } from "../catalog/catalog.ts";
import type { App, Connection } from "../store/model.ts";
import type { OrgStore } from "../store/org-store.ts";
import { isObject } from "../store/sql.ts";
import type { VerificationResult } from "./connection-test.ts";

/** What Okta's guide has granted to the service app in the target org. */
const scopes = "okta.users.manage okta.groups.manage";
const assertionLifetime = 300;

const answerSchema = z.looseObject({ access_token: z.string().min(1) });
const refusalSchema = z.looseObject({ error: z.string(), error_description: z.string().optional() });

/**
 * Tries an OAUTH2 connection that the Management API has set: an Org2Org app asks the target org for an access token by client
 * credentials with `private_key_jwt`, as in Okta's guide "Secure API connections between orgs with OAuth 2.0"; the others need the
 * consent of their administrator first. The texts are not Okta's: it publishes none.
 */
export async function testAuthorization(
  store: OrgStore,
  connection: Connection,
  options: { readonly dispatcher: Dispatcher; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<VerificationResult> {
  const app = store.apps.get(connection.appId);
  if (app === undefined) return refuse("The app no longer exists.", "Create it again.");
  if (app.catalogName !== ORG2ORG) {
    if (connection.oauth2?.consent?.isGiven === true) return { ok: true };
    return refuse(
      "Error authenticating: consent has not been granted yet.",
      "Open the connection's authorize link, give the consent, and send the POST that it answers.",
    );
  }
  const orgUrl = targetOrgOf(app);
  const key = findSigningKey(store, app, connection);
  const clientId = connection.oauth2?.clientId ?? null;
  if (orgUrl === undefined) {
    return refuse(
      "Error authenticating: the app's base URL is not valid.",
      "Set settings.app.baseUrl of the app to the target org's URL.",
    );
  }
  if (key === undefined || clientId === null) {
    return refuse("Error authenticating: the connection has no key or no client ID.", "Save it again.");
  }
  return requestToken({ ...options, orgUrl, clientId, key, now: store.clock.now() });
}

/** The target org of an Org2Org app (`settings.app.baseUrl`) without a trailing slash; undefined when it is no URL. */
export function targetOrgOf(app: App): string | undefined {
  const settings = app.settings["app"];
  const url = isObject(settings) ? settings["baseUrl"] : undefined;
  if (typeof url !== "string" || !URL.canParse(url) || !/^https?:/.test(url)) return undefined;
  return url.replace(/\/+$/, "");
}

interface SigningKey {
  readonly kid: string;
  readonly privateKey: string;
}

/** The connection's own key where Okta rotates it, else the one that the app's credentials name. */
function findSigningKey(store: OrgStore, app: App, { oauth2 }: Connection): SigningKey | undefined {
  if (oauth2?.rotationMode === "AUTO") return oauth2.key ?? undefined;
  const signing = app.credentials["signing"];
  const kid = isObject(signing) ? signing["kid"] : undefined;
  const privateKey = typeof kid === "string" ? store.apps.privateKey(app.id, kid) : undefined;
  return typeof kid === "string" && privateKey !== undefined ? { kid, privateKey } : undefined;
}

async function requestToken(client: {
  readonly orgUrl: string;
  readonly clientId: string;
  readonly key: SigningKey;
  readonly now: Date;
  readonly dispatcher: Dispatcher;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}): Promise<VerificationResult> {
  const url = `${client.orgUrl}/oauth2/v1/token`;
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    scope: scopes,
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: signAssertion(client, url),
  });
  try {
    const answer = await request(url, {
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
      body: body.toString(),
      dispatcher: client.dispatcher,
      headersTimeout: client.timeoutMs,
      bodyTimeout: client.timeoutMs,
      signal: client.signal,
    });
    const content = parseJson(await answer.body.text());
    if (answer.statusCode === 200 && answerSchema.safeParse(content).success) return { ok: true };
    const said = refusalSchema.safeParse(content).data;
    const reason = said === undefined ? "" : ` ${said.error}: ${said.error_description ?? ""}`;
    return refuse(
      `Error authenticating: the target org refused an access token (${answer.statusCode}${reason.trimEnd()}).`,
      "Register this connection's public key on the target org's service app, and grant it okta.users.manage and okta.groups.manage.",
    );
  } catch (cause) {
    if (client.signal.aborted) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    return refuse(`Error authenticating: ${reason}`, "Check the target org's URL and the way to it.");
  }
}

/** A signed assertion (RFC 7523): issuer and subject are the client, the audience is the token endpoint. */
function signAssertion(
  { clientId, key, now }: { readonly clientId: string; readonly key: SigningKey; readonly now: Date },
  audience: string,
): string {
  const issued = Math.floor(now.getTime() / 1000);
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: audience,
    iat: issued,
    exp: issued + assertionLifetime,
  };
  const content = [
    { alg: "RS256", kid: key.kid },
    { ...claims, jti: randomUUID() },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const signature = sign("sha256", Buffer.from(content), createPrivateKey(key.privateKey));
  return `${content}.${signature.toString("base64url")}`;
}

function refuse(error: string, remedy: string): VerificationResult {
  return { ok: false, error, code: "OAUTH_CONNECTION", remedy };
}
