import type { OktaClient } from "../okta/okta-client.ts";
import { OktaError } from "../okta/okta-error.ts";
import type { AppPlan, StackPlan } from "../spec/plan-types.ts";
import type { EngineStep } from "./changes/engine-step.ts";
import { wordsFor } from "./changes/okta-words.ts";
import { appsTakenOver, readChanges, readTakenOver } from "./changes/read-changes.ts";
import { type Names, type ResourceChange, toReported } from "./changes/resource-change.ts";
import { evaluateGuardRails, type GuardRailInput } from "./guard-rails/evaluate.ts";
import { evaluateStackGuardRails } from "./guard-rails/evaluate-stack.ts";
import type { GuardRailFinding } from "./guard-rails/finding.ts";
import type { ProtectionLimits, StackLimits } from "./guard-rails/limits.ts";
import { type Measure, measure } from "./guard-rails/measure.ts";
import type { UsedAcknowledgements } from "./guard-rails/used-acknowledgements.ts";
import { DirectoryReader } from "./people/directory-reader.ts";
import { evaluateForPerson } from "./people/evaluate-person.ts";
import type { AskAccounts } from "./people/gained-accounts.ts";
import { reportPeople } from "./people/report-people.ts";
import { type AppReport, judge, type PreviewReport, type UnchangedPart } from "./report.ts";
import { reviewSettings } from "./review-settings.ts";
import { mapSideBySide } from "./side-by-side.ts";

export interface ReportInput {
  readonly project: string;
  readonly plan: StackPlan;
  readonly steps: readonly EngineStep[];
  readonly client: OktaClient;
  /** Whether the update's credential may apply mappings to existing accounts: an API token may, OAuth may not. */
  readonly appliesMappings: boolean;
  /** The stack's own limits, where a spec gives none. */
  readonly limits?: (ProtectionLimits & { readonly acrossStack?: StackLimits | undefined }) | undefined;
  /** Apps to which the last update had applied `lifecycle: offboarding`: their specs may go. */
  readonly offboarded?: readonly string[];
  readonly usedAcknowledgements?: UsedAcknowledgements;
  readonly commit?: string | undefined;
  readonly now: Date;
  readonly callBudget?: number;
  /** Asks an app's SCIM server, by the app's name; without it, who is created and who is matched stays open. */
  readonly askAccounts?: (app: string) => AskAccounts;
  readonly progress?: (text: string) => void;
}

const defaultCallBudget = 500;
const appsAtOnce = 4;
const mostUnchanged = 12;
const appTypes = ["okta:app/autoLogin:AutoLogin", "okta:app/swa:Swa", "okta:app/saml:Saml"];

/** Makes the report on an engine preview: what changes in Okta's words, for which people, and which guard rails it touches. */
export async function createReport(input: ReportInput): Promise<PreviewReport> {
  const started = performance.now();
  const { steps, client, plan } = input;
  const directory = new DirectoryReader(client);
  const names = await directory.readNames(personIds(steps));
  const changes = readChanges(steps, names);
  const appNames = [
    ...new Set([
      ...changes.flatMap((change) => (change.app === undefined ? [] : [change.app])),
      ...appsTakenOver(steps),
    ]),
  ].sort();
  const reported = await mapSideBySide(appNames, appsAtOnce, (name) =>
    reportApp(name, changes, { directory, names }, input),
  );
  const apps = reported.map(({ app }) => app);
  const guardRails = reported.flatMap((one) => one.guardRails);
  const losses = reported.map(({ app, measures, guardRails: findings }) => ({
    app: app.name,
    measures,
    findings,
  }));
  guardRails.push(...evaluateStackGuardRails(losses, input.limits?.acrossStack ?? {}));
  const shared = changes.filter((change) => change.app === undefined).map(toReported);
  const concerns = changes.flatMap((change) =>
    reviewSettings(change).map((text) => `${change.app ?? "SCIM server"}: ${text}`),
  );
  return {
    version: 1,
    project: input.project,
    stack: plan.stack,
    org: client.orgUrl,
    commit: input.commit,
    at: input.now.toISOString(),
    verdict: judge(apps, shared, guardRails, concerns),
    apps,
    shared,
    guardRails,
    unchangedResources: steps.filter((step) => step.operation === "same" && !isComponent(step)).length,
    oktaCalls: client.statistics().calls,
    milliseconds: performance.now() - started,
  };
}

interface ReportedApp {
  readonly app: AppReport;
  readonly measures: readonly Measure[];
  readonly guardRails: readonly GuardRailFinding[];
}

async function reportApp(
  name: string,
  changes: readonly ResourceChange[],
  { directory, names }: { readonly directory: DirectoryReader; readonly names: Names },
  input: ReportInput,
): Promise<ReportedApp> {
  input.progress?.(`people of ${name}`);
  const plan = input.plan.apps.find((candidate) => candidate.name === name);
  const own = changes.filter((change) => change.app === name);
  const steps = input.steps
    .filter(({ type }) => appTypes.includes(type))
    .filter((one) => belongsTo(one, name));
  // Another sign-on mode makes another app beside the one that is there.
  const step = steps.find(({ operation }) => operation !== "create") ?? steps[0];
  const people = await tellUnknown(
    reportPeople(
      { appId: step?.id, changes: own, plan, ask: input.askAccounts?.(name) ?? askNobody },
      {
        client: input.client,
        directory,
        evaluate: evaluateForPerson,
        appliesMappings: input.appliesMappings,
        callBudget: input.callBudget ?? defaultCallBudget,
      },
    ),
  );
  const takenOver = readTakenOver(input.steps, name, names);
  const measured = guardRailInput(input, name, plan, own, people);
  return {
    app: {
      name,
      label: labelOf(plan, step, name),
      changes: own.map(toReported),
      unchanged: unchangedParts(
        input.steps.filter((one) => belongsTo(one, name)),
        names,
      ),
      ...(takenOver.length === 0 ? {} : { takenOver }),
      people,
    },
    measures: measure(measured),
    guardRails: evaluateGuardRails(measured),
  };
}

/** What Okta refuses to tell of one app leaves the others' figures as they are; guard rails stop what nobody can count. */
async function tellUnknown(reading: Promise<AppReport["people"]>): Promise<AppReport["people"]> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof OktaError) return { kind: "unknown", because: error.message };
    throw error;
  }
}

const askNobody: AskAccounts = async () => ({ kind: "silent", because: "nobody asks the SCIM server here" });

/** Groups that stay assigned or pushed, so that the picture shows what the changes are part of. */
function unchangedParts(own: readonly EngineStep[], names: Names): UnchangedPart[] {
  const kinds: readonly string[] = ["group assignment", "push group"];
  return own
    .filter(({ operation }) => operation === "same" || operation === "import")
    .map((step) => ({ step, words: wordsFor(step.type) }))
    .filter(({ words }) => kinds.includes(words.kind))
    .slice(0, mostUnchanged)
    .map(({ step, words }) => ({
      kind: words.kind === "push group" ? "push group" : "group assignment",
      title: words.title(step.after ?? step.before ?? {}, names),
    }));
}

function guardRailInput(
  input: ReportInput,
  app: string,
  plan: AppPlan | undefined,
  changes: readonly ResourceChange[],
  people: AppReport["people"],
): GuardRailInput {
  const owned = input.steps.filter((step) => belongsTo(step, app) && step.operation !== "create");
  const count = (types: readonly string[]): number =>
    owned.filter((step) => types.includes(step.type)).length;
  return {
    app,
    changes,
    people,
    assignments: count(["okta:app/groupAssignment:GroupAssignment", "okta:app/user:User"]),
    pushGroups: count(["okta:index/pushGroup:PushGroup"]),
    protectionRemoved: owned.some(
      (step) => step.protect && !step.protectAfter && plan?.lifecycle !== "offboarding",
    ),
    limits: { ...input.limits, ...plan?.protection },
    acknowledgements: plan?.acknowledgements ?? [],
    spec:
      plan !== undefined ? "present" : input.offboarded?.includes(app) === true ? "offboarded" : "missing",
    used: input.usedAcknowledgements ?? new Map(),
    today: input.now.toISOString().slice(0, 10),
  };
}

function belongsTo(step: EngineStep, app: string): boolean {
  return step.parent?.endsWith(`okta-scim:index:ScimApp::${app}`) === true;
}

function labelOf(plan: AppPlan | undefined, step: EngineStep | undefined, name: string): string {
  const label = plan?.label ?? step?.before?.["label"];
  return typeof label === "string" ? label : name;
}

function isComponent(step: EngineStep): boolean {
  return step.type.startsWith("okta-scim:") || step.type.startsWith("pulumi:");
}

function personIds(steps: readonly EngineStep[]): string[] {
  return steps
    .filter((step) => step.type === "okta:app/user:User" && step.operation !== "same")
    .flatMap((step) => [step.before?.["userId"], step.after?.["userId"]])
    .filter((id) => typeof id === "string");
}
