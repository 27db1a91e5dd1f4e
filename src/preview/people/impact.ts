import {
  type AccessState,
  type Account,
  type Directory,
  type EndedPush,
  type Evaluate,
  isAssignable,
  isProvisioned,
  isProvisioning,
} from "./access.ts";
import { type AccountChange, changesOfAccount } from "./account-after.ts";
import { settleDirectAssignments } from "./direct-assignments.ts";
import type { GainedPerson } from "./gained-accounts.ts";
import { findGroupChanges, type GroupChange } from "./pushed-groups.ts";
import { findUncertainties } from "./uncertainties.ts";

/** A person whom the update touches. */
export interface TouchedPerson {
  readonly id: string;
  readonly login: string;
}

export interface UpdatedPerson extends TouchedPerson {
  readonly attributes: readonly AccountChange[];
}

export interface PushedGroupImpact {
  readonly sourceGroupId: string;
  readonly target: string;
  readonly joins: readonly TouchedPerson[];
  readonly leaves: readonly TouchedPerson[];
  /** Members of a group that is no longer pushed and stays as it is. */
  readonly stays: readonly TouchedPerson[];
  /** True when the push group itself goes. */
  readonly removed: boolean;
}

/** Who is touched by the change from one state of an app to the next. */
export interface PeopleImpact {
  /** Newly assigned: Okta creates their account, or takes over the one that the application has. */
  readonly gains: readonly GainedPerson[];
  /** Newly assigned but not pushed, because provisioning or "Create Users" is off when they are assigned. */
  readonly assignedNotPushed: readonly TouchedPerson[];
  /** Newly assigned while Okta has not activated them: they get an account when it does, not by this update. */
  readonly waiting: readonly TouchedPerson[];
  readonly updated: readonly UpdatedPerson[];
  /** With other values by the new mapping, which Okta sends at each person's next change: this update can't make it do so. */
  readonly updatedLater: readonly UpdatedPerson[];
  readonly deactivated: readonly TouchedPerson[];
  /** Assigned to an application that this update makes inactive: they can't open it, and keep the account. */
  readonly lockedOut: readonly TouchedPerson[];
  /** Unassigned without a deactivation downstream: they lose the app in Okta and keep the account. */
  readonly unassignedOnly: readonly TouchedPerson[];
  /** No longer assigned by name while a group still gives them the app: Okta refuses that, and the update fails. */
  readonly refused: readonly TouchedPerson[];
  readonly groups: readonly PushedGroupImpact[];
  /** What makes these figures less than certain, in sentences. */
  readonly uncertainties: readonly string[];
  /** In a few words each: what is so uncertain that nobody may call the update safe. */
  readonly openQuestions: readonly string[];
}

export interface ImpactInput {
  readonly before: AccessState;
  readonly after: AccessState;
  readonly endedPushes?: readonly EndedPush[];
  /** People whose assignment by name the update deletes, by id. */
  readonly unassigned?: readonly string[];
  /** Groups whose assignment the update makes, changes or ends, by id. */
  readonly touchedGroups: readonly string[];
  /** Whether the update applies the mapping to everyone; only then do existing accounts follow it at once. */
  readonly mapping: "unchanged" | "applied" | "not applied";
  /** Accounts that the app has now, by person. */
  readonly accounts: ReadonlyMap<string, Account>;
  readonly directory: Directory;
  readonly evaluate: Evaluate;
}

/**
 * Computes which people a change touches, the way Okta acts on it: assignment by group or by person creates, loss of the last assignment
 * deactivates, a changed profile updates, and only provisioned people are members of pushed groups (okta-wire.md section 5). The settings
 * that count are those after the update: the program sets connection and features first and removes assignments last.
 */
export function computeImpact(declared: ImpactInput): PeopleImpact {
  const { accounts, directory } = declared;
  const { unassigned = [] } = declared;
  const direct = settleDirectAssignments(declared.before, declared.after, unassigned, accounts, directory);
  const after = direct.state;
  const input = { ...declared, after };
  const assignedAfter = assignedPeople(after, directory, accounts);
  const known = (id: string): TouchedPerson => ({
    id,
    login: directory.people.get(id)?.login ?? accounts.get(id)?.userName ?? id,
  });
  const people = (ids: Iterable<string>): TouchedPerson[] => [...ids].map(known).sort(byLogin);

  const added = [...assignedAfter].filter((id) => !accounts.has(id));
  const waits = (id: string): boolean => {
    const person = directory.people.get(id);
    return person !== undefined && !isProvisioned(person);
  };
  const addedNow = added.filter((id) => !waits(id));
  const pushed = isProvisioning(after) && after.createUsers;
  const removed = [...accounts.values()].filter(({ userId }) => !assignedAfter.has(userId));
  const isDeactivated = ({ externalId }: Account): boolean =>
    isProvisioning(after) && after.deactivateUsers && externalId !== undefined;
  const kept = [...accounts.values()].filter(({ userId }) => assignedAfter.has(userId));
  const provisionedAfter = new Set([
    ...kept.filter(({ externalId }) => externalId !== undefined).map(({ userId }) => userId),
    ...(pushed ? addedNow : []),
  ]);
  const sendsUpdates = isProvisioning(after) && after.updateProfiles;
  const updates = (list: readonly ChangedAccount[]): UpdatedPerson[] =>
    sendsUpdates ? list.map(({ id, attributes }) => ({ ...known(id), attributes })).sort(byLogin) : [];
  const updated = updates(changedAccounts(input, kept, "now"));
  const updatedNow = new Set(updated.map(({ id }) => id));
  const later = input.mapping === "not applied" ? updates(changedAccounts(input, kept, "later")) : [];
  const groups = findGroupChanges({ ...input, ended: input.endedPushes ?? [], provisionedAfter });

  return {
    // Only the SCIM server tells: see settleGains.
    gains: people(pushed ? addedNow : []).map((person) => ({ ...person, account: "unknown" })),
    assignedNotPushed: people(pushed ? [] : addedNow),
    waiting: people(added.filter(waits)),
    updated,
    updatedLater: later.filter(({ id }) => !updatedNow.has(id)),
    lockedOut: declared.before.active && !after.active ? people(kept.map(({ userId }) => userId)) : [],
    deactivated: people(removed.filter(isDeactivated).map(({ userId }) => userId)),
    unassignedOnly: people(removed.filter((account) => !isDeactivated(account)).map(({ userId }) => userId)),
    groups: groups.map((group) => namePeople(group, people)),
    refused: people(direct.refused),
    ...findUncertainties(input, added),
  };
}

/** Everyone assigned in this state: by group or by name, without the deprovisioned. Who has an account is none of those. */
function assignedPeople(
  state: AccessState,
  directory: Directory,
  accounts: ReadonlyMap<string, Account>,
): ReadonlySet<string> {
  const ids = [
    ...state.assignedGroups.flatMap(({ id }) => [...(directory.members.get(id) ?? [])]),
    ...state.assignedUsers.map(({ id }) => id),
  ];
  return new Set(ids.filter((id) => accounts.has(id) || isAssignable(directory.people.get(id))));
}

interface ChangedAccount {
  readonly id: string;
  readonly attributes: readonly AccountChange[];
}

/** Accounts whose profile Okta changes by looking at them again, and sends: by this update, or at whatever change of the person comes next. */
function changedAccounts(
  input: ImpactInput,
  kept: readonly Account[],
  when: "now" | "later",
): ChangedAccount[] {
  const { before, after, directory, evaluate } = input;
  const looksAtAll = when === "later" || input.mapping === "applied";
  const lookedAt = looksAtAll ? undefined : touchedByAssignments(input);
  if (lookedAt?.size === 0) return [];
  return kept.flatMap((account) => {
    const person = directory.people.get(account.userId);
    const isSent = account.externalId !== undefined && account.syncState !== "DISABLED";
    if (person === undefined || !isSent || !isProvisioned(person)) return [];
    if (lookedAt !== undefined && !lookedAt.has(account.userId)) return [];
    const appliesMapping = input.mapping === "applied";
    const attributes = changesOfAccount({
      person,
      account,
      before,
      after,
      directory,
      evaluate,
      appliesMapping,
    });
    return attributes.length === 0 ? [] : [{ id: person.id, attributes }];
  });
}

/** People one of whose assignments appears, goes or changes: Okta looks at their accounts again. */
function touchedByAssignments({ before, after, directory, touchedGroups }: ImpactInput): Set<string> {
  const text = (value: unknown): string => JSON.stringify(value);
  const differing = <T extends { readonly id: string }>(
    left: readonly T[],
    right: readonly T[],
  ): string[] => {
    const others = new Set(right.map(text));
    return left.filter((item) => !others.has(text(item))).map(({ id }) => id);
  };
  return new Set([
    ...touchedGroups.flatMap((id) => [...(directory.members.get(id) ?? [])]),
    ...differing(before.assignedUsers, after.assignedUsers),
    ...differing(after.assignedUsers, before.assignedUsers),
  ]);
}

function namePeople(
  { sourceGroupId, target, joins, leaves, stays, removed }: GroupChange,
  people: (ids: Iterable<string>) => TouchedPerson[],
): PushedGroupImpact {
  return {
    sourceGroupId,
    target,
    joins: people(joins),
    leaves: people(leaves),
    stays: people(stays),
    removed,
  };
}

function byLogin(left: TouchedPerson, right: TouchedPerson): number {
  return left.login.localeCompare(right.login, "en");
}
