import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { findInstalledEngine } from "../../../src/engine/find-engine.ts";
import { destroyStack } from "../../../src/operations/destroy-stack.ts";
import { OwnStack } from "./support/own-stack.ts";

const engine = await findInstalledEngine({});
const mappings = z.array(z.looseObject({ id: z.string(), status: z.string() }));

const payroll = (port: number) => ({
  version: 1,
  app: { label: "Payroll", catalogName: "scim2headerauth" },
  server: { bundled: { publicUrl: `http://127.0.0.1:${port}/payroll` } },
  connection: { management: "api" },
  pushGroups: [{ group: "Payroll Admins", target: "payroll-admins" }],
  assignments: { groups: [{ group: "Finance", priority: 0 }] },
});

let own: OwnStack;
beforeAll(async () => {
  own = await OwnStack.create({ specs: (port) => ({ payroll: payroll(port) }) });
});
afterAll(() => own.remove());

async function pushGroupsOf(appId: string): Promise<z.infer<typeof mappings>> {
  return mappings.parse(await own.call("GET", `/api/v1/apps/${appId}/group-push/mappings`));
}

async function deletePushGroup(appId: string): Promise<void> {
  const [mapping] = await pushGroupsOf(appId);
  const path = `/api/v1/apps/${appId}/group-push/mappings/${mapping?.id}`;
  await own.call("PATCH", path, { status: "INACTIVE" });
  await own.call("DELETE", `${path}?deleteTargetGroup=false`);
}

/** A refresh reads every resource; these are the edits that make a reading fail, with the official plugin as with its stand-in. */
describe.skipIf(!("command" in engine))("what someone did by hand in Okta", () => {
  it("a connection switched off and a push group deleted: the update says so and makes it good", async () => {
    await own.up();
    const appId = await own.appId("Payroll");
    await own.call("POST", `/api/v1/apps/${appId}/connections/default/lifecycle/deactivate`);
    await deletePushGroup(appId);
    own.writeSpec("payroll", { ...payroll(own.serverPort), provisioning: { updateProfiles: false } });
    own.lines.length = 0;

    const { preview, result } = await own.up();

    expect(own.lines).toContain(
      "payroll: the connection is DISABLED in Okta; the update switches it on again",
    );
    expect(own.lines).toContain(
      "payroll: push group payroll-admins was deleted in Okta; the update makes it again",
    );
    const changes = preview?.apps.flatMap(({ changes }) => changes) ?? [];
    expect(changes.map(({ kind, action }) => `${action} ${kind}`).sort()).toEqual([
      "add push group",
      "change connection",
      "change features",
    ]);
    expect(result.changes).toMatchObject({ create: 1, update: 2 });
    expect(await own.okta.connections.find(appId)).toMatchObject({ status: "ENABLED" });
    expect(await pushGroupsOf(appId)).toMatchObject([{ status: "ACTIVE" }]);
  });

  it("the application deleted: the update makes it again with all that belongs to it", async () => {
    const appId = await own.appId("Payroll");
    await own.call("POST", `/api/v1/apps/${appId}/lifecycle/deactivate`);
    await own.call("DELETE", `/api/v1/apps/${appId}`);
    own.lines.length = 0;

    const { result } = await own.up();

    expect(own.lines).toContain(
      "payroll: the application was deleted in Okta; the update makes it again, with everything in it",
    );
    expect(result.changes).toMatchObject({ create: 6 });
    const anew = await own.appId("Payroll");
    expect(anew).not.toBe(appId);
    expect(await own.okta.connections.find(anew)).toMatchObject({ status: "ENABLED" });
  });

  it("an update of one application makes and removes what is its own, and leaves the others alone", async () => {
    const wiki = {
      ...payroll(own.serverPort),
      app: { label: "Wiki", catalogName: "scim2headerauth" },
      server: { bundled: { publicUrl: `http://127.0.0.1:${own.serverPort}/wiki` } },
    };
    own.writeSpec("wiki", wiki);
    own.writeSpec("payroll", {
      ...payroll(own.serverPort),
      pushGroups: [],
      provisioning: { createUsers: false },
    });

    const made = await own.up("wiki");

    expect(made.preview?.apps.map(({ name }) => name)).toEqual(["wiki"]);
    expect(Object.keys(made.outputs.apps)).toEqual(["payroll", "wiki"]);
    expect(await pushGroupsOf(await own.appId("Payroll"))).toHaveLength(1);
    own.writeSpec("wiki", { ...wiki, pushGroups: [] });
    expect((await own.up("wiki")).result.changes).toMatchObject({ delete: 1 });
    expect(await pushGroupsOf(await own.appId("Wiki"))).toEqual([]);
    own.writeSpec("payroll", {
      ...payroll(own.serverPort),
      connection: { management: "api", tokenVersion: 2 },
    });
    await expect(own.up("wiki")).rejects.toThrow("would change the SCIM server for payroll, too");
    own.writeSpec("payroll", payroll(own.serverPort));
    own.writeSpec("wiki", undefined);
    await expect(own.up("payroll")).rejects.toThrow("would change the SCIM server for wiki, too");
    own.writeSpec("wiki", wiki);
  });

  it("a push group deleted before the stack is: the rest goes all the same, though a Docker daemon is there now", async () => {
    await deletePushGroup(await own.appId("Payroll"));
    vi.stubEnv("DOCKER_HOST", "");
    await own.run((session, phases) => phases.run("destroy", (reporter) => destroyStack(session, reporter)));
    expect(await own.call("GET", "/api/v1/apps")).toEqual([]);
    await expect(fetch(`http://127.0.0.1:${own.serverPort}/healthz`)).rejects.toThrow();
  });
});
