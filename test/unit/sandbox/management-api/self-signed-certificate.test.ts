import { createPublicKey, X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { createSigningKey } from "../../../../sandbox/okta/management-api/self-signed-certificate.ts";

test("a signing key comes with a certificate that other software reads and verifies", async () => {
  const key = await createSigningKey("sandbox", new Date("2026-01-02T03:04:05.000Z"), 10);
  const certificate = new X509Certificate(Buffer.from(key.certificate, "base64"));
  expect(certificate.subject).toBe("CN=sandbox");
  expect(certificate.validFromDate.toISOString()).toBe("2026-01-02T03:04:05.000Z");
  expect(certificate.validToDate.toISOString()).toBe("2036-01-02T03:04:05.000Z");
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  const jwk = createPublicKey({ key: { kty: "RSA", n: key.modulus, e: key.exponent }, format: "jwk" });
  expect(certificate.publicKey.equals(jwk)).toBe(true);
});

test("a certificate may end after 2049, where its dates are written in another form", async () => {
  const key = await createSigningKey("sandbox", new Date("2045-06-01T00:00:00.000Z"), 10);
  const certificate = new X509Certificate(Buffer.from(key.certificate, "base64"));
  expect(certificate.validToDate.toISOString()).toBe("2055-06-01T00:00:00.000Z");
});
