import { z } from "zod";
import { scimUrn } from "../../scim/scim-messages.ts";
import type { AppSession } from "../app-session.ts";
import { type Check, CheckFailure, demand, pass } from "../check.ts";
import type { AppCheckPlan } from "../check-plan.ts";
import { isMarked, type ThrowAway } from "../throw-aways.ts";
import { demandError, demandList, demandShape, demandStatus } from "./answers.ts";
import { demandThrowAwayUser } from "./spec-suite.ts";
import { withoutPatch } from "./user-life.ts";

const groupSchema = z.looseObject({
  id: z.string().min(1),
  displayName: z.string(),
  members: z.array(z.looseObject({ value: z.string() })).nullish(),
});

/** Steps change one and the same throw-away group, so each follows the one before. */
export const groupLifeChecks: readonly Check[] = [
  {
    id: "server.group.create",
    question: "Can a group with a member be created, as Okta pushes it?",
    needs: ["server.spec.create-user"],
    writes: true,
    inapplicable: withoutGroups,
    run: createGroup,
  },
  {
    id: "server.group.filter",
    question: "Is a group found by its displayName?",
    needs: ["server.group.create"],
    inapplicable: withoutGroups,
    run: findGroup,
  },
  {
    id: "server.group.rename",
    question: "Does Okta's path-less rename keep the members?",
    needs: ["server.group.create"],
    after: ["server.group.filter"],
    writes: true,
    inapplicable: withoutGroupPatch,
    run: renameGroup,
  },
  {
    id: "server.group.remove-member",
    question: "Is a member removed as Okta asks it?",
    needs: ["server.group.create"],
    after: ["server.group.rename"],
    writes: true,
    inapplicable: withoutGroupPatch,
    run: (session) =>
      changeMembers(session, (id) => [{ op: "remove", path: `members[value eq "${id}"]` }], 0),
  },
  {
    id: "server.group.add-member",
    question: "Is a member added as Okta asks it?",
    needs: ["server.group.create"],
    after: ["server.group.remove-member"],
    writes: true,
    inapplicable: withoutGroupPatch,
    run: (session) =>
      changeMembers(
        session,
        (id, name) => [{ op: "add", path: "members", value: [{ value: id, display: name }] }],
        1,
      ),
  },
  {
    id: "server.group.replace-members",
    question: "Does an empty list of members empty the group?",
    needs: ["server.group.create"],
    after: ["server.group.add-member"],
    writes: true,
    inapplicable: withoutGroupPatch,
    run: (session) => changeMembers(session, () => [{ op: "replace", path: "members", value: [] }], 0),
  },
  {
    id: "server.group.delete",
    question: "Is a deleted group gone, and its former member not?",
    needs: ["server.group.create"],
    after: ["server.group.replace-members", "server.user.reactivate"],
    writes: true,
    inapplicable: withoutGroups,
    run: deleteGroup,
  },
];

function withoutGroups({ server, pushGroups }: AppCheckPlan): string | undefined {
  return server.kind === "external" && pushGroups.length === 0 ? "The spec pushes no groups." : undefined;
}

function withoutGroupPatch(app: AppCheckPlan): string | undefined {
  return withoutGroups(app) ?? withoutPatch(app);
}

function demandGroup({ throwAways }: AppSession): ThrowAway {
  if (throwAways.group !== undefined) return throwAways.group;
  throw new CheckFailure("There is no throw-away group.", "See server.group.create.");
}

async function createGroup(session: AppSession) {
  const { probe, throwAways, now } = session;
  const user = demandThrowAwayUser(session);
  const displayName = throwAways.makeName(now());
  const members = [{ value: user.id, display: user.name }];
  const answer = await probe.send({
    method: "POST",
    path: "/Groups",
    body: { schemas: [scimUrn.group], displayName, members },
  });
  const made = groupSchema.safeParse(answer.json).data;
  // It is deleted later: never a group of somebody's that a server may answer with.
  if (made !== undefined && isMarked(made.displayName.toLowerCase())) {
    throwAways.group = { kind: "Groups", id: made.id, name: displayName };
    throwAways.remember(throwAways.group);
  }
  demandStatus(
    answer,
    201,
    "Answer 201 with the group and its id; the push mapping goes to ERROR otherwise.",
  );
  demandShape(answer, groupSchema, "a Group");
  await demandMembers(session, [user.id]);
  return pass("A throw-away group with one member was created.", { details: [`Groups ${displayName}`] });
}

async function findGroup(session: AppSession) {
  const { id, name } = demandGroup(session);
  const filter = encodeURIComponent(`displayName eq ${JSON.stringify(name)}`);
  const list = demandList(
    await session.probe.send({ path: `/Groups?filter=${filter}&startIndex=1&count=100` }),
  );
  demand(
    list.totalResults === 1 && list.Resources?.[0]?.id === id,
    `The search by displayName found ${list.totalResults} groups.`,
    "Apply filters on displayName: Okta looks a group up before it makes one.",
  );
  return pass("The group is found by its displayName.");
}

async function renameGroup(session: AppSession) {
  const group = demandGroup(session);
  const user = demandThrowAwayUser(session);
  const displayName = session.throwAways.rename(group.name);
  await patchGroup(session, [{ op: "replace", value: { id: group.id, displayName } }]);
  const renamed = await readGroup(session);
  demand(
    renamed.displayName === displayName,
    `The group's displayName is ${renamed.displayName} after the rename.`,
    "Apply the values of a path-less replace; `id` in it is to be ignored.",
  );
  await demandMembers(session, [user.id]);
  return pass("The group was renamed and kept its member.");
}

async function changeMembers(
  session: AppSession,
  makeOperations: (id: string, name: string) => readonly unknown[],
  expected: 0 | 1,
) {
  const user = demandThrowAwayUser(session);
  await patchGroup(session, makeOperations(user.id, user.name));
  await demandMembers(session, expected === 1 ? [user.id] : []);
  return pass(expected === 1 ? "The group has the member." : "The group has no members any more.");
}

async function patchGroup(session: AppSession, operations: readonly unknown[]): Promise<void> {
  const answer = await session.probe.send({
    method: "PATCH",
    path: `/Groups/${encodeURIComponent(demandGroup(session).id)}`,
    body: { schemas: [scimUrn.patchOp], Operations: operations },
  });
  demand(
    answer.status === 200 || answer.status === 204,
    `The server answered ${answer.status} to the PATCH.`,
    "Accept it: it is what Okta sends. A refusal puts the push mapping in ERROR and stops all changes of members.",
  );
}

async function readGroup(session: AppSession): Promise<z.infer<typeof groupSchema>> {
  const answer = await session.probe.send({ path: `/Groups/${encodeURIComponent(demandGroup(session).id)}` });
  demandStatus(answer, 200);
  return demandShape(answer, groupSchema, "a Group");
}

async function demandMembers(session: AppSession, expected: readonly string[]): Promise<void> {
  const members = ((await readGroup(session)).members ?? []).map(({ value }) => value);
  demand(
    members.length === expected.length && expected.every((id) => members.includes(id)),
    `The group has ${members.length} members where ${expected.length} are right.`,
    "Apply membership changes as deltas, and return members when a group is read.",
  );
}

async function deleteGroup(session: AppSession) {
  const { id } = demandGroup(session);
  const path = `/Groups/${encodeURIComponent(id)}`;
  demandStatus(await session.probe.send({ method: "DELETE", path }), 204);
  demandError(await session.probe.send({ path }), 404);
  session.throwAways.forget({ kind: "Groups", id });
  const user = demandThrowAwayUser(session);
  demandStatus(
    await session.probe.send({ path: `/Users/${encodeURIComponent(user.id)}` }),
    200,
    "Deleting a group must not delete people.",
  );
  return pass("The group is gone, the person is not.");
}
