import { collectList } from "../okta/collect-list.ts";
import type { OktaClient } from "../okta/okta-client.ts";
import type { CheckPlan } from "./check-plan.ts";
import { type AppFailures, createFailureLog } from "./okta/failure-log.ts";
import { shareReads } from "./shared-read.ts";

/** What the checks of all apps of a run read from Okta, each asked for once: apps share groups, people and the System Log. */
export interface RunReads {
  /** The id of the group with this name; `undefined` where there is none. */
  readonly groupIdByName: (name: string) => Promise<string | undefined>;
  /** The group's name; `undefined` where there is no such group. */
  readonly groupNameById: (id: string) => Promise<string | undefined>;
  /** The id of the person with this login; `undefined` where there is none. */
  readonly userIdByLogin: (login: string) => Promise<string | undefined>;
  /** The ids of the group's members, read at most `maxAgeMs` ago. */
  readonly groupMembers: (groupId: string, maxAgeMs?: number) => Promise<readonly string[]>;
  /** The app's provisioning failures since the last update, up to now. */
  readonly failures: (appId: string) => Promise<AppFailures>;
}

/** Reads of a whole run. `signal` ends them when the run ends, not when a single check does: others share them. */
export function createRunReads(
  okta: OktaClient,
  plan: CheckPlan,
  now: () => Date,
  signal: AbortSignal,
): RunReads {
  return {
    groupIdByName: shareReads(async (name) => (await okta.groups.findByName(name, signal))?.id),
    groupNameById: shareReads(async (id) => (await okta.groups.find(id, signal))?.profile.name),
    userIdByLogin: shareReads(async (login) => (await okta.users.find(login, signal))?.id),
    groupMembers: shareReads(async (groupId) =>
      (await collectList(okta.groups.listMembers(groupId, signal))).map(({ id }) => id),
    ),
    failures: createFailureLog(okta, plan, now, signal),
  };
}
