import type { OperationResult } from "../engine/open-stack.ts";
import { readEmulatedOrgAddress } from "../services/emulated-org.ts";
import { findWaitingApps, playAdministrator, type WaitingApp } from "./console-gate.ts";
import { forgetConsoleSteps } from "./console-record.ts";
import { updateGuarded } from "./guarded-update.ts";
import type { ReadOutputs } from "./stack-outputs.ts";
import {
  openSession,
  type PhaseRunner,
  readStackInput,
  type StackInput,
  type StackSession,
} from "./stack-session.ts";

/** What a start did. */
export interface StartResult {
  readonly input: StackInput;
  readonly outputs: ReadOutputs;
  readonly updates: readonly OperationResult[];
  /** Apps whose step at the console the sandbox did in an administrator's place. */
  readonly administered: readonly WaitingApp[];
  readonly adminUrl: string | undefined;
}

/**
 * The main job on one machine: engine, sandbox, image, update, checks. Where an app's connection is manual and the org is the sandbox's, it
 * shows the gate, does the administrator's step at the emulated console, and updates again.
 */
export async function start(projectDir: string, stack: string, phases: PhaseRunner): Promise<StartResult> {
  const input = readStackInput(projectDir, stack);
  const first = await openSession(input, phases);
  const { result, outputs } = await update(first, phases);
  const waiting = input.settings.org === "sandbox" ? findWaitingApps(input, outputs) : [];
  const adminUrl =
    input.settings.org === "sandbox" ? (await readEmulatedOrgAddress(projectDir))?.adminUrl : undefined;
  if (waiting.length === 0) return { input, outputs, updates: [result], administered: [], adminUrl };

  forgetConsoleSteps(
    projectDir,
    stack,
    waiting.map(({ name }) => name),
  );
  await phases.run("console", async ({ result: say, line }) => {
    for (const app of waiting) {
      line(
        `${app.name}: Okta's API does not set this connection. In a real org an administrator does, once:`,
      );
      for (const step of app.steps) line(`    ${step}`);
      await playAdministrator(input, outputs, app);
    }
    say(`the sandbox did this at the emulated console, in the administrator's place`);
  });
  const configured = readStackInput(projectDir, stack);
  const second = await openSession(configured, quiet);
  const again = await update(second, phases);
  return {
    input: configured,
    outputs: again.outputs,
    updates: [result, again.result],
    administered: waiting,
    adminUrl,
  };
}

async function update(
  session: StackSession,
  phases: PhaseRunner,
): Promise<{ result: OperationResult; outputs: ReadOutputs }> {
  try {
    return await updateGuarded(session, phases);
  } finally {
    session.opened.close();
  }
}

/** Runs phases without showing them: they were shown a moment ago. */
const quiet: PhaseRunner = {
  run: (_name, work) => work({ progress: () => undefined, result: () => undefined, line: () => undefined }),
};
