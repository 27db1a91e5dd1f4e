import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { type EngineStep, readStepEvent } from "../preview/changes/engine-step.ts";
import { foldSteps, type PulumiPreview } from "../preview/changes/pulumi-preview.ts";
import { createReport } from "../preview/create-report.ts";
import { readUsed } from "../preview/guard-rails/used-acknowledgements.ts";
import type { PreviewReport } from "../preview/report.ts";
import { ReportError } from "../preview/report-schema.ts";
import { describeEvent } from "./describe-steps.ts";
import { openSessionOrg, requireOrg } from "./okta-access.ts";
import { leaveOthersAlone } from "./other-apps.ts";
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
    const exclude = [...obstacles.unreadable, ...obstacles.gone, ...(await leaveOthersAlone(session))];
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

/**
 * Reports on what `pulumi preview --json` said, by the org as it is now.
 * @throws ReportError for another project's preview
 */
export async function reportPulumiPreview(
  session: StackSession,
  preview: PulumiPreview,
  reporter: PhaseReporter,
  options: PreviewOptions = {},
): Promise<PreviewReport> {
  const { project } = session.opened.place;
  if (preview.project !== project)
    throw new ReportError(`The preview is of project ${preview.project}, this one is ${project}.`);
  await requireOrg(session);
  return reportSteps(session, preview.steps, reporter, options);
}

async function reportSteps(
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

/** The steps that the engine announced. */
export function readSteps(events: readonly EngineEvent[]): EngineStep[] {
  return foldSteps(
    events.flatMap(({ resourcePreEvent }) =>
      resourcePreEvent === undefined ? [] : [readStepEvent(resourcePreEvent.metadata)],
    ),
  );
}
