import { createPrivateKey, createSign, randomUUID } from "node:crypto";
import type { OktaCredentials } from "./config.ts";

/** Seconds that a client assertion is good for. */
const assertionLifetime = 3600;
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

type PrivateKeyCredentials = Extract<OktaCredentials, { kind: "privateKey" }>;

/**
 * The form of a token request of a service app (private_key_jwt).
 * @param now seconds since 1970
 * @throws Error when the private key can't be read
 * @see https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/
 */
export function buildTokenRequest(
  credentials: PrivateKeyCredentials,
  orgUrl: string,
  now: number,
): URLSearchParams {
  return new URLSearchParams({
    grant_type: "client_credentials",
    scope: credentials.scopes.join(" "),
    client_assertion_type: assertionType,
    client_assertion: signAssertion(credentials, `${orgUrl}/oauth2/v1/token`, now),
  });
}

function signAssertion(credentials: PrivateKeyCredentials, audience: string, now: number): string {
  // Environment variables and YAML often carry a PEM with its line ends written as \n.
  const key = createPrivateKey(credentials.privateKey.replaceAll("\\n", "\n"));
  const isElliptic = key.asymmetricKeyType === "ec";
  const header = {
    alg: isElliptic ? "ES256" : "RS256",
    typ: "JWT",
    ...(credentials.privateKeyId === undefined ? {} : { kid: credentials.privateKeyId }),
  };
  const claims = {
    iss: credentials.clientId,
    sub: credentials.clientId,
    aud: audience,
    iat: now,
    exp: now + assertionLifetime,
    jti: randomUUID(),
  };
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const signed = `${encode(header)}.${encode(claims)}`;
  const signer = createSign("SHA256").update(signed);
  const signature = signer.sign(isElliptic ? { key, dsaEncoding: "ieee-p1363" } : key);
  return `${signed}.${signature.toString("base64url")}`;
}
