import type { ConfigMap } from "@pulumi/pulumi/automation/index.js";
import type { OktaCredentials } from "../okta/authorization.ts";
import { createOktaClient, type OktaClient } from "../okta/okta-client.ts";
import { requireAnswer } from "../okta/require-answer.ts";
import { readEmulatedOrgAddress } from "../services/emulated-org.ts";
import { ServiceError } from "../services/service-error.ts";
import type { StackInput, StackSession } from "./stack-session.ts";

export type RealOrg = Exclude<StackInput["settings"]["org"], "sandbox">;

/** The secrets of a stack's configuration that give access to its org. */
interface OrgSecrets {
  readonly apiToken: string | undefined;
  readonly privateKey: string | undefined;
}

/**
 * A client of the stack's org, with the credentials of its configuration, or the emulated org's own.
 * @throws ServiceError SANDBOX_UNREACHABLE, ORG_CREDENTIALS_MISSING
 */
export async function openOrg(
  input: Pick<StackInput, "projectDir" | "settings">,
  config: ConfigMap,
): Promise<OktaClient> {
  const { org } = input.settings;
  if (org === "sandbox") {
    const address = await readEmulatedOrgAddress(input.projectDir);
    if (address === undefined)
      throw new ServiceError(
        "SANDBOX_UNREACHABLE",
        "The emulated Okta org is not running.",
        "Start it: npm run sandbox -- start",
      );
    return createOktaClient({
      orgUrl: address.url,
      credentials: { kind: "api-token", apiToken: address.apiToken },
      rateLimitShare: 1,
    });
  }
  return createOktaClient({
    orgUrl: orgUrlOf(org),
    credentials: chooseCredentials(org, {
      apiToken: config["okta-scim:apiToken"]?.value,
      privateKey: config["okta-scim:privateKey"]?.value,
    }),
    rateLimitShare: org.maxApiCapacity / 100,
  });
}

/** Where a real org is reached. */
export function orgUrlOf(org: RealOrg): string {
  return org.proxyUrl ?? `https://${org.orgName}.${org.baseUrl}`;
}

/** As openOrg, for an open stack, whose engine decrypts the secrets. */
export async function openSessionOrg(session: StackSession): Promise<OktaClient> {
  return openOrg(session, await session.opened.config());
}

/**
 * Looks before an engine waits: whether the stack's real org answers, and whether the configuration has a usable credential for it. The emulated
 * org was asked when it was started.
 * @throws OktaUnreachableError, ServiceError ORG_CREDENTIALS_MISSING, OktaTokenError OKTA_PRIVATE_KEY_INVALID
 */
export async function requireOrg(session: StackSession): Promise<void> {
  if (session.settings.org === "sandbox") return;
  const { orgUrl } = await openSessionOrg(session);
  await requireAnswer(orgUrl);
}

function chooseCredentials(org: RealOrg, secrets: OrgSecrets): OktaCredentials {
  if (org.clientId !== undefined && secrets.privateKey !== undefined)
    return {
      kind: "private-key",
      clientId: org.clientId,
      privateKeyPem: secrets.privateKey,
      ...(org.privateKeyId === undefined ? {} : { keyId: org.privateKeyId }),
      scopes: org.scopes ?? [],
    };
  if (secrets.apiToken !== undefined) return { kind: "api-token", apiToken: secrets.apiToken };
  throw new ServiceError(
    "ORG_CREDENTIALS_MISSING",
    "The stack's configuration has no credential for the Okta org.",
    "Set the secret okta-scim:privateKey (with clientId, privateKeyId and scopes in okta-scim:org), or okta-scim:apiToken; docs/production.md shows how.",
  );
}
