import { toOktaToken } from "../program/connection-token.ts";
import { submitProvisioningForm } from "../services/emulated-console.ts";
import { readEmulatedOrgAddress } from "../services/emulated-org.ts";
import { recordConsoleStep, recordedAppId } from "./console-record.ts";
import type { ReadOutputs } from "./stack-outputs.ts";
import type { StackInput } from "./stack-session.ts";

/** An app that waits for an administrator's step in the console. */
export interface WaitingApp {
  readonly name: string;
  readonly appId: string;
  readonly steps: readonly string[];
}

/** The apps whose manual connection is not configured, after an update. */
export function findWaitingApps(input: StackInput, outputs: ReadOutputs): WaitingApp[] {
  return input.plan.apps.flatMap((app) => {
    const output = outputs.apps[app.name];
    const steps = outputs.consoleSteps[app.name] ?? [];
    if (app.connection.management !== "manual" || output === undefined) return [];
    const madeAnew =
      app.connection.configuredBySandbox &&
      recordedAppId(input.projectDir, input.stack, app.name) !== output.id;
    return app.connection.configured && !madeAnew ? [] : [{ name: app.name, appId: output.id, steps }];
  });
}

/**
 * Plays the administrator at the emulated org's console: fills in an app's provisioning form, tests and saves it, and remembers it as
 * `configured`. A real org needs a person for this, and a second pull request.
 * @throws ServiceError CONSOLE_REFUSED
 */
export async function playAdministrator(
  input: StackInput,
  outputs: ReadOutputs,
  waiting: WaitingApp,
): Promise<void> {
  const address = await readEmulatedOrgAddress(input.projectDir);
  const app = input.plan.apps.find((candidate) => candidate.name === waiting.name);
  if (address === undefined || app === undefined) return;
  const { authentication } = app.connection;
  await submitProvisioningForm(address.adminUrl, waiting.appId, {
    baseUrl: app.server.baseUrl,
    authentication,
    token: toOktaToken(authentication, outputs.connectionTokens[waiting.name] ?? ""),
    username: app.connection.username,
    createUsers: app.provisioning.createUsers,
    updateProfiles: app.provisioning.updateProfiles,
    deactivateUsers: app.provisioning.deactivateUsers,
    syncPassword: app.provisioning.syncPassword,
  });
  recordConsoleStep(input.projectDir, input.stack, waiting.name, waiting.appId);
}
