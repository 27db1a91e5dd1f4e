import { countOf } from "../../text/count-of.ts";
import { type AccountOutcome, accountOutcomes } from "../people/gained-accounts.ts";
import type { TouchedPerson } from "../people/impact.ts";
import type { AppReport, PeopleReport } from "../report.ts";

/** One line about people: what happens, to how many, and who. */
export interface PeopleLine {
  /** `+` gains, `~` changes, `-` loses, `!` deserves attention. */
  readonly sign: "+" | "~" | "-" | "!";
  readonly text: string;
  readonly names: readonly string[];
}

const gainWords: Readonly<Record<AccountOutcome, Pick<PeopleLine, "sign" | "text">>> = {
  created: { sign: "+", text: "get|gets a new account" },
  reactivated: { sign: "+", text: "get|gets back an account that is inactive today (reactivated)" },
  matched: {
    sign: "!",
    text: "have|has an active account there already: Okta matches it by user name and takes it over",
  },
  taken: {
    sign: "!",
    text: "get|gets no account: the one with their user name is linked to somebody else, and Okta refuses",
  },
  unknown: { sign: "+", text: "get|gets an account (created, or matched and reactivated)" },
};

/** The people part of a report as lines, in the order in which a reviewer cares. */
export function peopleLines(people: PeopleReport): PeopleLine[] {
  if (people.kind === "unknown") return [{ sign: "!", text: `people unknown: ${people.because}`, names: [] }];
  if (people.kind === "estimate")
    return [
      { sign: "!", text: `estimated, ${people.because}`, names: [] },
      ...some("+", people.gains, "about", "get|gets an account"),
      ...some("~", people.updated, "at most", "updated"),
      ...some("-", people.deactivated, "at most", "lose|loses the application"),
    ];
  const { impact } = people;
  const list = (sign: PeopleLine["sign"], touched: readonly TouchedPerson[], text: string): PeopleLine[] =>
    touched.length === 0
      ? []
      : [
          {
            sign,
            text: `${countPeople(touched.length)} ${agree(touched.length, text)}`,
            names: touched.map((person) => person.login),
          },
        ];
  return [
    ...list(
      "!",
      impact.refused,
      "can't be unassigned while a group gives them the application: Okta refuses, and the update fails",
    ),
    ...list("-", impact.deactivated, "deactivated"),
    ...list(
      "-",
      impact.unassignedOnly,
      "unassigned in Okta only: an account that they have in the application stays as it is",
    ),
    ...list(
      "-",
      impact.lockedOut,
      "can no longer open the application, which becomes inactive: Okta sends nothing, and their accounts stay as they are",
    ),
    ...list(
      "!",
      impact.assignedNotPushed,
      "assigned but not provisioned: Okta pushes nobody who was assigned while provisioning was off",
    ),
    ...list(
      "!",
      impact.waiting,
      "assigned while staged in Okta: they get an account when Okta activates them",
    ),
    ...accountOutcomes.flatMap((outcome) =>
      list(
        gainWords[outcome].sign,
        impact.gains.filter(({ account }) => account === outcome),
        gainWords[outcome].text,
      ),
    ),
    ...updatedLines(impact.updated, ""),
    ...updatedLines(
      impact.updatedLater,
      " later: Okta sends the values of the new mapping at each person's next change, or with \"Apply updates now\" in the console; the stack's OAuth credential can't make it do so",
    ),
    ...impact.groups.flatMap((group) => [
      ...list(
        "-",
        group.leaves,
        `leave|leaves group ${group.target}${group.removed ? " (it is deleted)" : ""}`,
      ),
      ...list("!", group.stays, `stay|stays in group ${group.target}, which is no longer pushed`),
      ...list("+", group.joins, `join|joins group ${group.target}`),
    ]),
    ...impact.uncertainties.map((text): PeopleLine => ({ sign: "!", text, names: [] })),
  ];
}

function updatedLines(
  updated: readonly (TouchedPerson & { readonly attributes: readonly { readonly name: string }[] })[],
  when: string,
): PeopleLine[] {
  if (updated.length === 0) return [];
  const attributes = [
    ...new Set(updated.flatMap((person) => person.attributes.map((attribute) => attribute.name))),
  ].sort();
  return [
    {
      sign: "~",
      text: `${countPeople(updated.length)} updated (${attributes.join(", ")})${when}`,
      names: updated.map((person) => person.login),
    },
  ];
}

function some(sign: PeopleLine["sign"], count: number, qualifier: string, text: string): PeopleLine[] {
  return count === 0
    ? []
    : [{ sign, text: `${qualifier} ${countPeople(count)} ${agree(count, text)}`, names: [] }];
}

/** Picks the verb's form from a text that begins with `plural|singular`. */
function agree(count: number, text: string): string {
  return text.replace(/^(\w+)\|(\w+)/, (_whole, plural: string, singular: string) =>
    count === 1 ? singular : plural,
  );
}

function countPeople(count: number): string {
  return countOf(count, "person", "people");
}

export function countCalls(count: number): string {
  return countOf(count, "Okta call");
}

/** An application's label for a row of a table: with its name where another one has the same label. */
export function distinctLabel(app: AppReport, apps: readonly AppReport[]): string {
  const isShared = apps.some(({ name, label }) => name !== app.name && label === app.label);
  return isShared ? `${app.label} (${app.name})` : app.label;
}

/** Names up to a limit, and how many more there are. */
export function nameList(names: readonly string[], limit: number): string {
  if (names.length === 0 || limit === 0) return "";
  const shown = names.slice(0, limit).join(", ");
  return names.length > limit ? `${shown} and ${names.length - limit} more` : shown;
}

/** People in the cell of a table: `+3 ~1 -2 (of 40)`, and what happens in pushed groups. */
export function summarizePeople(people: PeopleReport | undefined): string {
  if (people === undefined) return "nobody";
  if (people.kind === "unknown") return "unknown";
  if (people.kind === "estimate") {
    const { gains, updated, deactivated, assignedBefore } = people;
    const counts = signed([
      ["+", gains],
      ["~", updated],
      ["-", deactivated],
    ]);
    return counts === "" ? "not counted" : `about ${counts} (of ${assignedBefore})`;
  }
  const { gains, updated, updatedLater, deactivated, unassignedOnly, lockedOut, groups } = people.impact;
  const joins = groups.reduce((sum, group) => sum + group.joins.length, 0);
  const leaves = groups.reduce((sum, group) => sum + group.leaves.length, 0);
  const own = signed([
    ["+", gains.length],
    ["~", updated.length + updatedLater.length],
    ["-", deactivated.length + unassignedOnly.length + lockedOut.length],
  ]);
  const inGroups = signed([
    ["+", joins],
    ["-", leaves],
  ]);
  const parts = [
    own === "" ? "" : `${own} (of ${people.assignedBefore})`,
    inGroups === "" ? "" : `groups ${inGroups}`,
  ].filter((part) => part !== "");
  return parts.length === 0 ? "nobody" : parts.join(", ");
}

function signed(counts: readonly (readonly [string, number])[]): string {
  return counts
    .filter(([, count]) => count > 0)
    .map(([sign, count]) => `${sign}${count}`)
    .join(" ");
}
