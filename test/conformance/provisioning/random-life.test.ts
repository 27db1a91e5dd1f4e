import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestOrg } from "../../unit/sandbox/provisioning/test-org.ts";
import { Life, lifeEvent } from "./life.ts";
import { collect, ScimServerProcess } from "./processes.ts";

/** Lives per dialect; `LIVES=150` looks longer. */
const runs = Number(process.env["LIVES"] ?? 8);
const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

let server: ScimServerProcess;

beforeAll(async () => {
  const tenants = ["oin", "aiw"].flatMap((dialect) =>
    Array.from({ length: 200 }, (_, run) => `${dialect}${run}`),
  );
  server = await ScimServerProcess.start(tenants);
});
afterAll(() => server?.[Symbol.asyncDispose]());

/** What the SCIM server must hold, derived from the org's state alone: accounts of assigned people, and pushed groups. */
function deriveExpected(life: Life) {
  const { store, app } = life.org;
  const accounts = store.appUsers.list({ appId: app.id, limit: 1000 }).map((appUser) => {
    const profile = store.users.get(appUser.userId)?.profile ?? {};
    const text = (name: string): string | undefined => {
      const value = profile[name];
      return typeof value === "string" ? value : undefined;
    };
    const firstName = text("firstName") ?? "";
    const lastName = text("lastName") ?? "";
    return {
      id: appUser.externalId,
      syncState: appUser.syncState,
      userName: text("login"),
      active: true,
      name: { givenName: firstName, familyName: lastName },
      email: text("email"),
      title: life.titleMapping.value({ firstName, lastName, title: text("title") }),
      displayName: text("displayName"),
      department: life.pushesDepartment ? text("department") : appUser.profile["department"],
    };
  });
  const groups = store.pushMappings
    .list({ appId: app.id, limit: 1000 })
    .filter(({ status }) => status !== "INACTIVE")
    .map((mapping) => {
      const target = store.groups.get(mapping.targetGroupId);
      const members = store.groups.members(mapping.sourceGroupId, { limit: 1000 });
      const ids = members
        .map(({ id }) => store.appUsers.get(app.id, id)?.externalId)
        .filter((id) => id != null);
      return {
        id: target?.externalId,
        displayName: target?.name,
        members: ids.sort(),
        status: mapping.status,
      };
    });
  return { accounts: accounts.sort(byId), groups: groups.sort(byId) };
}

/** The same, read from the SCIM server. */
async function readActual(tenant: string, groupIds: ReadonlySet<string | null | undefined>) {
  const client = server.client(tenant);
  const users = await collect(client.users.all());
  const accounts = users
    .filter(({ active }) => active !== false)
    .map((user) => {
      const extension = user[enterprise];
      const isRecord = typeof extension === "object" && extension !== null;
      return {
        id: user.id,
        syncState: "SYNCHRONIZED",
        userName: user.userName,
        active: user.active,
        name: { givenName: user.name?.givenName ?? "", familyName: user.name?.familyName ?? "" },
        email: user.emails?.find(({ type }) => type === "work")?.value ?? undefined,
        title: user["title"],
        displayName: user.displayName ?? undefined,
        department: isRecord && "department" in extension ? extension.department : undefined,
      };
    });
  const groups = (await collect(client.groups.all()))
    .filter(({ id }) => groupIds.has(id))
    .map(({ id, displayName, members }) => ({
      id,
      displayName,
      members: (members ?? []).map(({ value }) => value).sort(),
      status: "ACTIVE",
    }));
  return { accounts: accounts.sort(byId), groups: groups.sort(byId) };
}

function byId(left: { id?: string | null | undefined }, right: { id?: string | null | undefined }): number {
  return (left.id ?? "").localeCompare(right.id ?? "");
}

test.each(["oin", "aiw"] as const)(
  "after any life of 200 events, faults and restarts the server holds what the org implies, dialect %s",
  async (dialect) => {
    let run = 0;
    const property = fc.asyncProperty(
      fc.noShrink(fc.array(lifeEvent, { minLength: 200, maxLength: 200 })),
      async (events) => {
        const tenant = `${dialect}${run++}`;
        await using org = await TestOrg.start(dialect);
        org.connect({ baseUrl: server.baseUrl(tenant), token: server.authorization });
        const life = new Life(org);
        await life.happen({ kind: "restart" });
        for (const event of events) await life.happen(event);
        await life.comeToRest();
        const expected = deriveExpected(life);
        expect(org.store.tasks.counts()).toMatchObject({ pending: 0, running: 0, failed: 0 });
        expect(await readActual(tenant, new Set(expected.groups.map(({ id }) => id)))).toEqual(expected);
      },
    );
    await fc.assert(property, {
      numRuns: runs,
      interruptAfterTimeLimit: 100_000,
      markInterruptAsFailure: false,
    });
  },
);
