import { asksBeyondProfile } from "../../expression/check-expression.ts";
import { type Account, isProvisioning, type PushedGroup } from "./access.ts";
import { changesOfAccount } from "./account-after.ts";
import type { ImpactInput } from "./impact.ts";

/** What makes the figures of a preview less than certain, in sentences. `added` are the people newly assigned, by id. */
export function findUncertainties(input: ImpactInput, added: readonly string[]): string[] {
  const { accounts, directory } = input;
  const all = [...accounts.values()];
  const inError = all.filter(({ syncState }) => syncState === "ERROR").length;
  const neverProvisioned = all.filter(
    ({ externalId, userId }) => externalId === undefined && directory.people.get(userId)?.status !== "STAGED",
  ).length;
  const suspended = added.filter((id) => directory.people.get(id)?.status === "SUSPENDED").length;
  return [
    ...count(
      inError,
      "in ERROR today: what the SCIM server holds of them may differ from what Okta believes.",
    ),
    ...count(suspended, "to be assigned while suspended in Okta: they get an account, but cannot sign in."),
    ...count(
      neverProvisioned,
      "assigned today without an account downstream: Okta does not push them by itself.",
    ),
    ...unknownValues(input),
    ...laterUpdates(input),
    ...pushDoubts(input),
  ];
}

/** Attributes whose expressions ask for what a preview does not look up. */
function unknownValues({ after }: ImpactInput): string[] {
  const names = after.mapping
    .filter(({ expression }) => asksBeyondProfile(expression))
    .map(({ attribute }) => attribute);
  if (names.length === 0) return [];
  return [
    `${names.join(", ")}: by an expression about groups, linked people or the time, which a preview does not look up: what Okta sends may differ.`,
  ];
}

/** Groups at the server whose members Okta does not know. */
function pushDoubts({ before, after, endedPushes = [] }: ImpactInput): string[] {
  const say = (number: number, what: string, rest: string): string[] =>
    number === 0 ? [] : [`${number} ${what}push ${number === 1 ? "group" : "groups"}${rest}`];
  const was = (source: string): PushedGroup | undefined =>
    before.pushGroups.find(({ sourceGroupId }) => sourceGroupId === source);
  const touched = [...after.pushGroups.filter(({ isNew }) => isNew !== undefined), ...endedPushes];
  const failed = touched.filter(({ sourceGroupId }) => was(sourceGroupId)?.stalled === "failed").length;
  const stalled = after.pushGroups.filter((group) => group.stalled !== undefined).length;
  const sent = isProvisioning(after) ? after.pushGroups.filter(({ active }) => active) : [];
  const linked = sent.filter(({ isNew }) => isNew === true).length;
  const resumed = sent.filter(
    ({ isNew, sourceGroupId }) => isNew !== true && was(sourceGroupId)?.active !== true,
  ).length;
  const missed = isProvisioning(before) ? 0 : sent.length - linked - resumed;
  return [
    ...say(
      failed,
      "",
      " in ERROR that the update changes or ends: Okta's API refuses that, and the update fails until somebody pushes again in the console.",
    ),
    ...say(
      stalled,
      "",
      " that Okta does not send today (in ERROR, or never pushed): changes of members reach the application when somebody pushes again in the console.",
    ),
    ...say(
      linked,
      "new ",
      ": where the application has a group of that name already, Okta takes it over, and members who don't belong there leave it.",
    ),
    ...say(
      resumed,
      "resumed ",
      ": who is in it at the application already counts as joining here, and who left the group in Okta meanwhile leaves it there, too.",
    ),
    ...say(
      missed,
      "",
      " of an application that was not provisioned until now: who joined or left meanwhile follows with the next change of members.",
    ),
  ];
}

/** Okta's API applies a mapping to existing accounts only for an API token; with OAuth they follow at each person's next change. */
function laterUpdates(input: ImpactInput): string[] {
  if (input.mapping !== "not applied" || !isProvisioning(input.after) || !input.after.updateProfiles)
    return [];
  const later = [...input.accounts.values()].filter((account) => followsLater(input, account)).length;
  return count(
    later,
    "with other values by the new mapping: Okta sends them at each person's next change, or with \"Apply updates now\" in the console; the stack's OAuth credential can't make it do so.",
  );
}

function followsLater(input: ImpactInput, account: Account): boolean {
  const person = input.directory.people.get(account.userId);
  if (person === undefined || account.externalId === undefined) return false;
  return changesOfAccount({ ...input, person, account, appliesMapping: false }).length > 0;
}

function count(number: number, rest: string): string[] {
  return number === 0 ? [] : [`${number} ${number === 1 ? "person" : "people"} ${rest}`];
}
