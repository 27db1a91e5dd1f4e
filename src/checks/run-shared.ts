import { collectList } from "../okta/collect-list.ts";
import type { OktaClient } from "../okta/okta-client.ts";
import { Slots } from "../okta/slots.ts";
import type { CheckPlan } from "./check-plan.ts";
import { type AppFailures, createFailureLog } from "./okta/failure-log.ts";
import { shareReads } from "./shared-read.ts";

/** What the checks of all apps of a run share: what they read from Okta, each asked for once, and turns. */
export interface RunShared {
  /** Whoever must have the named thing to themselves wait for their turn here. */
  readonly turns: (name: string) => Slots;
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

/** What a whole run shares. `signal` ends its reads when the run ends, not when a single check does. */
export function createRunShared(
  okta: OktaClient,
  plan: CheckPlan,
  now: () => Date,
  signal: AbortSignal,
): RunShared {
  const turns = new Map<string, Slots>();
  return {
    turns: (name) => {
      const known = turns.get(name) ?? new Slots(1);
      turns.set(name, known);
      return known;
    },
    groupIdByName: shareReads(async (name) => (await okta.groups.findByName(name, signal))?.id),
    groupNameById: shareReads(async (id) => (await okta.groups.find(id, signal))?.profile.name),
    userIdByLogin: shareReads(async (login) => (await okta.users.find(login, signal))?.id),
    groupMembers: shareReads(async (groupId) =>
      (await collectList(okta.groups.listMembers(groupId, signal))).map(({ id }) => id),
    ),
    failures: createFailureLog(okta, plan, now, signal),
  };
}
