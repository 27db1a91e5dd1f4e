import { setTimeout as sleep } from "node:timers/promises";
import type { Context, ResourceDefinition } from "../../protocol/definition.ts";
import type { OktaClient } from "../okta-api.ts";
import { orAbsent } from "../okta-error.ts";
import { ignoreAbsent } from "./app-lifecycle.ts";

/** Milliseconds; 10 s in all, as the official plugin waits. */
const appearDelays = [500, 1000, 2000, 6500];

/** People in a group. Unless all are tracked, only the people named here are looked after. */
export const groupMemberships: ResourceDefinition<OktaClient> = {
  token: "okta:index/groupMemberships:GroupMemberships",
  defaults: { trackAllUsers: false },
  sets: { users: null },
  create: async (context, inputs) => {
    const groupId = inputs.text("groupId");
    const users = inputs.texts("users");
    for (const user of users) await add(context, groupId, user);
    if (users.length > 0) await waitForMembers(context, groupId);
    return { id: groupId, state: {} };
  },
  read: async (context, id, state) => {
    // A group that is gone has no members: the official plugin keeps the resource, empty.
    const members = await orAbsent(context.client.v2.list(membersOf(id), { limit: "200" }));
    const found = (members ?? []).map((member) => String(member["id"]));
    const isImport = !state.has("groupId");
    const known = state.texts("users");
    const users =
      state.flag("trackAllUsers") || isImport ? found : known.filter((user) => found.includes(user));
    // The program's order is kept: it has no meaning, and reading must not change anything.
    const position = (user: string) => (known.includes(user) ? known.indexOf(user) : known.length);
    users.sort((left, right) => position(left) - position(right));
    return { state: { groupId: id, users } };
  },
  update: async (context, id, state, inputs) => {
    const before = state.texts("users");
    const wanted = inputs.texts("users");
    for (const user of wanted.filter((candidate) => !before.includes(candidate)))
      await add(context, id, user);
    for (const user of before.filter((candidate) => !wanted.includes(candidate)))
      await remove(context, id, user);
    return {};
  },
  delete: async (context, id, state) => {
    for (const user of state.texts("users")) await remove(context, id, user);
  },
};

function membersOf(groupId: string): string {
  return `/api/v1/groups/${groupId}/users`;
}

/** New members may take a moment to be seen; the first who is ends the wait. */
async function waitForMembers(context: Context<OktaClient>, groupId: string): Promise<void> {
  for (const delay of [...appearDelays, undefined]) {
    const members = await context.client.v2.list(membersOf(groupId), { limit: "200" });
    if (members.length > 0) return;
    if (delay === undefined) throw new Error(`group (${groupId}) did not have expected user memberships`);
    await sleep(delay, undefined, { signal: context.signal });
  }
}

async function add(context: Context<OktaClient>, groupId: string, userId: string): Promise<void> {
  await context.client.v2.call({ method: "PUT", path: `/api/v1/groups/${groupId}/users/${userId}` });
}

async function remove(context: Context<OktaClient>, groupId: string, userId: string): Promise<void> {
  const path = `/api/v1/groups/${groupId}/users/${userId}`;
  await context.client.v2.call({ method: "DELETE", path }).catch(ignoreAbsent);
}
