import type { AccessState, Account, Directory } from "./access.ts";
import { composeUserName } from "./evaluate-person.ts";
import type { PeopleImpact, TouchedPerson } from "./impact.ts";

/**
 * What becomes of the account of who gets an application: `created`; `reactivated` or `matched` where Okta finds one by the user name that is
 * inactive or active; `taken` where that one is linked to somebody else, which Okta refuses; `unknown` where nobody could ask the SCIM server.
 */
export const accountOutcomes = ["created", "reactivated", "matched", "taken", "unknown"] as const;
export type AccountOutcome = (typeof accountOutcomes)[number];

export interface GainedPerson extends TouchedPerson {
  readonly account: AccountOutcome;
}

/** An account that the SCIM server has. */
export interface ServerAccount {
  readonly id: string;
  readonly active: boolean;
}

/** What a SCIM server says of some user names. */
export type AccountAnswer =
  /** By user name in lower case; Okta and RFC 7643 section 4.1.1 compare them without case. */
  | { readonly kind: "found"; readonly accounts: ReadonlyMap<string, ServerAccount> }
  /** It can't have accounts that the stack made: this update deploys it. */
  | { readonly kind: "not deployed" }
  | { readonly kind: "silent"; readonly because: string };

/** Asks an application's SCIM server which of these user names have an account. Never throws for a server that does not answer. */
export type AskAccounts = (userNames: readonly string[]) => Promise<AccountAnswer>;

export interface GainQuestion {
  readonly impact: PeopleImpact;
  readonly after: AccessState;
  /** Accounts that Okta has linked in the same application; none where it is made anew. */
  readonly accounts: ReadonlyMap<string, Account>;
  readonly directory: Directory;
  readonly ask: AskAccounts;
}

/** Splits those who get an account into created, reactivated and matched, by the search by user name that Okta will make (okta-wire.md 5.3). */
export async function settleGains(question: GainQuestion): Promise<PeopleImpact> {
  const { impact, ask } = question;
  if (impact.gains.length === 0) return impact;
  const names = new Map(impact.gains.map(({ id, login }) => [id, userNameOf(id, login, question)]));
  const answer = await ask([...new Set(names.values())]);
  const outcome = answer.kind === "found" ? outcomesBy(answer.accounts, names, question) : undefined;
  return {
    ...impact,
    gains: impact.gains.map((person) => ({
      ...person,
      account: outcome?.(person.id) ?? (answer.kind === "not deployed" ? "created" : "unknown"),
    })),
    uncertainties: [...impact.uncertainties, ...doubtsOf(answer)],
  };
}

function userNameOf(id: string, login: string, { after, directory }: GainQuestion): string {
  const person = directory.people.get(id);
  const given = after.assignedUsers.find((user) => user.id === id)?.userName;
  return given ?? (person === undefined ? login : composeUserName(after.userNameTemplate, person));
}

function outcomesBy(
  found: ReadonlyMap<string, ServerAccount>,
  names: ReadonlyMap<string, string>,
  { impact, accounts }: GainQuestion,
): (id: string) => AccountOutcome {
  const owners = new Map([...accounts.values()].map(({ externalId, userId }) => [externalId, userId]));
  // Their accounts are on the move in the same update: which of the two Okta does first is not known.
  const leaving = new Set([...impact.deactivated, ...impact.unassignedOnly].map(({ id }) => id));
  const shared = sharedNames([...names.values()].map((name) => name.toLowerCase()));
  return (id) => {
    const name = (names.get(id) ?? "").toLowerCase();
    const account = found.get(name);
    if (shared.has(name)) return "unknown";
    if (account === undefined) return "created";
    if (leaving.has(id)) return "unknown";
    const owner = owners.get(account.id);
    if (owner !== undefined && owner !== id) return leaving.has(owner) ? "unknown" : "taken";
    return account.active ? "matched" : "reactivated";
  };
}

/** User names that two people would get: the second of them finds the account of the first. */
function sharedNames(names: Iterable<string>): ReadonlySet<string> {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) shared.add(name);
    seen.add(name);
  }
  return shared;
}

function doubtsOf(answer: AccountAnswer): string[] {
  switch (answer.kind) {
    case "found":
      return [];
    case "not deployed":
      return [
        "The SCIM server gets this application by this update, so nobody could ask it: everyone counts as created. Accounts that an earlier deployment left there would be matched by user name.",
      ];
    case "silent":
      return [
        `Whether accounts are created, or matched by user name (and reactivated where they are inactive), is not known: ${answer.because}.`,
      ];
  }
}
