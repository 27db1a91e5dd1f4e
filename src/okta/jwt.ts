import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  sign,
} from "node:crypto";
import { OktaTokenError } from "./okta-error.ts";

type SigningAlgorithm = "RS256" | "ES256";

/** A private key with the algorithm that it signs with. */
export interface SigningKey {
  readonly key: KeyObject;
  readonly algorithm: SigningAlgorithm;
}

/**
 * Reads a private key in PEM (PKCS #1, PKCS #8, SEC 1): RSA of at least 2048 bits signs with RS256, P-256 with ES256.
 * @throws OktaTokenError OKTA_PRIVATE_KEY_INVALID; the message never holds a part of the key.
 */
export function readSigningKey(pem: string): SigningKey {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw refuseKey("it is not an unencrypted private key in PEM");
  }
  if (key.asymmetricKeyType === "rsa") {
    if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048)
      throw refuseKey("RSA keys need at least 2048 bits");
    return { key, algorithm: "RS256" };
  }
  if (key.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === "prime256v1") {
    return { key, algorithm: "ES256" };
  }
  throw refuseKey("it is neither RSA nor P-256");
}

/** A fresh P-256 key, for proofs of possession. */
export function generateSigningKey(): SigningKey {
  return { key: generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey, algorithm: "ES256" };
}

/** The public half as JWK (RFC 7517). */
export function exportPublicJwk(signingKey: SigningKey): JsonWebKey {
  return createPublicKey(signingKey.key).export({ format: "jwk" });
}

/** A signed JWT in compact form (RFC 7519, RFC 7515); `alg` is set from the key. */
export function signJwt(
  signingKey: SigningKey,
  header: Readonly<Record<string, unknown>>,
  claims: Readonly<Record<string, unknown>>,
): string {
  const content = [{ ...header, alg: signingKey.algorithm }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const signature = sign("sha256", Buffer.from(content), { key: signingKey.key, dsaEncoding: "ieee-p1363" });
  return `${content}.${signature.toString("base64url")}`;
}

function refuseKey(problem: string): OktaTokenError {
  return new OktaTokenError(
    "OKTA_PRIVATE_KEY_INVALID",
    `The service app's private key can't be used: ${problem}.`,
    "Give the private key in PEM whose public half is registered on the service app (General > Client Credentials > Public keys).",
  );
}
