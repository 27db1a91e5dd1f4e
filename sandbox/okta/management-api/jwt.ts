import { createHash, createPublicKey, verify } from "node:crypto";
import type { JsonObject } from "../store/model.ts";
import { isObject } from "../store/sql.ts";

/** A JWT whose signature was not checked yet. */
export interface ParsedJwt {
  readonly header: JsonObject;
  readonly claims: JsonObject;
  readonly signedPart: string;
  readonly signature: Uint8Array;
}

/** Algorithms that Okta takes for client assertions and DPoP proofs here. */
const ALGORITHMS: Readonly<Record<string, { readonly hash: string; readonly elliptic: boolean }>> = {
  RS256: { hash: "sha256", elliptic: false },
  RS384: { hash: "sha384", elliptic: false },
  RS512: { hash: "sha512", elliptic: false },
  ES256: { hash: "sha256", elliptic: true },
  ES384: { hash: "sha384", elliptic: true },
  ES512: { hash: "sha512", elliptic: true },
};

/** Takes a compact JWT apart; undefined when it is none. */
export function parseJwt(text: string): ParsedJwt | undefined {
  const [header, claims, signature, more] = text.split(".");
  if (header === undefined || claims === undefined || signature === undefined || more !== undefined)
    return undefined;
  const parsedHeader = parsePart(header);
  const parsedClaims = parsePart(claims);
  if (parsedHeader === undefined || parsedClaims === undefined) return undefined;
  return {
    header: parsedHeader,
    claims: parsedClaims,
    signedPart: `${header}.${claims}`,
    signature: Buffer.from(signature, "base64url"),
  };
}

/** Whether a JWT was signed with a key (JWK). */
export function isSignedBy(jwt: ParsedJwt, jwk: JsonObject): boolean {
  const algorithm = ALGORITHMS[String(jwt.header["alg"])];
  if (algorithm === undefined || jwk["kty"] !== (algorithm.elliptic ? "EC" : "RSA")) return false;
  try {
    const key = createPublicKey({ key: jwk, format: "jwk" });
    return verify(
      algorithm.hash,
      Buffer.from(jwt.signedPart),
      { key, dsaEncoding: "ieee-p1363" },
      jwt.signature,
    );
  } catch {
    return false;
  }
}

/** JWK thumbprint (RFC 7638), base64url; undefined for a key of another kind than RSA and EC. */
export function thumbprint(jwk: JsonObject): string | undefined {
  const members =
    jwk["kty"] === "RSA" ? ["e", "kty", "n"] : jwk["kty"] === "EC" ? ["crv", "kty", "x", "y"] : [];
  if (members.length === 0) return undefined;
  const canonical = JSON.stringify(
    Object.fromEntries(members.map((member) => [member, jwk[member] ?? null])),
  );
  return createHash("sha256").update(canonical).digest("base64url");
}

function parsePart(part: string): JsonObject | undefined {
  try {
    const value = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
