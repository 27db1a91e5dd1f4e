import type { OperationResult } from "../engine/open-stack.ts";
import { readEmulatedOrgAddress } from "../services/emulated-org.ts";
import { findWaitingApps, playAdministrator, type WaitingApp } from "./console-gate.ts";
import { readConsoleRecord } from "./console-record.ts";
import { updateGuarded } from "./guarded-update.ts";
import { type ReadOutputs, readOutputs } from "./stack-outputs.ts";
import {
  openSession,
  type PhaseRunner,
  readStackInput,
  type StackInput,
  type StackSession,
} from "./stack-session.ts";
import { updateStack } from "./update-stack.ts";

/** What a start did. */
export interface StartResult {
  readonly input: StackInput;
  readonly outputs: ReadOutputs;
  readonly updates: readonly OperationResult[];
  /** Apps whose step at the console the sandbox did in an administrator's place. */
  readonly administered: readonly WaitingApp[];
  readonly adminUrl: string | undefined;
}

export interface StartOptions {
  /** Called once there is something to finish: gives the signal that stops after what is under way. */
  readonly listen?: () => AbortSignal;
}

/**
 * The main job on one machine: engine, sandbox, image, update, checks. Where an app's connection is manual and the org is the sandbox's, it
 * shows the gate, does the administrator's step at the emulated console, and updates again.
 */
export async function start(
  projectDir: string,
  stack: string,
  phases: PhaseRunner,
  options: StartOptions = {},
): Promise<StartResult> {
  const input = readStackInput(projectDir, stack);
  const session = await openSession(input, phases);
  const interruption = options.listen === undefined ? {} : { signal: options.listen() };
  try {
    const first = await updateGuarded(session, phases, interruption);
    const isSandbox = input.settings.org === "sandbox";
    const waiting = isSandbox ? findWaitingApps(input, first.outputs) : [];
    const adminUrl = isSandbox ? (await readEmulatedOrgAddress(projectDir))?.adminUrl : undefined;
    if (waiting.length === 0)
      return { input, outputs: first.outputs, updates: [first.result], administered: [], adminUrl };
    await passGate(session, first.outputs, waiting, phases);
    const configured = readStackInput(projectDir, stack);
    const second = await phases.run("update", (reporter) =>
      updateStack({ ...session, ...configured }, reporter, interruption),
    );
    const outputs = readOutputs(await session.opened.outputs());
    return { input: configured, outputs, updates: [first.result, second], administered: waiting, adminUrl };
  } finally {
    session.opened.close();
  }
}

async function passGate(
  session: StackSession,
  outputs: ReadOutputs,
  waiting: readonly WaitingApp[],
  phases: PhaseRunner,
): Promise<void> {
  await phases.run("console", async ({ result, line }) => {
    for (const app of waiting) {
      line(
        `${app.name}: Okta's API does not set this connection. In a real org an administrator does, once:`,
      );
      for (const step of app.steps) line(`    ${step}`);
      await playAdministrator(session, outputs, app);
    }
    await session.opened.setSandboxConfigured(readConsoleRecord(session.projectDir, session.stack));
    result("the sandbox did this at the emulated console, in the administrator's place");
  });
}
