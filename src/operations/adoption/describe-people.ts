import { baseAttributes } from "../../spec/base-attributes.ts";
import { loginTemplate } from "../../spec/schema/app-schema.ts";
import { loginName, oktaId, profileValues, shownText } from "../../spec/schema/text.ts";
import { compareText } from "../../spec/spec-issue.ts";
import { countOf } from "../../text/count-of.ts";
import { type AdoptionNote, listNames } from "./adoption-note.ts";
import type { FoundGroup, OrgApp } from "./read-org-app.ts";
import { given, type Written } from "./written-values.ts";

interface DescribedPeople {
  readonly pushGroups: readonly Written[];
  readonly groups: readonly Written[];
  readonly users: readonly Written[];
  /** Groups that are pushed and assign people, which a spec has to acknowledge. */
  readonly acknowledgements: readonly Written[];
  readonly adopted: {
    readonly pushGroups: Readonly<Record<string, string>>;
    readonly groups: readonly string[];
    readonly users: readonly string[];
  };
  readonly notes: readonly AdoptionNote[];
}

/**
 * Who has the app, and which groups are pushed to it, in the words of a spec.
 * @param attributes the names of the file's attributes: a group's profile may set these and Okta's base attributes
 */
export function describePeople(org: OrgApp, attributes: readonly string[]): DescribedPeople {
  const pushed = describePushGroups(org);
  const groups = describeGroups(org, attributes);
  const users = describeUsers(org);
  const assigned = new Set(groups.names);
  return {
    pushGroups: pushed.written,
    groups: groups.written,
    users: users.written,
    acknowledgements: Object.keys(pushed.ids)
      .filter((name) => assigned.has(name))
      .map((group) => ({
        kind: "pushed-and-assigned",
        group,
        reason: "It was so in Okta when the app was adopted.",
      })),
    adopted: { pushGroups: pushed.ids, groups: groups.names, users: users.logins },
    notes: [...pushed.notes, ...groups.notes, ...users.notes],
  };
}

function describePushGroups({ pushGroups }: OrgApp) {
  const written: Written[] = [];
  const ids: Record<string, string> = {};
  const notes: AdoptionNote[] = [];
  const note = (kind: AdoptionNote["kind"], text: string) =>
    notes.push({ kind, section: "pushGroups", text });
  const byName = pushGroups.toSorted((one, other) =>
    compareText(one.source.name ?? "", other.source.name ?? ""),
  );
  for (const { mapping, source, target } of byName) {
    const reason = whyUnsaid(source);
    const isTargetKnown = target !== undefined && oktaId("00g", "a group").safeParse(target.id).success;
    if (reason !== undefined || source.name === undefined || !isTargetKnown) {
      const why = reason ?? "Okta does not tell the group that it stands for in the app";
      note("kept", `The push group ${mapping.id} is not in the file: ${why}. It stays in Okta as it is.`);
      continue;
    }
    ids[source.name] = mapping.id;
    written.push({
      group: source.name,
      ...given("target", target.name, source.name),
      targetId: target.id,
      ...(mapping.status === "INACTIVE" ? { status: "inactive" } : {}),
    });
    if (target.name === undefined)
      note(
        "assumed",
        `The group that ${JSON.stringify(source.name)} stands for in the app is gone in Okta; its name is a guess.`,
      );
    if (mapping.status !== "ACTIVE" && mapping.status !== "INACTIVE")
      note(
        "do",
        `The push of ${JSON.stringify(source.name)} is in the state ${mapping.status}${mapping.errorSummary ? ` (${mapping.errorSummary})` : ""}: push it again in Okta's console until it is active; before that the takeover fails.`,
      );
  }
  return { written, ids, notes };
}

function describeGroups({ groups, peopleByGroup }: OrgApp, attributes: readonly string[]) {
  const known = new Set([...attributes, ...baseAttributes.map(({ name }) => name)]);
  const written: Written[] = [];
  const names: string[] = [];
  const notes: AdoptionNote[] = [];
  const priorities = new Set<number>();
  for (const { assignment, group } of groups) {
    const values = Object.entries(assignment.profile ?? {}).filter(([, value]) => value !== null);
    const profile = profileValues.safeParse(Object.fromEntries(values));
    const unknown = values.map(([name]) => name).filter((name) => !known.has(name));
    const reason =
      whyUnsaid(group) ??
      (unknown.length > 0
        ? `its profile sets attributes that the file does not list (${listNames(unknown)})`
        : profile.success
          ? undefined
          : "a spec can't say its profile");
    if (reason !== undefined || group.name === undefined || profile.data === undefined) {
      const name = JSON.stringify(group.name ?? group.id);
      const text = `The assignment of the group ${name} is not in the file: ${reason}. It stays in Okta as it is.`;
      notes.push({ kind: "kept", section: "assignments", text });
      continue;
    }
    const priority = assignment.priority ?? undefined;
    // Of two with one priority a spec can say only one's; the other's place stays as Okta has it.
    const isSaid = priority !== undefined && priority <= highestPriority && !priorities.has(priority);
    if (isSaid) priorities.add(priority);
    names.push(group.name);
    written.push({
      group: group.name,
      ...given("priority", isSaid ? priority : undefined),
      ...(values.length === 0 ? {} : { profile: profile.data }),
    });
  }
  const without = groups.length === 0 && peopleByGroup > 0;
  const text = `${countOf(peopleByGroup, "person has", "people have")} the app by a group, but Okta lists no group for it.`;
  return {
    written,
    names,
    notes: [...notes, ...(without ? [{ kind: "kept", section: "assignments", text } as const] : [])],
  };
}

const highestPriority = 10_000;

/** Why a spec can't name a group; undefined where it can. */
function whyUnsaid({ id, name, isMeantByName }: FoundGroup): string | undefined {
  if (name === undefined) return `the group ${id} is gone`;
  const said = shownText.safeParse(name);
  if (!said.success || said.data !== name) return `a spec can't say the name of the group ${id}`;
  if (!isMeantByName) return `Okta has another group of the same name, ${JSON.stringify(name)}`;
  return undefined;
}

function describeUsers({ people, details, mapping }: OrgApp) {
  const { template, type, suffix } = details.credentials?.userNameTemplate ?? {};
  const isLogin =
    (type ?? "BUILT_IN") === "BUILT_IN" && (template ?? loginTemplate) === loginTemplate && !suffix;
  const written: Written[] = [];
  const logins: string[] = [];
  const left: string[] = [];
  const own = new Set<string>();
  for (const { account, person } of people) {
    const login = person?.profile.login;
    const said = loginName.safeParse(login);
    if (person === undefined || person.status === "DEPROVISIONED" || !said.success || said.data !== login) {
      left.push(login ?? account.id);
      continue;
    }
    const userName = account.credentials?.userName ?? undefined;
    logins.push(login);
    written.push({ login, ...given("userName", userName, isLogin ? login : undefined) });
    for (const [name, value] of Object.entries(account.profile ?? {}))
      if (value !== null && value !== "" && mapping?.properties?.[name] === undefined && name !== "userName")
        own.add(name);
  }
  return { written, logins, notes: [...noteLeft(left), ...noteOwnValues(own)] };
}

function noteLeft(people: readonly string[]): AdoptionNote[] {
  if (people.length === 0) return [];
  const text = `${countOf(people.length, "assignment", "assignments")} by name of people who are deactivated or gone in Okta, or whose login no spec can say: ${listNames(people)}. Not in the file, and left as they are.`;
  return [{ kind: "kept", section: "assignments", text }];
}

/** An assignment by name has no profile in a spec: a value that no mapping makes is a person's own. */
function noteOwnValues(names: ReadonlySet<string>): AdoptionNote[] {
  if (names.size === 0) return [];
  const text = `Some of the people assigned by name have values of their own, which no mapping makes: ${listNames([...names])}. A spec does not say them, and updates leave them.`;
  return [{ kind: "kept", section: "assignments", text }];
}
