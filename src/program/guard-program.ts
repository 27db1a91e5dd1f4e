import * as pulumi from "@pulumi/pulumi";
import { createOktaClient } from "../okta/okta-client.ts";
import { createReport } from "../preview/create-report.ts";
import type { GuardRailFinding } from "../preview/guard-rails/finding.ts";
import {
  type RecordedAcknowledgements,
  recordLosses,
  recordUpdate,
} from "../preview/guard-rails/used-acknowledgements.ts";
import type { StackPlan } from "../spec/plan-types.ts";
import { guardRailKinds } from "../spec/schema/safety-schema.ts";
import type { StackConfig } from "../spec/stack-config.ts";
import { expectedSteps, takesAway } from "./expected-steps.ts";
import type { OrgDirectory } from "./org-directory.ts";
import type { PreviousUpdate } from "./previous-update.ts";
import { ProgramError } from "./program-error.ts";
import type { CheckAccess } from "./run-stack-checks.ts";

export interface GuardInput {
  readonly plan: StackPlan;
  readonly directory: OrgDirectory;
  readonly access: CheckAccess;
  readonly settings: StackConfig;
  readonly previous: PreviousUpdate;
  /** The only application that the update is about; undefined for all. */
  readonly only?: string | undefined;
}

/**
 * Holds a plain `pulumi up` against the same guard rails as `okta-scim up`, before anything is declared. A preview only warns.
 * @returns for the update's record: the acknowledgements that it uses up, all that the specs have, needed or not (what a failing update has done
 * by one of them, nobody could tell afterwards), and what it is allowed by them. An update of one app leaves the others' as they were.
 * @throws ProgramError SC1702 when a guard rail is broken
 */
export async function guardProgram({
  plan,
  directory,
  access,
  settings,
  previous,
  only,
}: GuardInput): Promise<RecordedAcknowledgements> {
  const steps = expectedSteps(previous, plan, directory).filter(
    ({ parent }) => only === undefined || parent?.endsWith(`::${only}`) === true,
  );
  const findings = steps.some(takesAway) ? await evaluate() : [];
  const broken = findings.filter(({ outcome }) => outcome === "broken");
  if (broken.length > 0) await refuse(broken);
  return recordUpdate({
    apps: plan.apps.map(({ name, acknowledgements }) => ({
      name,
      acknowledgements: acknowledgements.filter(isOfGuardRail),
    })),
    only,
    allowed: recordLosses(findings),
    used: previous.usedAcknowledgements,
  });

  async function evaluate(): Promise<readonly GuardRailFinding[]> {
    const client = createOktaClient({
      orgUrl: access.orgUrl,
      credentials: access.credentials,
      rateLimitShare: access.rateLimitShare,
    });
    const { guardRails } = await createReport({
      project: pulumi.getProject(),
      plan,
      steps,
      client,
      appliesMappings: access.credentials.kind === "api-token",
      limits: settings.protection,
      usedAcknowledgements: previous.usedAcknowledgements,
      offboarded: previous.offboarded,
      now: new Date(),
    });
    return guardRails;
  }
}

/** Others accept a setting for as long as it lasts. */
function isOfGuardRail({ kind }: { readonly kind: string }): boolean {
  return guardRailKinds.some((guarded) => guarded === kind);
}

async function refuse(broken: readonly GuardRailFinding[]): Promise<void> {
  const lines = broken.map(({ app, kind, message, names, remedy }) => {
    const shown = names.slice(0, 10).join(", ");
    const rest = names.length > 10 ? ` and ${names.length - 10} more` : "";
    return `  ${app}: ${kind}: ${message}${shown === "" ? "" : `\n    ${shown}${rest}`}\n    ${remedy}`;
  });
  const text = `Guard rails stop this update; nothing was changed.\n${lines.join("\n")}`;
  if (!pulumi.runtime.isDryRun()) throw new ProgramError("SC1702", text);
  await pulumi.log.warn(
    text.replace("Guard rails stop this update; nothing was changed.", "Guard rails would stop this update."),
  );
}
