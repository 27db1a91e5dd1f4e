import * as okta from "@pulumi/okta";
import * as pulumi from "@pulumi/pulumi";
import type { ProgramConfig } from "./read-config.ts";
import { findSandboxOrg } from "./sandbox-org.ts";

/** The provider of a stack's Okta org and the address at which people find the org. */
export interface OktaOrg {
  readonly provider: okta.Provider;
  readonly url: string;
}

/** Declares the one provider that every Okta resource of a stack uses, so that nothing reaches another org by an environment variable. */
export function createOktaOrg(config: ProgramConfig, projectDir: string): OktaOrg {
  const { org } = config.settings;
  if (org === "sandbox") {
    const { url, apiToken } = findSandboxOrg(projectDir);
    const provider = new okta.Provider("okta", {
      httpProxy: url,
      orgName: "sandbox",
      baseUrl: "okta.com",
      apiToken: pulumi.secret(apiToken),
    });
    return { provider, url };
  }
  const { orgName, baseUrl, clientId, privateKeyId, scopes, maxApiCapacity, proxyUrl } = org;
  const credential =
    clientId === undefined
      ? { apiToken: config.apiToken }
      : { clientId, privateKeyId, scopes, privateKey: config.privateKey };
  const provider = new okta.Provider("okta", {
    orgName,
    baseUrl,
    maxApiCapacity,
    httpProxy: proxyUrl,
    ...credential,
  });
  return { provider, url: proxyUrl ?? `https://${orgName}.${baseUrl}` };
}
