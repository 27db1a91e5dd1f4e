import type { JsonValue } from "../../spec/json-value.ts";
import type { AccessState, Account, Directory, Person } from "./access.ts";

/** A person whom the update touches, and how. */
export interface TouchedPerson {
  readonly id: string;
  readonly login: string;
}

export interface UpdatedPerson extends TouchedPerson {
  readonly attributes: readonly {
    readonly name: string;
    readonly before: JsonValue;
    readonly after: JsonValue;
  }[];
}

export interface PushedGroupImpact {
  readonly sourceGroupId: string;
  readonly target: string;
  readonly joins: readonly TouchedPerson[];
  readonly leaves: readonly TouchedPerson[];
  /** True when the push group itself goes: its members stay in the target unless the target is deleted. */
  readonly removed: boolean;
}

/** Who is touched by the change from one state of an app to the next. */
export interface PeopleImpact {
  /** Newly assigned: Okta creates them, or matches and reactivates an account that is there. */
  readonly gains: readonly TouchedPerson[];
  /** Newly assigned but not pushed, because provisioning or "Create Users" is off when they are assigned. */
  readonly assignedNotPushed: readonly TouchedPerson[];
  /** Assigned by name while Okta has not activated them: they get an account when it does, not by this update. */
  readonly waiting: readonly TouchedPerson[];
  readonly updated: readonly UpdatedPerson[];
  readonly deactivated: readonly TouchedPerson[];
  /** Unassigned without a deactivation downstream: they lose the app in Okta and keep the account. */
  readonly unassignedOnly: readonly TouchedPerson[];
  readonly groups: readonly PushedGroupImpact[];
  /** What makes these figures less than certain, in sentences. */
  readonly uncertainties: readonly string[];
}

/** Evaluates one mapping expression for one person; throws where Okta would refuse it. */
export type Evaluate = (expression: string, person: Person) => JsonValue;

export interface ImpactInput {
  readonly before: AccessState;
  readonly after: AccessState;
  /** Accounts that the app has now, by person. */
  readonly accounts: ReadonlyMap<string, Account>;
  readonly directory: Directory;
  readonly evaluate: Evaluate;
}

/** People whom Okta assigns: everyone but those it has deactivated. */
const assignable = (person: Person | undefined): person is Person =>
  person !== undefined && person.status !== "DEPROVISIONED";

/**
 * Computes which people a change touches, the way Okta acts on it: assignment by group or by person creates, loss of the last assignment
 * deactivates, a mapping that is pushed updates, and only provisioned people are members of pushed groups (okta-wire.md section 5).
 */
export function computeImpact(input: ImpactInput): PeopleImpact {
  const { before, after, accounts, directory } = input;
  const assignedAfter = assignedPeople(after, directory);
  const known = (id: string): TouchedPerson => ({
    id,
    login: directory.people.get(id)?.login ?? accounts.get(id)?.userName ?? id,
  });
  const byLogin = (left: TouchedPerson, right: TouchedPerson): number =>
    left.login.localeCompare(right.login, "en");

  const added = [...assignedAfter]
    .filter((id) => !accounts.has(id))
    .map(known)
    .sort(byLogin);
  const removed = [...accounts.values()].filter((account) => !assignedAfter.has(account.userId));
  const pushed = after.provisioning && after.createUsers;
  const deactivates = (account: Account): boolean =>
    before.provisioning && before.deactivateUsers && account.externalId !== undefined;
  const provisionedAfter = new Set([
    ...[...accounts.values()]
      .filter((account) => account.externalId !== undefined && assignedAfter.has(account.userId))
      .map((account) => account.userId),
    ...(pushed ? added.map((person) => person.id) : []),
  ]);

  return {
    gains: pushed ? added : [],
    assignedNotPushed: pushed ? [] : added,
    waiting: [],
    updated: updatedPeople(input, assignedAfter).sort(byLogin),
    deactivated: removed
      .filter(deactivates)
      .map((account) => known(account.userId))
      .sort(byLogin),
    unassignedOnly: removed
      .filter((account) => !deactivates(account))
      .map((account) => known(account.userId))
      .sort(byLogin),
    groups: pushedGroupImpacts(input, provisionedAfter, known),
    uncertainties: uncertainties(input, added),
  };
}

/** Everyone assigned in this state: by group or by name, without the deprovisioned. */
export function assignedPeople(state: AccessState, directory: Directory): ReadonlySet<string> {
  const ids = [
    ...state.assignedGroups.flatMap((group) => directory.members.get(group) ?? []),
    ...state.assignedUsers,
  ];
  return new Set(ids.filter((id) => assignable(directory.people.get(id))));
}

function updatedPeople(input: ImpactInput, assignedAfter: ReadonlySet<string>): UpdatedPerson[] {
  const { before, after, accounts, directory, evaluate } = input;
  const sameMapping =
    JSON.stringify(before.mapping) === JSON.stringify(after.mapping) &&
    before.userNameTemplate === after.userNameTemplate;
  if (sameMapping || !after.provisioning || !after.updateProfiles) return [];
  const pushed = after.mapping.filter((entry) => entry.push);
  return [...accounts.values()].flatMap((account) => {
    const person = directory.people.get(account.userId);
    if (person === undefined || account.externalId === undefined || !assignedAfter.has(account.userId))
      return [];
    const attributes = pushed.flatMap((entry) => {
      const valueBefore = account.profile[entry.attribute] ?? null;
      const valueAfter = evaluate(entry.expression, person);
      return JSON.stringify(valueBefore) === JSON.stringify(valueAfter)
        ? []
        : [{ name: entry.attribute, before: valueBefore, after: valueAfter }];
    });
    return attributes.length === 0 ? [] : [{ id: person.id, login: person.login, attributes }];
  });
}

function pushedGroupImpacts(
  input: ImpactInput,
  provisionedAfter: ReadonlySet<string>,
  known: (id: string) => TouchedPerson,
): PushedGroupImpact[] {
  const { before, after, accounts, directory } = input;
  const provisionedBefore = new Set(
    [...accounts.values()]
      .filter((account) => account.externalId !== undefined)
      .map((account) => account.userId),
  );
  const active = (state: AccessState): Map<string, string> =>
    new Map(
      state.pushGroups.filter((group) => group.active).map((group) => [group.sourceGroupId, group.target]),
    );
  const activeBefore = active(before);
  const activeAfter = active(after);
  const membersOf = (group: string, provisioned: ReadonlySet<string>): string[] =>
    (directory.members.get(group) ?? []).filter((id) => provisioned.has(id));
  return [...new Set([...activeBefore.keys(), ...activeAfter.keys()])].flatMap((group) => {
    const removed = !activeAfter.has(group);
    const membersBefore = new Set(activeBefore.has(group) ? membersOf(group, provisionedBefore) : []);
    const membersAfter = new Set(removed ? [] : membersOf(group, provisionedAfter));
    const joins = [...membersAfter].filter((id) => !membersBefore.has(id)).map(known);
    const leaves = [...membersBefore].filter((id) => !membersAfter.has(id)).map(known);
    if (joins.length === 0 && leaves.length === 0 && !removed) return [];
    return [
      {
        sourceGroupId: group,
        target: activeAfter.get(group) ?? activeBefore.get(group) ?? group,
        joins,
        leaves,
        removed,
      },
    ];
  });
}

function uncertainties(input: ImpactInput, added: readonly TouchedPerson[]): string[] {
  const { accounts, directory, after } = input;
  const count = (noun: string, number: number, rest: string): string[] =>
    number === 0 ? [] : [`${number} ${number === 1 ? noun : `${noun.replace("person", "people")}`} ${rest}`];
  const inError = [...accounts.values()].filter((account) => account.syncState === "ERROR").length;
  const suspended = added.filter((person) => directory.people.get(person.id)?.status === "SUSPENDED").length;
  const neverProvisioned = [...accounts.values()].filter(
    (account) => account.externalId === undefined,
  ).length;
  return [
    ...count(
      "person",
      inError,
      "in ERROR today: what the SCIM server holds of them may differ from what Okta believes.",
    ),
    ...count(
      "person",
      suspended,
      "to be assigned while suspended in Okta: they get an account, but cannot sign in.",
    ),
    ...count(
      "person",
      neverProvisioned,
      "assigned today without an account downstream: Okta does not push them by itself.",
    ),
    ...(added.length > 0 && after.provisioning
      ? [
          "An account with the same user name that the application already has is matched and updated instead of created.",
        ]
      : []),
  ];
}
