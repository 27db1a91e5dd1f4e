import type { Account } from "./access.ts";
import { changesOfAccount } from "./account-after.ts";
import type { ImpactInput } from "./impact.ts";

/** What makes the figures of a preview less than certain, in sentences. `added` are the people newly assigned, by id. */
export function findUncertainties(input: ImpactInput, added: readonly string[]): string[] {
  const { accounts, after, directory } = input;
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
    ...laterUpdates(input),
    ...(added.length > 0 && after.provisioning
      ? [
          "An account with the same user name that the application already has is matched and updated instead of created.",
        ]
      : []),
  ];
}

/** Okta's API applies a mapping to existing accounts only for an API token; with OAuth they follow at each person's next change. */
function laterUpdates(input: ImpactInput): string[] {
  if (input.mapping !== "not applied" || !input.after.provisioning || !input.after.updateProfiles) return [];
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
