import type { ConfigMap } from "@pulumi/pulumi/automation/index.js";
import type { Engine } from "../engine/find-engine.ts";
import { readConfiguration } from "../engine/read-configuration.ts";
import type { OktaClient } from "../okta/okta-client.ts";
import { requireAnswer } from "../okta/require-answer.ts";
import { resolveTokens } from "../program/resolve-tokens.ts";
import { type Diagnosis, describeFailure } from "./diagnosis.ts";
import { openOrg, orgUrlOf, type RealOrg } from "./okta-access.ts";
import { readTokens } from "./server-accounts.ts";
import type { StackInput } from "./stack-session.ts";

/**
 * Looks whether a stack's real org can be worked with: it answers, the stack's secrets can be read and are all there, and the credential may
 * read what updates and checks read. Changes nothing anywhere.
 */
export async function diagnoseOrg(input: StackInput, engine: Engine | undefined): Promise<Diagnosis[]> {
  const { org } = input.settings;
  if (org === "sandbox") return [];
  const [answer, { config, finding }] = await Promise.all([
    diagnoseAnswer(input, org),
    readSecrets(input, engine),
  ]);
  if (config === undefined) return [answer, finding];
  const secrets = diagnoseTokens(input, config);
  return answer.outcome === "problem"
    ? [answer, secrets]
    : [answer, secrets, ...(await diagnoseRights(input, config))];
}

async function diagnoseAnswer({ stack }: StackInput, org: RealOrg): Promise<Diagnosis> {
  const subject = `Org of ${stack}`;
  const url = orgUrlOf(org);
  try {
    await requireAnswer(url);
    return { subject, outcome: "ok", finding: `${url} answers` };
  } catch (error) {
    return describeFailure(subject, error);
  }
}

type Secrets =
  | { readonly config: ConfigMap; readonly finding?: undefined }
  | { readonly config?: undefined; readonly finding: Diagnosis };

async function readSecrets({ projectDir, stack }: StackInput, engine: Engine | undefined): Promise<Secrets> {
  const subject = `Secrets of ${stack}`;
  if (engine === undefined)
    return {
      finding: { subject, outcome: "note", finding: "not looked at: only the Pulumi engine can read them" },
    };
  try {
    return { config: await readConfiguration(engine, projectDir, stack) };
  } catch (error) {
    return { finding: describeFailure(subject, error) };
  }
}

/** The tokens of the connections, found and derived as an update does it. */
function diagnoseTokens({ plan, stack }: StackInput, config: ConfigMap): Diagnosis {
  const subject = `Secrets of ${stack}`;
  try {
    resolveTokens(plan, {
      tokens: readTokens(config),
      tokenKey: config["okta-scim:tokenKey"]?.value,
    });
    return { subject, outcome: "ok", finding: "every connection has its token" };
  } catch (error) {
    return describeFailure(subject, error);
  }
}

async function diagnoseRights(input: StackInput, config: ConfigMap): Promise<Diagnosis[]> {
  const subject = `Access of ${input.stack}`;
  let client: OktaClient;
  try {
    client = await openOrg(input, config);
  } catch (error) {
    return [describeFailure(subject, error)];
  }
  const outcomes = await Promise.allSettled(readsOf(client).map((read) => read()));
  const refusals = new Map(
    outcomes
      .filter((outcome) => outcome.status === "rejected")
      .map(({ reason }) => describeFailure(subject, reason))
      .map((refusal) => [refusal.finding, refusal]),
  );
  if (refusals.size > 0) return [...refusals.values()];
  return [
    {
      subject,
      outcome: "ok",
      finding: "may read apps, groups, people, schemas, mappings and the System Log",
    },
  ];
}

/** One cheap request for each right that checks and updates need. Whether a right is more than to read shows only when something is changed. */
function readsOf({ apps, groups, users, schemas, mappings, logs }: OktaClient): (() => Promise<unknown>)[] {
  const now = Date.now();
  const [since, until] = [new Date(now - 60_000).toISOString(), new Date(now).toISOString()];
  const nobody = { filter: 'profile.login eq "nobody@okta-scim.invalid"' };
  return [
    () => first(apps.list({ query: "okta-scim-doctor" })),
    () => first(groups.list({ query: "okta-scim-doctor" })),
    () => first(users.list(nobody)),
    () => schemas.getUserSchema(),
    () => first(mappings.list()),
    () => first(logs.list({ since, until, filter: 'eventType eq "okta-scim.doctor"' })),
  ];
}

async function first(list: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of list) return;
}
