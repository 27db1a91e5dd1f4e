import type { OktaClient } from "../../okta/okta-client.ts";
import type { StackPlan } from "../../spec/plan-types.ts";
import type { EngineStep } from "../changes/engine-step.ts";
import { wordsFor } from "../changes/okta-words.ts";
import { appOf } from "../changes/read-changes.ts";
import { type ReportedChange, toReported } from "../changes/resource-change.ts";
import { DirectoryReader } from "../people/directory-reader.ts";
import { compareSteps } from "./compare-steps.ts";
import type { DriftReport, UnreadableResource } from "./drift-report.ts";
import { findUnmanaged } from "./find-unmanaged.ts";

export interface DriftInput {
  readonly project: string;
  readonly plan: StackPlan;
  /** Every resource of the stack with the outcome of its refresh; `refresh` where it had none. */
  readonly steps: readonly EngineStep[];
  /** Resources that could not be read, by URN, with what was answered. */
  readonly failures: ReadonlyMap<string, string>;
  readonly client: OktaClient;
  readonly now: Date;
}

const appTypes: ReadonlySet<string> = new Set([
  "okta:app/autoLogin:AutoLogin",
  "okta:app/swa:Swa",
  "okta:app/saml:Saml",
]);

/** Compares Okta with what the last update left, in Okta's words. Changes nothing. */
export async function findDrift(input: DriftInput): Promise<DriftReport> {
  const { client, plan, steps } = input;
  const names = await new DirectoryReader(client).readNames(
    steps
      .filter((step) => step.type === "okta:app/user:User" && step.operation !== "same")
      .flatMap((step) => (typeof step.before?.["userId"] === "string" ? [step.before["userId"]] : [])),
  );
  const unmanaged = await Promise.all(
    plan.apps.map(async (app) => {
      const deployed = steps.find((step) => appTypes.has(step.type) && step.name === app.name);
      if (deployed?.id === undefined || deployed.operation === "delete") return [];
      return findUnmanaged({ plan: app, appId: deployed.id }, steps, client, names);
    }),
  );
  const changes: ReportedChange[] = [...compareSteps(steps, names).map(toReported), ...unmanaged.flat()];
  const byUrn = new Map(steps.map((step) => [step.urn, step]));
  const unreadable = [...input.failures].map(([urn, message]): UnreadableResource => {
    const step = byUrn.get(urn);
    if (step === undefined) return { what: urn.split("::").at(-1) ?? urn, message };
    const words = wordsFor(step.type);
    return {
      app: appOf(step, byUrn),
      what: `${words.kind}: ${words.title(step.before ?? {}, names)}`,
      message,
    };
  });
  const appNames = [...new Set(changes.flatMap(({ app }) => (app === undefined ? [] : [app])))].sort();
  return {
    version: 1,
    project: input.project,
    stack: plan.stack,
    org: client.orgUrl,
    at: input.now.toISOString(),
    drifted: changes.length > 0 || unreadable.length > 0,
    apps: appNames.map((name) => ({
      name,
      label: plan.apps.find((app) => app.name === name)?.label ?? name,
      changes: changes.filter((change) => change.app === name),
    })),
    shared: changes.filter((change) => change.app === undefined),
    unreadable,
    comparedResources: steps.filter(({ type }) => !/^(pulumi|okta-scim):/.test(type)).length,
  };
}
