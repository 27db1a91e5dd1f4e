import { filterEquals } from "../../scim/scim-client.ts";
import { countOf } from "../../text/count-of.ts";
import type { AppSession } from "../app-session.ts";
import { type Check, fail, pass, shorten } from "../check.ts";
import { matchPushGroups, withoutPushGroups } from "../okta/push-groups.ts";
import { pollUntil } from "../poll.ts";

export const groupCheck: Check = {
  id: "loop.groups",
  question: "Are the pushed groups in the SCIM server, with the right members?",
  needs: ["server.auth.accepted", "okta.app.status", "okta.push-groups.declared"],
  deadline: "settle",
  inapplicable: withoutPushGroups,
  run: compareGroups,
};

async function compareGroups(session: AppSession) {
  const differences = await pollUntil(
    session,
    (maxAgeMs) => compareOnce(session, maxAgeMs),
    (found) => found.length === 0,
  );
  const { app } = session;
  const exchange = {
    request: `GET /api/v1/apps/${app.appId}/group-push/mappings; GET ${app.server.baseUrl}/Groups`,
    answer: `${countOf(differences.length, "difference", "differences")} in ${countOf(app.pushGroups.length, "group", "groups")}`,
  };
  if (differences.length > 0) {
    return fail(
      `${countOf(differences.length, "group differs", "groups differ")} from Okta's.`,
      "See okta.push-groups.errors; press Push now on the app's Push Groups tab to send all members again.",
      { details: shorten(differences), exchange },
    );
  }
  return pass("The pushed groups have the members that Okta says.", { exchange });
}

async function compareOnce(session: AppSession, maxAgeMs: number): Promise<readonly string[]> {
  const { reads, shared, scim, signal } = session;
  const appUsers = new Map((await reads.appUsers(maxAgeMs)).map((person) => [person.id, person.externalId]));
  const groups = await matchPushGroups(session, await reads.pushMappings(maxAgeMs));
  const compared = groups.map(async ({ declared, sourceGroupId, mapping }) => {
    // What Okta does not push, or failed to push, is told by the checks of the push groups.
    if (sourceGroupId === undefined || mapping?.status !== "ACTIVE") return undefined;
    const found = await scim.groups.list(
      { filter: filterEquals("displayName", declared.target), startIndex: 1, count: 2 },
      signal,
    );
    const [group] = found.Resources;
    if (group === undefined) return `${declared.target} is not in the SCIM server`;
    const actual = new Set((await scim.groups.get(group.id, signal)).members?.map(({ value }) => value));
    const expected = new Set<string>();
    for (const id of await shared.groupMembers(sourceGroupId, maxAgeMs)) {
      const account = appUsers.get(id);
      if (account != null) expected.add(account);
    }
    const lacking = countLacking(expected, actual);
    const extra = countLacking(actual, expected);
    if (lacking + extra === 0) return undefined;
    return `${declared.target} lacks ${countOf(lacking, "member", "members")} and has ${extra} too many`;
  });
  return (await Promise.all(compared)).filter((difference) => difference !== undefined);
}

function countLacking(wanted: ReadonlySet<string>, there: ReadonlySet<string>): number {
  return [...wanted].filter((id) => !there.has(id)).length;
}
