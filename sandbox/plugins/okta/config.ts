import type { Properties } from "../protocol/properties.ts";

/** How to reach an org: the provider's configuration, completed by the official plugin's environment variables. */
export interface OktaConfig {
  /** Where the org is, without a trailing slash. */
  readonly orgUrl: string;
  /** The org URL was given as `httpProxy`: requests then go to it in absolute form, as to a proxy. */
  readonly viaProxy: boolean;
  readonly credentials: OktaCredentials;
  readonly backoff: boolean;
  readonly minWaitSeconds: number;
  readonly maxWaitSeconds: number;
  readonly maxRetries: number;
  /** Percent of a rate limit that may be used up; 100 is all of it. */
  readonly maxApiCapacity: number;
  /** 0 is no limit. */
  readonly requestTimeoutSeconds: number;
}

export type OktaCredentials =
  | { readonly kind: "apiToken"; readonly apiToken: string }
  | { readonly kind: "accessToken"; readonly accessToken: string }
  | {
      readonly kind: "privateKey";
      readonly clientId: string;
      readonly privateKey: string;
      readonly privateKeyId: string | undefined;
      readonly scopes: readonly string[];
    };

/** The provider's configuration can't work. */
export class OktaConfigError extends Error {
  readonly code = "SANDBOX_OKTA_CONFIG";
}

/**
 * Reads the configuration.
 * @param environment OKTA_* variables stand in for what is not configured
 * @throws OktaConfigError when the org's address or its credentials are missing
 */
export function readOktaConfig(
  config: Properties,
  environment: Readonly<Record<string, string | undefined>>,
): OktaConfig {
  const text = (name: string, variable: string) =>
    config.optionalText(name) || environment[variable] || undefined;
  const proxy = text("httpProxy", "OKTA_HTTP_PROXY");
  const orgName = text("orgName", "OKTA_ORG_NAME");
  const baseUrl = text("baseUrl", "OKTA_BASE_URL") ?? "okta.com";
  if (proxy === undefined && orgName === undefined) {
    throw new OktaConfigError("The okta provider needs orgName and baseUrl, or httpProxy.");
  }
  return {
    orgUrl: (proxy ?? `https://${orgName}.${baseUrl}`).replace(/\/+$/, ""),
    viaProxy: proxy !== undefined,
    credentials: readCredentials(config, text, environment),
    backoff: config.optionalFlag("backoff") ?? true,
    minWaitSeconds: config.optionalNumber("minWaitSeconds") ?? 30,
    maxWaitSeconds: config.optionalNumber("maxWaitSeconds") ?? 300,
    maxRetries: config.optionalNumber("maxRetries") ?? 5,
    maxApiCapacity: config.optionalNumber("maxApiCapacity") ?? Number(environment["MAX_API_CAPACITY"] ?? 100),
    requestTimeoutSeconds: config.optionalNumber("requestTimeout") ?? 0,
  };
}

function readCredentials(
  config: Properties,
  text: (name: string, variable: string) => string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): OktaCredentials {
  const accessToken = text("accessToken", "OKTA_ACCESS_TOKEN");
  if (accessToken !== undefined) return { kind: "accessToken", accessToken };
  const clientId = text("clientId", "OKTA_API_CLIENT_ID");
  const privateKey = text("privateKey", "OKTA_API_PRIVATE_KEY");
  if (clientId !== undefined && privateKey !== undefined) {
    const scopes = config.texts("scopes");
    return {
      kind: "privateKey",
      clientId,
      privateKey,
      privateKeyId: text("privateKeyId", "OKTA_API_PRIVATE_KEY_ID"),
      scopes: scopes.length > 0 ? scopes : (environment["OKTA_API_SCOPES"] ?? "").split(",").filter(Boolean),
    };
  }
  const apiToken = text("apiToken", "OKTA_API_TOKEN");
  if (apiToken !== undefined) return { kind: "apiToken", apiToken };
  throw new OktaConfigError(
    "The okta provider needs credentials: apiToken, accessToken, or clientId with privateKey, privateKeyId and scopes.",
  );
}
