import type { CheckPlan } from "../checks/check-plan.ts";
import type { CheckClients } from "../checks/run-checks.ts";
import { buildCheckPlan } from "../program/check-plan.ts";
import { resolveTokens } from "../program/resolve-tokens.ts";
import { openSessionOrg } from "./okta-access.ts";
import { requireApps } from "./require-deployed.ts";
import { readTokenAccess } from "./server-accounts.ts";
import { readOutputs } from "./stack-outputs.ts";
import type { StackSession } from "./stack-session.ts";

/** The checks of a deployed stack, ready to run. */
export interface PreparedChecks {
  readonly plan: CheckPlan;
  readonly clients: CheckClients;
}

/**
 * Prepares the checks of a deployed stack without an update: the same questions, asked now.
 * @throws ServiceError STACK_NOT_DEPLOYED when there is nothing to check yet.
 */
export async function prepareChecks(session: StackSession): Promise<PreparedChecks> {
  await requireApps(session.opened, session.stack);
  const outputs = readOutputs(await session.opened.outputs());
  const tokens = resolveTokens(session.plan, await readTokenAccess(session));
  const client = await openSessionOrg(session);
  const facts = Object.fromEntries(
    Object.entries(outputs.apps).map(([name, app]) => [
      name,
      { appId: app.id, token: tokens[name]?.current ?? "" },
    ]),
  );
  return { plan: buildCheckPlan(session.plan, client.orgUrl, facts), clients: { okta: client } };
}
