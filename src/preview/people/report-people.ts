import type { OktaClient } from "../../okta/okta-client.ts";
import type { ChangeKind, ResourceChange } from "../changes/resource-change.ts";
import type { PeopleReport } from "../report.ts";
import type { AccessState, Account, Evaluate } from "./access.ts";
import type { DirectoryReader } from "./directory-reader.ts";
import { estimatePeople } from "./estimate-people.ts";
import { type AskAccounts, settleGains } from "./gained-accounts.ts";
import { computeImpact, type ImpactInput, type PeopleImpact } from "./impact.ts";
import { type AppPeople, accountsPerCall, noAccess, readAppPeople, readLiveApp } from "./read-live-app.ts";
import {
  applyChanges,
  type ConnectionIntent,
  manualState,
  type OrgAbilities,
  type StateAfter,
} from "./state-after.ts";

export interface PeopleQuestion {
  readonly appId: string | undefined;
  readonly changes: readonly ResourceChange[];
  readonly plan: ConnectionIntent | undefined;
  /** Asks the app's SCIM server who has an account there. */
  readonly ask: AskAccounts;
}

export interface PeopleReportOptions extends OrgAbilities {
  readonly client: OktaClient;
  readonly directory: DirectoryReader;
  readonly evaluate: Evaluate;
  /** The most calls that reading members may cost for one app before exact counts become estimates. */
  readonly callBudget: number;
}

const peopleKinds: ReadonlySet<ChangeKind> = new Set([
  "mapping",
  "push group",
  "group assignment",
  "person assignment",
]);
const nobody: AppPeople = { accounts: new Map(), assignedUsers: [] };
const mappingKinds: ReadonlySet<ChangeKind> = new Set(["mapping", "group assignment", "person assignment"]);

/**
 * Whether a change can touch anybody by itself. A connection or features never do: Okta sends nothing because they changed. Nor does most of
 * an app: who has a user name keeps it until Okta looks at the account again.
 */
function concernsPeople({ kind, action, before, after }: ResourceChange): boolean {
  if (kind === "app") return action !== "change" || before?.["status"] !== after?.["status"];
  return peopleKinds.has(kind);
}

/** Who is touched by the changes of one app; undefined when none of them concerns people. */
export async function reportPeople(
  question: PeopleQuestion,
  options: PeopleReportOptions,
): Promise<PeopleReport | undefined> {
  if (!question.changes.some(concernsPeople)) return undefined;
  const needs = { mapping: question.changes.some(({ kind }) => mappingKinds.has(kind)) };
  const live =
    question.appId === undefined ? undefined : await readLiveApp(options.client, question.appId, needs);
  const settings = { ...(live?.state ?? noAccess), assignedUsers: [] };
  const groupsBefore = settings.assignedGroups.map(({ id }) => id);
  const groups = groupsOf(settings, applyChanges(settings, question.changes, question.plan, options).state);
  const memberCalls = await options.directory.estimateCalls(groups);
  const accountCalls = ((await options.directory.countMembers(groupsBefore)) ?? 0) / accountsPerCall;
  const foreseen = memberCalls + Math.ceil(accountCalls);
  const estimateFor = (calls: string): Promise<PeopleReport> =>
    estimatePeople({ before: settings, changes: question.changes, plan: question.plan, calls }, options);
  if (foreseen > options.callBudget) return estimateFor(String(foreseen));
  const read =
    live === undefined
      ? nobody
      : await readAppPeople(options.client, live.appId, options.callBudget - memberCalls);
  if (read === undefined) return estimateFor(`more than ${options.callBudget}`);
  const { accounts, assignedUsers } = read;
  const before = stateBefore({ ...settings, assignedUsers }, live?.connectionUnknown ?? false, question.plan);
  const next = applyChanges(before, question.changes, question.plan, options);
  await options.directory.read(groups, []);
  const people = options.directory.unread(peopleNeeded(next, before, accounts));
  const calls = foreseen + people.length;
  if (calls > options.callBudget) return estimateFor(String(calls));
  const directory = await options.directory.read(groups, people);
  const counted = await settleGains({
    impact: impactOf(next, { before, accounts, directory, evaluate: options.evaluate }),
    after: next.state,
    accounts: next.app === "replaced" ? new Map() : accounts,
    directory,
    ask: question.ask,
  });
  const doubts = live?.connectionUnknown === true ? connectionDoubts(question.plan) : [];
  const isGuessed = doubts.length > 0 && question.plan?.connection.management !== "manual";
  // Okta knows the group in the application by the id of its counterpart; people know it by its name.
  const names = await options.directory.readNames([]);
  const impact = {
    ...counted,
    uncertainties: [...doubts, ...counted.uncertainties],
    openQuestions: [
      ...(isGuessed ? ["Okta does not tell whether it is connected"] : []),
      ...counted.openQuestions,
    ],
    groups: counted.groups.map((group) => ({ ...group, target: names.group(group.target) })),
  };
  const losses = impact.deactivated.length + impact.unassignedOnly.length;
  const gains = impact.gains.length + impact.assignedNotPushed.length + impact.waiting.length;
  return {
    kind: "exact",
    impact,
    assignedBefore: accounts.size,
    assignedAfter: next.app === "removed" ? 0 : accounts.size - losses + gains,
  };
}

/** People to read one by one unless a group's members told them: whose own assignment changes, and all accounts where the mapping is applied. */
function peopleNeeded(
  next: StateAfter,
  before: AccessState,
  accounts: ReadonlyMap<string, Account>,
): string[] {
  const kept = new Set(before.assignedUsers.map(({ id }) => id));
  const after = new Set(next.state.assignedUsers.map(({ id }) => id));
  const changed = [...kept, ...after].filter((id) => kept.has(id) !== after.has(id));
  // Whom somebody has assigned by hand, and the update now names: the user name may be another one.
  const named = next.state.assignedUsers.flatMap(({ id, userName }) => (userName === undefined ? [] : [id]));
  return [...changed, ...named, ...(next.mapping === "unchanged" ? [] : accounts.keys())];
}

type Present = Pick<ImpactInput, "before" | "accounts" | "directory" | "evaluate">;

function impactOf(
  { state, endedPushes, unassigned, touchedGroups, mapping, app }: StateAfter,
  present: Present,
): PeopleImpact {
  if (app === "replaced") return replacementImpact(state, present);
  const impact = computeImpact({ ...present, after: state, endedPushes, unassigned, touchedGroups, mapping });
  return app === "removed" ? withoutApp(impact, present.accounts) : impact;
}

/** A replaced app is made anew beside the old one, which then loses its assignments: everyone is deactivated once and matched again. */
function replacementImpact(after: AccessState, { before, accounts, ...rest }: Present): PeopleImpact {
  const nothingElse = { mapping: "unchanged", touchedGroups: [] } as const;
  const gone = computeImpact({
    ...rest,
    before,
    accounts,
    after: { ...before, assignedGroups: [], assignedUsers: [], pushGroups: [] },
    ...nothingElse,
  });
  const made = computeImpact({ ...rest, before: noAccess, accounts: new Map(), after, ...nothingElse });
  return {
    ...made,
    deactivated: gone.deactivated,
    unassignedOnly: gone.unassignedOnly,
    uncertainties: [
      "The application is replaced: everyone loses the old one before the new one matches their account by user name, and who was assigned by hand is not assigned to the new one.",
      "Who does not get the new application may keep an active account: the old one is deleted at once, maybe before Okta has deactivated them there. The check loop.people.orphans names them.",
      ...made.uncertainties,
    ],
  };
}

function stateBefore(
  live: AccessState,
  connectionUnknown: boolean,
  plan: ConnectionIntent | undefined,
): AccessState {
  return connectionUnknown && plan?.connection.management === "manual"
    ? { ...live, ...manualState(plan) }
    : live;
}

/** What an unknown connection leaves open. */
function connectionDoubts(plan: ConnectionIntent | undefined): string[] {
  if (plan?.connection.management !== "manual")
    return [
      "Okta's API does not tell whether this application is connected: the figures take it for not connected.",
    ];
  const word = plan.connection.configured ? "it is, as the spec says" : "it is not, as the spec says";
  return [
    `Okta's API does not tell whether this application is connected: the figures take it that ${word}.`,
  ];
}

function groupsOf(before: AccessState, after: AccessState): string[] {
  const of = (state: AccessState): string[] => [
    ...state.assignedGroups.map(({ id }) => id),
    ...state.pushGroups.map((group) => group.sourceGroupId),
  ];
  return [...new Set([...of(before), ...of(after)])];
}

/** Deleting an app deactivates nobody downstream: who still has it then just loses it in Okta. */
function withoutApp(impact: PeopleImpact, accounts: ReadonlyMap<string, Account>): PeopleImpact {
  const deactivated = new Set(impact.deactivated.map((person) => person.id));
  const left = [...accounts.values()].filter((account) => !deactivated.has(account.userId));
  return {
    ...impact,
    gains: [],
    waiting: [],
    unassignedOnly: left.map((account) => ({ id: account.userId, login: account.userName })),
  };
}
