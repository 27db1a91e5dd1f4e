import type { OktaClient } from "../../okta/okta-client.ts";
import type { AppPlan } from "../../spec/plan-types.ts";
import type { ChangeKind, ResourceChange } from "../changes/resource-change.ts";
import type { PeopleReport } from "../report.ts";
import type { AccessState, Account } from "./access.ts";
import type { DirectoryReader } from "./directory-reader.ts";
import { computeImpact, type Evaluate, type PeopleImpact } from "./impact.ts";
import { noAccess, readLiveApp } from "./read-live-app.ts";
import { applyChanges, manualState } from "./state-after.ts";

export interface PeopleQuestion {
  readonly appId: string | undefined;
  readonly changes: readonly ResourceChange[];
  readonly plan: AppPlan | undefined;
}

export interface PeopleReportOptions {
  readonly client: OktaClient;
  readonly directory: DirectoryReader;
  readonly evaluate: Evaluate;
  /** The most calls that reading members may cost for one app before exact counts become estimates. */
  readonly callBudget: number;
}

const peopleKinds: ReadonlySet<ChangeKind> = new Set([
  "app",
  "connection",
  "features",
  "mapping",
  "push group",
  "group assignment",
  "person assignment",
]);

/** Who is touched by the changes of one app; undefined when none of them concerns people. */
export async function reportPeople(
  question: PeopleQuestion,
  options: PeopleReportOptions,
): Promise<PeopleReport | undefined> {
  if (!question.changes.some((change) => peopleKinds.has(change.kind))) return undefined;
  const live = question.appId === undefined ? undefined : await readLiveApp(options.client, question.appId);
  const accounts = live?.accounts ?? new Map<string, Account>();
  const before = stateBefore(live?.state ?? noAccess, live?.connectionUnknown ?? false, question.plan);
  const { state: after, appRemoved } = applyChanges(before, question.changes, question.plan);
  const groups = groupsOf(before, after);
  const calls = await options.directory.estimateCalls(groups);
  if (calls > options.callBudget) return estimate(before, after, accounts.size, calls, options);
  const users = [...new Set([...before.assignedUsers, ...after.assignedUsers])];
  const directory = await options.directory.read(groups, users);
  const impact = computeImpact({ before, after, accounts, directory, evaluate: options.evaluate });
  const assignedAfter =
    accounts.size -
    impact.deactivated.length -
    impact.unassignedOnly.length +
    impact.gains.length +
    impact.assignedNotPushed.length;
  return {
    kind: "exact",
    impact: appRemoved ? withoutApp(impact, accounts) : impact,
    assignedBefore: accounts.size,
    assignedAfter: appRemoved ? 0 : assignedAfter,
  };
}

function stateBefore(live: AccessState, connectionUnknown: boolean, plan: AppPlan | undefined): AccessState {
  return connectionUnknown && plan?.connection.management === "manual"
    ? { ...live, ...manualState(plan) }
    : live;
}

function groupsOf(before: AccessState, after: AccessState): string[] {
  const of = (state: AccessState): string[] => [
    ...state.assignedGroups,
    ...state.pushGroups.map((group) => group.sourceGroupId),
  ];
  return [...new Set([...of(before), ...of(after)])];
}

async function estimate(
  before: AccessState,
  after: AccessState,
  assignedBefore: number,
  calls: number,
  options: PeopleReportOptions,
): Promise<PeopleReport> {
  const added = after.assignedGroups.filter((group) => !before.assignedGroups.includes(group));
  const removed = before.assignedGroups.filter((group) => !after.assignedGroups.includes(group));
  return {
    kind: "estimate",
    assignedBefore,
    gains: await options.directory.countMembers(added),
    deactivated: Math.min(assignedBefore, await options.directory.countMembers(removed)),
    because: `from group statistics: exact figures would take ${calls} Okta calls, the budget is ${options.callBudget}`,
  };
}

/** Deleting an app deactivates nobody downstream: who still has it then just loses it in Okta. */
function withoutApp(impact: PeopleImpact, accounts: ReadonlyMap<string, Account>): PeopleImpact {
  const deactivated = new Set(impact.deactivated.map((person) => person.id));
  const left = [...accounts.values()].filter((account) => !deactivated.has(account.userId));
  return {
    ...impact,
    gains: [],
    unassignedOnly: left.map((account) => ({ id: account.userId, login: account.userName })),
  };
}
