import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { readDiagnostic } from "../engine/diagnostics.ts";
import { EngineError } from "../engine/engine-error.ts";
import { type EngineStep, readStepEvent } from "../preview/changes/engine-step.ts";
import type { DriftReport } from "../preview/drift/drift-report.ts";
import { findDrift } from "../preview/drift/find-drift.ts";
import { summarizeDrift } from "../preview/drift/render-drift.ts";
import { openSessionOrg, requireOrg } from "./okta-access.ts";
import type { PhaseReporter, StackSession } from "./stack-session.ts";

/**
 * Compares Okta with what the stack's last update left. Changes neither. A resource that can't be read is part of the report and does not
 * end the comparison: a connection that someone switched off makes Okta refuse to tell the features, which is drift and no accident.
 * @throws EngineError when nothing could be compared
 */
export async function driftStack(session: StackSession, reporter: PhaseReporter): Promise<DriftReport> {
  await requireOrg(session);
  const steps = new Map<string, EngineStep>();
  const failures = new Map<string, string>();
  const onEvent = (event: EngineEvent): void => {
    const metadata = event.resourcePreEvent?.metadata ?? event.resOutputsEvent?.metadata;
    if (metadata !== undefined) {
      const step = readStepEvent(metadata);
      steps.set(step.urn, step);
      if (event.resOutputsEvent !== undefined) reporter.progress(`compared ${step.name}`);
      return;
    }
    const diagnostic = readDiagnostic(event);
    if (diagnostic?.severity === "error" && diagnostic.urn !== undefined && steps.has(diagnostic.urn))
      failures.set(diagnostic.urn, diagnostic.message);
  };
  try {
    await session.opened.previewRefresh({ onEvent });
  } catch (error) {
    const isPartial = error instanceof EngineError && error.code === "ENGINE_OPERATION_FAILED";
    if (!isPartial || failures.size === 0) throw error;
  }
  const report = await findDrift({
    project: session.opened.place.project,
    plan: session.plan,
    steps: [...steps.values()],
    failures,
    client: await openSessionOrg(session),
    now: new Date(),
  });
  reporter.result(summarizeDrift(report));
  return report;
}
