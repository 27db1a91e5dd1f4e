import { createHash } from "node:crypto";
import type { IncomingRequest } from "../http.ts";
import type { OrgStore } from "../store/org-store.ts";
import { isObject } from "../store/sql.ts";
import { isSignedBy, parseJwt, thumbprint } from "./jwt.ts";

/** How old a DPoP proof may be, in seconds. */
const PROOF_LIFETIME = 300;

/** Why a DPoP proof was not taken. */
type DpopFailure = "missing" | "invalid" | "nonce";

/**
 * Checks the DPoP proof of a request (RFC 9449): signature by its own key, method, address, age, single use, and the hash of
 * the access token where one is given. Hosts are not compared: proxied clients see another port than the org does.
 * @returns the thumbprint of the proof's key, or why the proof was refused
 */
export function checkDpopProof(
  store: OrgStore,
  request: IncomingRequest,
  expected: { readonly accessToken?: string; readonly nonce?: string },
): { readonly thumbprint: string } | { readonly failure: DpopFailure } {
  const proof = request.headers["dpop"];
  if (proof === undefined) return { failure: "missing" };
  const jwt = parseJwt(proof);
  const jwk = jwt?.header["jwk"];
  if (jwt === undefined || !isObject(jwk) || jwt.header["typ"] !== "dpop+jwt") return { failure: "invalid" };
  const key = thumbprint(jwk);
  if (key === undefined || "d" in jwk || !isSignedBy(jwt, jwk)) return { failure: "invalid" };
  const { htm, htu, iat, jti, nonce, ath } = jwt.claims;
  const now = Math.floor(store.clock.now().getTime() / 1000);
  const fresh = typeof iat === "number" && Math.abs(now - iat) <= PROOF_LIFETIME;
  if (htm !== request.method || !samePath(htu, request.path) || !fresh || typeof jti !== "string") {
    return { failure: "invalid" };
  }
  if (expected.accessToken !== undefined) {
    const hash = createHash("sha256").update(expected.accessToken).digest("base64url");
    if (ath !== hash) return { failure: "invalid" };
  }
  if (expected.nonce !== undefined && nonce !== expected.nonce) return { failure: "nonce" };
  const once = store.credentials.useOnce(`dpop:${key}:${jti}`, new Date((now + PROOF_LIFETIME) * 1000));
  return once ? { thumbprint: key } : { failure: "invalid" };
}

function samePath(htu: unknown, path: string): boolean {
  if (typeof htu !== "string") return false;
  try {
    return new URL(htu).pathname === path;
  } catch {
    return false;
  }
}
