import type { OktaAppUser } from "../../okta/app-users.ts";
import { countOf } from "../../text/count-of.ts";
import { needsAccount } from "../account-need.ts";
import type { AppSession } from "../app-session.ts";
import { type Check, fail, pass, shorten, warn } from "../check.ts";
import type { AppCheckPlan } from "../check-plan.ts";
import { describeRead } from "../exchange.ts";
import { pollUntil } from "../poll.ts";

export const assignmentChecks: readonly Check[] = [
  {
    id: "okta.assignments",
    question: "Are the groups and people of the spec assigned to the app?",
    needs: ["okta.app.status"],
    inapplicable: withoutAssignments,
    run: compareAssignments,
  },
  {
    id: "okta.people.errors",
    question: "Could Okta provision everybody?",
    needs: ["okta.app.status"],
    deadline: "settle",
    inapplicable: withoutAssignments,
    run: findPeopleInError,
  },
];

/** Why assignments are not looked at: there are none, or they wait for the connection. */
export function withoutAssignments({ assignments, connection }: AppCheckPlan): string | undefined {
  if (assignments.groups.length + assignments.users.length === 0) return "The spec assigns nobody.";
  return connection.configured ? undefined : "Assignments are held back until the connection is configured.";
}

/** A group of the spec that is assigned, with its priority there and in Okta. */
export interface RankedGroup {
  readonly group: string;
  readonly expected: number;
  readonly actual: number;
}

/**
 * Groups that Okta ranks otherwise than the spec. Only the order counts: it decides whose profile wins, and Okta numbers a new group behind one
 * that the same update is still to remove.
 */
export function findWrongOrder(groups: readonly RankedGroup[]): string[] {
  return groups.flatMap((group) => {
    const overtaken = groups.find((other) => other.expected > group.expected && other.actual <= group.actual);
    return overtaken === undefined
      ? []
      : [
          `the group ${group.group} comes after ${overtaken.group} (priorities ${group.actual} and ${overtaken.actual}), the spec wants it first`,
        ];
  });
}

async function compareAssignments({ plan, app, reads, shared }: AppSession) {
  const assigned = new Map((await reads.groupAssignments()).map((group) => [group.id, group]));
  const declared = new Set<string>();
  const found: RankedGroup[] = [];
  const groups = app.assignments.groups.map(async ({ group, groupId, priority }) => {
    const id = groupId ?? (await shared.groupIdByName(group));
    if (id === undefined) return `the group ${group} does not exist in Okta`;
    declared.add(id);
    const actual = assigned.get(id);
    if (actual === undefined) return `the group ${group} is not assigned`;
    if (priority !== undefined && actual.priority != null)
      found.push({ group, expected: priority, actual: actual.priority });
    return undefined;
  });
  const users = app.assignments.users.map(async ({ login, userId }) => {
    const id = userId ?? (await shared.userIdByLogin(login));
    if (id === undefined) return `${login} does not exist in Okta`;
    const appUser = (await reads.appUsers()).find((candidate) => candidate.id === id);
    if (appUser === undefined) return `${login} is not assigned`;
    return appUser.scope === "GROUP" ? `${login} is assigned by a group only, not directly` : undefined;
  });
  const missing = (await Promise.all([...groups, ...users])).filter((difference) => difference !== undefined);
  const differences = [...missing, ...findWrongOrder(found)];
  const expected = groups.length + users.length;
  const facts = { assignments: { actual: expected - differences.length, expected } };
  const exchange = describeRead(`GET /api/v1/apps/${app.appId}/groups`, [...assigned.keys()]);
  if (differences.length > 0) {
    return fail(
      "Not everybody is assigned as the spec says.",
      "Somebody changed the assignments in Okta: update again.",
      { details: shorten(differences), exchange, facts },
    );
  }
  const others = [...assigned.keys()].filter((id) => !declared.has(id));
  // Within an update, groups that the spec no longer names are still there: the engine deletes last.
  if (others.length > 0 && plan.updatedSince === undefined) {
    return warn(
      `All ${expected} assignments are there, and ${countOf(others.length, "group is", "groups are")} assigned that the spec does not name.`,
      "Somebody assigned them in Okta, and their people have access: add them to the spec, or remove them from the app in Okta's console.",
      {
        details: shorten(await Promise.all(others.map(async (id) => (await shared.groupNameById(id)) ?? id))),
        exchange,
        facts,
      },
    );
  }
  return pass(`All ${expected} assignments are there.`, { exchange, facts });
}

async function findPeopleInError(session: AppSession) {
  const people = await pollUntil(session, session.reads.appUsers, (appUsers) => !appUsers.some(isUnderWay));
  const failed = people.filter(({ syncState }) => syncState === "ERROR");
  const unfinished = people.filter(isUnderWay);
  const exchange = describeRead(`GET /api/v1/apps/${session.app.appId}/users`, {
    people: people.length,
    inError: failed.length,
    underWay: unfinished.length,
  });
  if (failed.length > 0) {
    return fail(
      `Okta could not provision ${countOf(failed.length, "person", "people")} of ${people.length}.`,
      "okta.system-log and the console's Dashboard > Tasks tell why; mend it, then press Retry Selected there: Okta does not try again by itself.",
      {
        details: shorten(failed.map(({ id, credentials }) => `${credentials?.userName ?? id} (${id})`)),
        exchange,
      },
    );
  }
  if (unfinished.length > 0) {
    return warn(
      `Okta is still busy with ${countOf(unfinished.length, "person", "people")} of ${people.length}.`,
      "Run the checks again in a few minutes. Where it stays, look at Dashboard > Tasks in Okta's console.",
      {
        details: shorten(
          unfinished.map(({ id, credentials, syncState }) => `${credentials?.userName ?? id}: ${syncState}`),
        ),
        exchange,
      },
    );
  }
  return pass(`None of ${countOf(people.length, "person", "people")} is in ERROR.`, { exchange });
}

/** Whether Okta still has something to do for a person; for a suspended one it waits for ever. */
function isUnderWay(person: OktaAppUser): boolean {
  return needsAccount(person) && (person.syncState === "SYNCING" || person.syncState === "OUT_OF_SYNC");
}
