import { randomUUID } from "node:crypto";
import { z } from "zod";
import { parseJson } from "../spec/json-value.ts";
import { DpopProver } from "./dpop.ts";
import { type SigningKey, signJwt } from "./jwt.ts";
import { OktaTokenError } from "./okta-error.ts";
import { type OktaResponse, readHeader, type Transport } from "./transport.ts";

const tokenSchema = z.looseObject({
  access_token: z.string().min(1),
  token_type: z.string(),
  expires_in: z.number(),
});
const refusalSchema = z.looseObject({ error: z.string(), error_description: z.string().optional() });

const tokenPath = "/oauth2/v1/token";
/** A token is renewed this long before it expires, so that none expires on its way. */
const renewBeforeMs = 30_000;

export interface ServiceApp {
  readonly orgUrl: string;
  readonly clientId: string;
  readonly key: SigningKey;
  /** The key's `kid`, needed where the service app has several keys. */
  readonly keyId?: string;
  readonly scopes: readonly string[];
}

export interface AccessToken {
  readonly value: string;
  /** How it is presented: as a bearer token, or with a proof of possession. */
  readonly scheme: "Bearer" | "DPoP";
}

/**
 * Access tokens of a service app by client credentials with a signed assertion (private_key_jwt,
 * https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/). One token is kept until shortly before it expires;
 * requests at the same time share one call. Where the service app demands DPoP, it is used from then on.
 */
export class AccessTokens {
  readonly #app: ServiceApp;
  readonly #transport: Transport;
  #dpop: DpopProver | undefined;
  #current: Promise<AccessToken> | undefined;
  #renewAt = 0;

  constructor(app: ServiceApp, transport: Transport) {
    this.#app = app;
    this.#transport = transport;
  }

  /** The prover of this client; there is one once the org has demanded DPoP. */
  get dpop(): DpopProver | undefined {
    return this.#dpop;
  }

  /** @throws OktaTokenError OKTA_TOKEN_REFUSED or OKTA_TOKEN_INVALID; OktaUnreachableError. */
  async get(): Promise<AccessToken> {
    if (this.#current === undefined || Date.now() >= this.#renewAt) {
      this.#renewAt = Number.POSITIVE_INFINITY;
      this.#current = this.#request().catch((error: unknown) => {
        this.#current = undefined;
        throw error;
      });
    }
    return this.#current;
  }

  /** Throws the kept token away, after the org refused it. */
  forget(): void {
    this.#current = undefined;
  }

  async #request(): Promise<AccessToken> {
    let response = await this.#send();
    for (let demand = 0; demand < 2 && this.#meetDpopDemand(response); demand += 1)
      response = await this.#send();
    if (response.status !== 200) throw this.#describeRefusal(response);
    const parsed = tokenSchema.safeParse(parseJson(response.text));
    if (!parsed.success) {
      throw new OktaTokenError(
        "OKTA_TOKEN_INVALID",
        `The org's answer to POST ${tokenPath} has no access token.`,
        "Check that the org's URL is that of an Okta org.",
      );
    }
    this.#renewAt = Date.now() + Math.max(parsed.data.expires_in * 1000 - renewBeforeMs, 1000);
    return {
      value: parsed.data.access_token,
      scheme: parsed.data.token_type.toLowerCase() === "dpop" ? "DPoP" : "Bearer",
    };
  }

  #send(): Promise<OktaResponse> {
    const url = this.#app.orgUrl + tokenPath;
    return this.#transport({
      method: "POST",
      path: tokenPath,
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        ...(this.#dpop === undefined ? {} : { dpop: this.#dpop.prove("POST", url) }),
      },
      body: new URLSearchParams({
        grant_type: "client_credentials",
        scope: this.#app.scopes.join(" "),
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion: this.#makeAssertion(url),
      }),
    });
  }

  #makeAssertion(audience: string): string {
    const { clientId, key, keyId } = this.#app;
    const now = Math.floor(Date.now() / 1000);
    return signJwt(
      key,
      { typ: "JWT", ...(keyId === undefined ? {} : { kid: keyId }) },
      { iss: clientId, sub: clientId, aud: audience, iat: now, exp: now + 300, jti: randomUUID() },
    );
  }

  #meetDpopDemand(response: OktaResponse): boolean {
    if (response.status < 400 || response.status >= 500) return false;
    if (this.#dpop === undefined && response.text.includes("invalid_dpop_proof")) {
      this.#dpop = new DpopProver();
      this.#dpop.takeNonce(readHeader(response, "dpop-nonce"));
      return true;
    }
    return this.#dpop?.takeNonce(readHeader(response, "dpop-nonce")) ?? false;
  }

  #describeRefusal(response: OktaResponse): OktaTokenError {
    const refusal = refusalSchema.safeParse(parseJson(response.text)).data;
    const said = refusal === undefined ? "" : ` ${refusal.error}: ${refusal.error_description ?? ""}`;
    return new OktaTokenError(
      "OKTA_TOKEN_REFUSED",
      `Okta gave the service app ${this.#app.clientId} no access token (${response.status}${said.trimEnd()}).`,
      remedyByRefusal[refusal?.error ?? ""] ??
        "Check the client id, that the public key of this private key is registered on the service app, and this machine's clock.",
    );
  }
}

const remedyByRefusal: Readonly<Record<string, string>> = {
  invalid_scope: 'Grant the scopes on the service app\'s "Okta API Scopes" tab.',
  unauthorized_client:
    "Set the service app's grant type to client credentials and its client authentication to private key.",
};
