import { asksBeyondProfile } from "../../expression/check-expression.ts";
import type { JsonValue } from "../../spec/json-value.ts";
import type { AccessState, Account, Directory, Evaluate, MappingEntry, Person, Profile } from "./access.ts";
import { composeUserName } from "./evaluate-person.ts";

export interface AccountChange {
  readonly name: string;
  readonly before: JsonValue;
  readonly after: JsonValue;
}

export interface AccountInput {
  readonly person: Person;
  readonly account: Account;
  readonly before: AccessState;
  readonly after: AccessState;
  readonly directory: Directory;
  readonly evaluate: Evaluate;
  /** Whether the update applies the whole mapping to everyone ("Apply updates now"), entries that are sent on creation only as well. */
  readonly appliesMapping: boolean;
}

/**
 * What Okta changes in one person's app profile when it looks at the account again, which it does when the mapping is applied or an assignment
 * of the person changes: mapped values, over them those of assigned groups (the most important wins), over them what was typed by hand.
 */
export function changesOfAccount(input: AccountInput): AccountChange[] {
  const { account } = input;
  const profile = profileAfter(input);
  const names = new Set([...Object.keys(account.profile), ...Object.keys(profile)]);
  const changes = [...names]
    .map((name) => ({ name, before: account.profile[name] ?? null, after: profile[name] ?? null }))
    .filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after));
  const userName = userNameAfter(input);
  return userName === account.userName
    ? changes
    : [...changes, { name: "userName", before: account.userName, after: userName }];
}

function profileAfter({ account, after, before, directory, evaluate, ...input }: AccountInput): Profile {
  const mapped = after.mapping.map((entry): [string, JsonValue] => [
    entry.attribute,
    (entry.push || input.appliesMapping) && !isUnknown(entry)
      ? evaluate(entry.expression, input.person, account)
      : (account.profile[entry.attribute] ?? null),
  ]);
  return {
    ...Object.fromEntries(mapped),
    ...groupValues(after, input.person, directory),
    ...typedValues(account, before, after, input.person, directory),
  };
}

/** Whether a row's value can't be foreseen, so that the account's own stands for it; `findUncertainties` says so. */
function isUnknown(entry: MappingEntry): boolean {
  const known = unknownEntries.get(entry);
  if (known !== undefined) return known;
  const isUnknownNow = asksBeyondProfile(entry.expression);
  unknownEntries.set(entry, isUnknownNow);
  return isUnknownNow;
}
const unknownEntries = new WeakMap<MappingEntry, boolean>();

/** What assigned groups give a person, the most important group last so that it wins. */
function groupValues(state: AccessState, person: Person, directory: Directory): Profile {
  const own = state.assignedGroups
    .filter(({ id, profile }) => hasValues(profile) && directory.members.get(id)?.has(person.id) === true)
    .toSorted((left, right) => right.priority - left.priority);
  return Object.assign({}, ...own.map(({ profile }) => profile));
}

function hasValues(profile: Profile): boolean {
  return Object.keys(profile).length > 0;
}

/** Values that come from no mapping and no group were typed by hand; a mapping that pushes wins over them. */
function typedValues(
  account: Account,
  before: AccessState,
  after: AccessState,
  person: Person,
  directory: Directory,
): Profile {
  const explained = new Set([
    ...before.mapping.map(({ attribute }) => attribute),
    ...Object.keys(groupValues(before, person, directory)),
    ...after.mapping.filter(({ push }) => push).map(({ attribute }) => attribute),
  ]);
  return Object.fromEntries(
    Object.entries(account.profile).filter(([name, value]) => value !== null && !explained.has(name)),
  );
}

/** A name that follows the format goes on following it; one that was typed stays as long as the person's own assignment does. */
function userNameAfter({ account, person, before, after }: AccountInput): string {
  const byFormat = composeUserName(after.userNameTemplate, person);
  const given = after.assignedUsers.find(({ id }) => id === person.id);
  if (given?.userName !== undefined && given.userName !== byFormat) return given.userName;
  const wasTyped = account.userName !== composeUserName(before.userNameTemplate, person);
  if (!after.userNameTemplate.pushes || wasTyped) return account.userName;
  return byFormat;
}
