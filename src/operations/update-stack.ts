import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { OperationResult } from "../engine/open-stack.ts";
import { describeChanges, describeEvent } from "./describe-steps.ts";
import { recoverSession } from "./recover-session.ts";
import type { PhaseReporter, StackSession } from "./stack-session.ts";

export interface UpdateOptions {
  /** Only this application and what it needs. */
  readonly app?: string | undefined;
  readonly signal?: AbortSignal;
}

/**
 * Applies the specs: puts right what a killed engine left behind, then updates. A sandbox is looked at first (refresh), so that what someone
 * stopped, reset or deleted there is made again.
 */
export async function updateStack(
  session: StackSession,
  reporter: PhaseReporter,
  options: UpdateOptions = {},
): Promise<OperationResult> {
  const recovery = await recoverSession(session);
  if (recovery.staleLocks > 0) reporter.line("removed the lock of an update that was killed");
  for (const creation of recovery.adopted)
    reporter.line(`took over ${creation.name}, which a killed update had made`);
  for (const creation of recovery.repeated)
    reporter.line(`makes ${creation.name} again, which a killed update had begun`);
  const result = await session.opened.up({
    onEvent: (event: EngineEvent) => {
      const text = describeEvent(event);
      if (text !== undefined) reporter.progress(text);
    },
    refresh: session.settings.org === "sandbox",
    ...(options.app === undefined ? {} : { target: [appUrn(session, options.app)] }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  reporter.result(describeChanges(result.changes));
  return result;
}

function appUrn(session: StackSession, app: string): string {
  return `urn:pulumi:${session.stack}::${session.opened.place.project}::okta-scim:index:ScimApp::${app}`;
}
