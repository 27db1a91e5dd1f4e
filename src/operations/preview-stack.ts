import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { type EngineStep, readStepEvent } from "../preview/changes/engine-step.ts";
import { createReport } from "../preview/create-report.ts";
import { readUsed } from "../preview/guard-rails/used-acknowledgements.ts";
import type { PreviewReport } from "../preview/report.ts";
import { describeEvent } from "./describe-steps.ts";
import { openSessionOrg, requireOrg } from "./okta-access.ts";
import { aroundObstacles, stepsAround } from "./refresh-obstacles.ts";
import { askDeployedServers, readTokenAccess } from "./server-accounts.ts";
import { readOutputs } from "./stack-outputs.ts";
import type { PhaseReporter, StackSession } from "./stack-session.ts";

export interface PreviewOptions {
  readonly commit?: string | undefined;
  /** The most Okta calls that counting people may cost for one app. */
  readonly callBudget?: number | undefined;
  readonly signal?: AbortSignal;
}

/** Previews an update: asks the engine what it would do, and the org whom that touches. Changes nothing. */
export async function previewStack(
  session: StackSession,
  reporter: PhaseReporter,
  options: PreviewOptions = {},
): Promise<PreviewReport> {
  await requireOrg(session);
  const steps = await aroundObstacles(session, async (obstacles) => {
    for (const line of obstacles.lines) reporter.line(line);
    const exclude = [...obstacles.unreadable, ...obstacles.gone];
    const previewed = await session.opened.preview({
      onEvent: (event) => {
        const text = describeEvent(event);
        if (text !== undefined) reporter.progress(text);
      },
      refresh: session.settings.org === "sandbox",
      ...(exclude.length === 0 ? {} : { exclude }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    return stepsAround(readSteps(previewed.events), obstacles, session.plan);
  });
  return reportSteps(session, steps, reporter, options);
}

/** Reports on steps that the engine has previewed already. */
export async function reportSteps(
  session: StackSession,
  steps: readonly EngineStep[],
  reporter: PhaseReporter,
  options: PreviewOptions = {},
): Promise<PreviewReport> {
  const client = await openSessionOrg(session);
  const outputs = readOutputs(await session.opened.outputs());
  const report = await createReport({
    project: session.opened.place.project,
    plan: session.plan,
    steps,
    client,
    appliesMappings: session.settings.org === "sandbox" || session.settings.org.clientId === undefined,
    commit: options.commit,
    limits: session.settings.protection,
    usedAcknowledgements: readUsed(outputs),
    offboarded: Object.keys(outputs.apps).filter((name) => outputs.apps[name]?.lifecycle === "offboarding"),
    now: new Date(),
    askAccounts: askDeployedServers(session.plan, outputs, await readTokenAccess(session)),
    progress: reporter.progress,
    ...(options.callBudget === undefined ? {} : { callBudget: options.callBudget }),
  });
  reporter.result(report.verdict.level);
  return report;
}

/** The steps that the engine announced. A refresh announces its own first; the last word on each resource counts. */
export function readSteps(events: readonly EngineEvent[]): EngineStep[] {
  const steps = new Map<string, EngineStep>();
  for (const event of events) {
    const metadata = event.resourcePreEvent?.metadata;
    if (metadata === undefined || metadata.op === "refresh") continue;
    const step = readStepEvent(metadata);
    // A replacement is announced in parts; the whole of it is what a reviewer reads.
    if (step.operation === "create-replacement" || step.operation === "delete-replaced") continue;
    steps.set(step.urn, step);
  }
  return [...steps.values()];
}
