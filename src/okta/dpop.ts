import { createHash, randomUUID } from "node:crypto";
import { exportPublicJwk, generateSigningKey, signJwt } from "./jwt.ts";

/** Makes proofs of possession (RFC 9449) with one key for the life of a client, and keeps the server's latest nonce. */
export class DpopProver {
  readonly #key = generateSigningKey();
  #nonce: string | undefined;

  /** Takes over the nonce that the server asks for; answers whether it is a new one. */
  takeNonce(nonce: string | undefined): boolean {
    if (nonce === undefined || nonce === this.#nonce) return false;
    this.#nonce = nonce;
    return true;
  }

  /** The `DPoP` header for one request; with an access token the proof is bound to it. `url` is taken without query. */
  prove(method: string, url: string, accessToken?: string): string {
    return signJwt(
      this.#key,
      { typ: "dpop+jwt", jwk: exportPublicJwk(this.#key) },
      {
        htm: method,
        htu: url.split(/[?#]/)[0],
        iat: Math.floor(Date.now() / 1000),
        jti: randomUUID(),
        ...(this.#nonce === undefined ? {} : { nonce: this.#nonce }),
        ...(accessToken === undefined
          ? {}
          : { ath: createHash("sha256").update(accessToken).digest("base64url") }),
      },
    );
  }
}
