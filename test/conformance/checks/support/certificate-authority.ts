import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** A certificate and its private key, both PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** What a server certificate says. Days are counted from now and may be negative. */
export interface CertificateRequest {
  readonly hostName: string;
  readonly validFromDays?: number;
  readonly validToDays?: number;
}

const authorityName = "Test Authority";

/** A certificate authority for TLS tests, made of nothing but node:crypto (RFC 5280). */
export class CertificateAuthority {
  readonly #keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  /** The authority's own certificate, PEM: what clients trust. */
  readonly cert: string;

  constructor() {
    this.cert = this.#certify(authorityName, this.#keys.publicKey, -1, 3650, [basicConstraints]);
  }

  issue({ hostName, validFromDays = -1, validToDays = 365 }: CertificateRequest): Certificate {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    return {
      cert: this.#certify(hostName, publicKey, validFromDays, validToDays, [alternativeName(hostName)]),
      key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    };
  }

  #certify(
    commonName: string,
    publicKey: KeyObject,
    validFromDays: number,
    validToDays: number,
    extensions: readonly Buffer[],
  ): string {
    const algorithm = sequence(element(0x06, Buffer.from("2a8648ce3d040302", "hex")));
    const toBeSigned = sequence(
      element(0xa0, element(0x02, Buffer.from([2]))),
      element(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
      algorithm,
      nameOf(authorityName),
      sequence(timeInDays(validFromDays), timeInDays(validToDays)),
      nameOf(commonName),
      publicKey.export({ type: "spki", format: "der" }),
      element(0xa3, sequence(...extensions)),
    );
    const signature = sign("sha256", toBeSigned, this.#keys.privateKey);
    const certificate = sequence(
      toBeSigned,
      algorithm,
      element(0x03, Buffer.concat([Buffer.from([0]), signature])),
    );
    return `-----BEGIN CERTIFICATE-----\n${certificate.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
  }
}

/** CA:TRUE, critical. */
const basicConstraints = sequence(
  element(0x06, Buffer.from("551d13", "hex")),
  element(0x01, Buffer.from([0xff])),
  element(0x04, sequence(element(0x01, Buffer.from([0xff])))),
);

function alternativeName(hostName: string): Buffer {
  return sequence(
    element(0x06, Buffer.from("551d11", "hex")),
    element(0x04, sequence(element(0x82, Buffer.from(hostName)))),
  );
}

function nameOf(commonName: string): Buffer {
  const attribute = sequence(
    element(0x06, Buffer.from("550403", "hex")),
    element(0x0c, Buffer.from(commonName)),
  );
  return sequence(element(0x31, attribute));
}

function timeInDays(days: number): Buffer {
  const digits = new Date(Date.now() + days * 86_400_000).toISOString().replaceAll(/[-:T]/g, "").slice(0, 14);
  return element(0x18, Buffer.from(`${digits}Z`));
}

function element(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), content]);
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return element(0x30, Buffer.concat(parts));
}
