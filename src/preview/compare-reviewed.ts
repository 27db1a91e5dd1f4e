import type { ReportedChange, TakenOverPart } from "./changes/resource-change.ts";
import type { AccountOutcome } from "./people/gained-accounts.ts";
import type { PeopleImpact, TouchedPerson } from "./people/impact.ts";
import type { AppReport, PeopleReport, PreviewReport } from "./report.ts";

const mostNames = 10;

/**
 * What an update would do beyond a reviewed report: settings that were not in it, and people whom it did not name. Doing less is no matter.
 * @returns one sentence each; none when what was reviewed is what would be applied
 */
export function compareReviewed(reviewed: PreviewReport, now: PreviewReport): string[] {
  if (reviewed.org !== now.org) return [`The report is about ${reviewed.org}, the update about ${now.org}.`];
  if (reviewed.stack !== now.stack || reviewed.project !== now.project)
    return [
      `The report is about ${reviewed.project}/${reviewed.stack}, the update about ${now.project}/${now.stack}.`,
    ];
  const apps = now.apps.flatMap((app) =>
    compareApp(
      reviewed.apps.find(({ name }) => name === app.name),
      app,
    ),
  );
  return [...newChanges(reviewed.shared, now.shared, "SCIM server"), ...apps];
}

function compareApp(reviewed: AppReport | undefined, now: AppReport): string[] {
  return [
    ...newChanges(reviewed?.changes ?? [], now.changes, now.name),
    ...newlyTakenOver(reviewed?.takenOver ?? [], now.takenOver ?? [], now.name),
    ...comparePeople(reviewed?.people, now.people).map((text) => `${now.name}: ${text}`),
  ];
}

function newChanges(
  reviewed: readonly ReportedChange[],
  now: readonly ReportedChange[],
  where: string,
): string[] {
  const known = new Set(reviewed.map(identify));
  return now
    .filter((change) => !known.has(identify(change)))
    .map(
      ({ kind, action, title }) => `${where}: ${action} ${kind} "${title}" differs from what was reviewed.`,
    );
}

function newlyTakenOver(
  reviewed: readonly TakenOverPart[],
  now: readonly TakenOverPart[],
  where: string,
): string[] {
  const known = new Set(reviewed.map(({ kind, title }) => JSON.stringify([kind, title])));
  return now
    .filter(({ kind, title }) => !known.has(JSON.stringify([kind, title])))
    .map(({ kind, title }) => `${where}: takes over ${kind} "${title}", which was not reviewed.`);
}

function identify({ kind, action, title, fields }: ReportedChange): string {
  return JSON.stringify([kind, action, title, fields]);
}

function comparePeople(reviewed: PeopleReport | undefined, now: PeopleReport | undefined): string[] {
  if (now === undefined) return [];
  if (now.kind === "unknown") return [`whom it touches can't be told: ${now.because}`];
  const before = hits(reviewed, ["matched", "unknown"]);
  // Where the review only counted people, it did not say whose account is taken over.
  const more = [...hits(now, reviewed?.kind === "exact" ? ["matched"] : [])].flatMap(([what, hit]) =>
    compareHit(what, before.get(what), hit),
  );
  return reviewed?.kind === "exact" && now.kind === "exact"
    ? [...more, ...compareAccounts(reviewed.impact, now.impact)]
    : more;
}

function compareHit(what: string, known: Hit | undefined, { count, people }: Hit): string[] {
  const logins = new Set(known?.people.map(({ id }) => id));
  const added = known?.counted === true ? [] : people.filter(({ id }) => !logins.has(id));
  const more = count - (known?.count ?? 0);
  if (added.length > 0) return [`${added.length} more ${what} than reviewed: ${nameSome(added)}.`];
  return more > 0 && (known?.counted === true || people.length === 0)
    ? [`${more} more ${what} than reviewed.`]
    : [];
}

/** Who was reviewed as assigned, or as unassigned, in Okta alone: the account in the application is another matter. */
function compareAccounts(reviewed: PeopleImpact, now: PeopleImpact): string[] {
  const both = (
    what: string,
    inOktaOnly: readonly TouchedPerson[],
    inApplication: readonly TouchedPerson[],
  ): string[] => {
    const ids = new Set(inOktaOnly.map(({ id }) => id));
    const more = inApplication.filter(({ id }) => ids.has(id));
    return more.length === 0
      ? []
      : [`${more.length} ${what}, reviewed as Okta's assignment alone: ${nameSome(more)}.`];
  };
  return [
    ...both("get an account", [...reviewed.assignedNotPushed, ...reviewed.waiting], now.gains),
    ...both("lose their account", [...reviewed.unassignedOnly, ...reviewed.lockedOut], now.deactivated),
  ];
}

interface Hit {
  readonly count: number;
  readonly people: readonly TouchedPerson[];
  /** Only counted, not named. */
  readonly counted: boolean;
}

/**
 * Everyone whom a report touches, by what happens to them.
 * @param takenOver which accounts count as taken over: what a reviewed report could not tell may be
 */
function hits(
  report: PeopleReport | undefined,
  takenOver: readonly AccountOutcome[],
): ReadonlyMap<string, Hit> {
  if (report === undefined || report.kind === "unknown") return new Map();
  if (report.kind === "estimate")
    return new Map([
      ["people gain the application", { count: report.gains, people: [], counted: true }],
      ["people lose the application", { count: report.deactivated, people: [], counted: true }],
      ["people are updated", { count: report.updated, people: [], counted: true }],
    ]);
  const { impact } = report;
  const named: [string, readonly TouchedPerson[]][] = [
    ["people gain the application", [...impact.gains, ...impact.assignedNotPushed, ...impact.waiting]],
    ["existing accounts are taken over", impact.gains.filter(({ account }) => takenOver.includes(account))],
    ["people lose the application", [...impact.deactivated, ...impact.unassignedOnly, ...impact.lockedOut]],
    ["people are updated", [...impact.updated, ...impact.updatedLater]],
    ["refusals", impact.refused],
    ...impact.groups.flatMap((group): [string, readonly TouchedPerson[]][] => [
      [`people join ${group.target}`, group.joins],
      [`people leave ${group.target}`, group.leaves],
    ]),
  ];
  return new Map(named.map(([what, people]) => [what, { count: people.length, people, counted: false }]));
}

function nameSome(people: readonly TouchedPerson[]): string {
  const shown = people.slice(0, mostNames).map(({ login }) => login);
  return people.length > mostNames
    ? `${shown.join(", ")} and ${people.length - mostNames} more`
    : shown.join(", ");
}
