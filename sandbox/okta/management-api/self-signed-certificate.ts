import { createHash, generateKeyPair, randomBytes, sign } from "node:crypto";
import { promisify } from "node:util";

const makeKeyPair = promisify(generateKeyPair);

/** A new RSA key with a certificate for it. */
export interface SigningKey {
  readonly kid: string;
  /** X.509 v3 certificate, base64 of DER. */
  readonly certificate: string;
  readonly modulus: string;
  readonly exponent: string;
  /** ISO 8601. */
  readonly created: string;
  readonly expiresAt: string;
}

/** A key as {@link createKeyPair} makes it, whose private half is thrown away: the org only shows the public one, as Okta does. */
export async function createSigningKey(
  commonName: string,
  notBefore: Date,
  validYears: number,
): Promise<SigningKey> {
  const { privateKey: _thrownAway, ...key } = await createKeyPair(commonName, notBefore, validYears);
  return key;
}

/** Makes an RSA-2048 key with a self-signed certificate (RFC 5280); the private half as PEM (PKCS #8). */
export async function createKeyPair(
  commonName: string,
  notBefore: Date,
  validYears: number,
): Promise<SigningKey & { readonly privateKey: string }> {
  const { publicKey, privateKey } = await makeKeyPair("rsa", { modulusLength: 2048 });
  const notAfter = new Date(notBefore);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + validYears);
  const algorithm = sequence(objectIdentifier("2a864886f70d01010b"), der(0x05, Buffer.alloc(0)));
  const name = sequence(
    der(0x31, sequence(objectIdentifier("550403"), der(0x0c, Buffer.from(commonName, "utf8")))),
  );
  const serial = createHash("sha256")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest()
    .subarray(0, 8);
  serial[0] = (serial[0] ?? 0) & 0x7f;
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    algorithm,
    name,
    sequence(utcTime(notBefore), utcTime(notAfter)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = sign("sha256", toBeSigned, privateKey);
  const certificate = sequence(
    toBeSigned,
    algorithm,
    der(0x03, Buffer.concat([Buffer.from([0]), signature])),
  );
  const jwk = publicKey.export({ format: "jwk" });
  return {
    // Okta's key ids are no digest of the key or the certificate, so none may be taken for one.
    kid: randomBytes(32).toString("base64url"),
    certificate: certificate.toString("base64"),
    modulus: jwk.n ?? "",
    exponent: jwk.e ?? "",
    created: notBefore.toISOString(),
    expiresAt: notAfter.toISOString(),
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** A DER element (X.690): tag, length, content. */
function der(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const bytes = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...bytes]), content]);
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function objectIdentifier(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}

/** UTCTime holds two digits of the year; from 2050 on certificates use GeneralizedTime. */
function utcTime(time: Date): Buffer {
  const digits = time.toISOString().replaceAll(/[-:T]/g, "").slice(0, 14);
  return time.getUTCFullYear() < 2050
    ? der(0x17, Buffer.from(`${digits.slice(2)}Z`))
    : der(0x18, Buffer.from(`${digits}Z`));
}
