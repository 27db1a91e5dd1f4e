import type { OperationResult } from "../engine/open-stack.ts";
import type { PreviewReport } from "../preview/report.ts";
import { stopAtGuardRails, stopWhenOutdated } from "./guard-update.ts";
import { stopAtOtherApps } from "./other-apps.ts";
import { previewStack } from "./preview-stack.ts";
import { type ReadOutputs, readOutputs } from "./stack-outputs.ts";
import type { PhaseRunner, StackSession } from "./stack-session.ts";
import { type UpdateOptions, updateStack } from "./update-stack.ts";

export interface GuardedUpdateOptions extends UpdateOptions {
  /** The report that was reviewed: the update stops when it would do more. */
  readonly reviewed?: PreviewReport | undefined;
}

export interface GuardedUpdate {
  /** Undefined for a stack's first update: nothing is there that could be taken from anyone. */
  readonly preview: PreviewReport | undefined;
  readonly result: OperationResult;
  readonly outputs: ReadOutputs;
}

/**
 * Previews, holds the preview against the guard rails, then updates.
 * @throws GuardRailError, ReviewOutdatedError, OtherAppsError before anything is changed.
 */
export async function updateGuarded(
  session: StackSession,
  phases: PhaseRunner,
  options: GuardedUpdateOptions = {},
): Promise<GuardedUpdate> {
  const interruption = options.signal === undefined ? {} : { signal: options.signal };
  const isFirst = Object.keys(await session.opened.outputs()).length === 0;
  const preview =
    isFirst && options.reviewed === undefined
      ? undefined
      : await phases.run("preview", (reporter) => previewStack(session, reporter, interruption));
  if (preview !== undefined) stopAtOtherApps(session, preview);
  if (preview !== undefined) stopAtGuardRails(preview.guardRails);
  if (preview !== undefined && options.reviewed !== undefined) stopWhenOutdated(options.reviewed, preview);
  const isCurrent = preview?.verdict.level === "no change";
  const result = await phases.run("update", (reporter) =>
    updateStack(session, reporter, { ...options, isCurrent }),
  );
  return { preview, result, outputs: readOutputs(await session.opened.outputs()) };
}
