import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { OperationResult } from "../engine/open-stack.ts";
import { forgetConsoleSteps } from "./console-record.ts";
import { describeChanges, describeEvent } from "./describe-steps.ts";
import { requireOrg } from "./okta-access.ts";
import { recoverSession } from "./recover-session.ts";
import { aroundObstacles } from "./refresh-obstacles.ts";
import type { PhaseReporter, StackSession } from "./stack-session.ts";

/** What an update declares and Okta's API can't delete, by resource type. */
const undeletable: Readonly<Record<string, string>> = {
  "okta:app/connection:Connection": "the provisioning connection",
  "okta:app/features:Features": "the provisioning settings",
  "okta:profile/mapping:Mapping": "the profile mapping",
};

export interface DestroyResult {
  readonly result: OperationResult;
  /** What Okta can't delete, in words; it goes with the app, or stays without effect. */
  readonly leftInOkta: readonly string[];
}

/**
 * Removes everything of a stack in the order that Okta accepts: assignments and push groups first, then the apps, the server last. People lose
 * their accounts the way an unassignment takes them: the SCIM server deactivates them.
 */
export async function destroyStack(
  session: StackSession,
  reporter: PhaseReporter,
  options: { readonly signal?: AbortSignal } = {},
): Promise<DestroyResult> {
  await requireOrg(session);
  await recoverSession(session);
  const left = new Map<string, number>();
  const onEvent = (event: EngineEvent): void => {
    const text = describeEvent(event);
    if (text !== undefined) reporter.progress(text);
    const step = event.resOutputsEvent?.metadata;
    const words = step === undefined || step.op !== "delete" ? undefined : undeletable[step.type];
    if (words !== undefined) left.set(words, (left.get(words) ?? 0) + 1);
  };
  const result = await aroundObstacles(session, async ({ gone }) => {
    if (gone.length > 0) await session.opened.forget(gone);
    return session.opened.destroy({ onEvent, ...options });
  });
  if (session.settings.org === "sandbox") forgetConsoleSteps(session.projectDir, session.stack);
  reporter.result(describeChanges(result.changes));
  return {
    result,
    leftInOkta: [...left].map(([words, count]) => `${words} of ${count} ${count === 1 ? "app" : "apps"}`),
  };
}
