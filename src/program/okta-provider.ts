import * as okta from "@pulumi/okta";
import * as pulumi from "@pulumi/pulumi";
import type { OrgConfig } from "../spec/stack-config.ts";
import type { ProgramConfig } from "./read-config.ts";
import type { CheckAccess } from "./run-stack-checks.ts";
import { findSandboxOrg } from "./sandbox-org.ts";

/** A stack's Okta org: the provider that every Okta resource uses, and the access of the checks. */
export interface OktaOrg {
  readonly provider: okta.Provider;
  readonly access: CheckAccess;
}

/** Declares the one provider of a stack's org, so that no environment variable leads to another org. */
export function createOktaOrg(config: ProgramConfig, projectDir: string): OktaOrg {
  const { org } = config.settings;
  return org === "sandbox" ? createSandboxOrg(projectDir) : createRealOrg(config, org);
}

/** The plugin takes its http proxy's address for the org's. Both names are only its formality. */
function createSandboxOrg(projectDir: string): OktaOrg {
  const { url, apiToken } = findSandboxOrg(projectDir);
  const provider = new okta.Provider("okta", {
    httpProxy: url,
    orgName: "sandbox",
    baseUrl: "okta.com",
    apiToken: pulumi.secret(apiToken),
  });
  return {
    provider,
    access: { orgUrl: url, credentials: { kind: "api-token", apiToken }, rateLimitShare: 1 },
  };
}

function createRealOrg(config: ProgramConfig, org: Exclude<OrgConfig, "sandbox">): OktaOrg {
  const { orgName, baseUrl, clientId, privateKeyId, scopes, maxApiCapacity, proxyUrl } = org;
  const { apiToken = "", privateKey = "" } = config;
  const common = { orgName, baseUrl, maxApiCapacity, httpProxy: proxyUrl };
  const orgUrl = proxyUrl ?? `https://${orgName}.${baseUrl}`;
  const rateLimitShare = maxApiCapacity / 100;
  if (clientId === undefined) {
    return {
      provider: new okta.Provider("okta", { ...common, apiToken: pulumi.secret(apiToken) }),
      access: { orgUrl, rateLimitShare, credentials: { kind: "api-token", apiToken } },
    };
  }
  return {
    provider: new okta.Provider("okta", {
      ...common,
      clientId,
      privateKeyId,
      scopes,
      privateKey: pulumi.secret(privateKey),
    }),
    access: {
      orgUrl,
      rateLimitShare,
      credentials: {
        kind: "private-key",
        clientId,
        privateKeyPem: privateKey,
        scopes: scopes ?? [],
        ...(privateKeyId === undefined ? {} : { keyId: privateKeyId }),
      },
    },
  };
}
