import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { OperationResult } from "../engine/open-stack.ts";
import { describeChanges, describeEvent } from "./describe-steps.ts";
import { requireOrg } from "./okta-access.ts";
import { leaveOthersAlone } from "./other-apps.ts";
import { recoverSession } from "./recover-session.ts";
import { aroundObstacles } from "./refresh-obstacles.ts";
import type { PhaseReporter, StackSession } from "./stack-session.ts";

export interface UpdateOptions {
  /** Whether the real resources were just seen to be what is recorded, so that they need not be read once more. */
  readonly isCurrent?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Applies the specs: puts right what a killed engine left behind, then updates. A sandbox is looked at first (refresh), so that what someone
 * stopped, reset, switched off or deleted there is made again.
 */
export async function updateStack(
  session: StackSession,
  reporter: PhaseReporter,
  options: UpdateOptions = {},
): Promise<OperationResult> {
  await requireOrg(session);
  const recovery = await recoverSession(session);
  if (recovery.staleLocks > 0) reporter.line("removed the lock of an update that was killed");
  for (const creation of recovery.adopted)
    reporter.line(`took over ${creation.name}, which a killed update had made`);
  for (const creation of recovery.repeated)
    reporter.line(`makes ${creation.name} again, which a killed update had begun`);
  const common = {
    onEvent: (event: EngineEvent) => {
      const text = describeEvent(event);
      if (text !== undefined) reporter.progress(text);
    },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  const others = await leaveOthersAlone(session);
  const result = await aroundObstacles(session, async ({ unreadable, gone, lines }) => {
    const isClear = lines.length === 0;
    for (const line of lines) reporter.line(line);
    if (gone.length > 0) await session.opened.forget(gone);
    // What is left out of an update's own refresh would be left out of the update, too.
    if (!isClear) await session.opened.refresh({ ...common, exclude: unreadable });
    return session.opened.up({
      ...common,
      refresh: isClear && session.settings.org === "sandbox" && options.isCurrent !== true,
      ...(others.length === 0 ? {} : { exclude: others }),
    });
  });
  reporter.result(describeChanges(result.changes));
  return result;
}
