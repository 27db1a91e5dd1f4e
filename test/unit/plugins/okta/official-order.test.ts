import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { oktaProvider } from "../../../../sandbox/plugins/okta/provider.ts";
import type { PropertyMap } from "../../../../sandbox/plugins/protocol/property-value.ts";
import { startOrg, type TestOrg } from "../../../conformance/sandbox/start-org.ts";
import { PluginClient } from "../plugin-client.ts";

/**
 * Which calls the stand-in makes, where the official plugin's source (terraform-provider-okta) says which and no recording of ours has
 * them: what an update sends, and what a resource that somebody deleted by hand ends with.
 */
let org: TestOrg;
let plugin: PluginClient;
beforeAll(async () => {
  org = await startOrg();
  plugin = await PluginClient.start(oktaProvider, {
    apiToken: org.token,
    httpProxy: org.url,
    backoff: false,
  });
});
afterAll(async () => {
  plugin[Symbol.dispose]();
  await org.stop();
});

const userType = "okta:user/user:User";
const groupType = "okta:group/group:Group";
const ruleType = "okta:group/rule:Rule";

type Made = Awaited<ReturnType<PluginClient["apply"]>>;

/** The writes that `work` makes, with ids and the API's root left out. */
async function writesOf(work: () => Promise<unknown>): Promise<string[]> {
  org.requests.clear();
  await work();
  return [...org.requests]
    .filter((request) => !request.startsWith("GET"))
    .map((request) => request.replace("/api/v1", "").replaceAll(/\/(?:0|otp)\w{15,}/g, "/{id}"));
}

describe("a person", () => {
  const person = {
    login: "plugin@example.com",
    email: "plugin@example.com",
    firstName: "Ada",
    lastName: "Lovelace",
  };

  async function change(made: Made, more: PropertyMap) {
    const { inputs } = await plugin.check(userType, { ...person, ...more }, made.inputs);
    let { state } = made;
    const writes = await writesOf(async () => {
      state = await plugin.update(userType, made.id, state, inputs);
    });
    return { writes, made: { ...made, state, inputs } };
  }

  it("has each part of an update sent by a call of its own, in the plugin's order", async () => {
    let made: Made = { id: "", state: {}, inputs: {} };
    const creation = await writesOf(async () => {
      made = await plugin.apply(userType, {
        ...person,
        password: "Correct-Horse-1",
        expirePasswordOnCreate: true,
      });
    });
    expect(creation).toEqual(["POST /users", "POST /users/{id}/lifecycle/expire_password"]);
    expect(made.state).toMatchObject({ status: "ACTIVE", rawStatus: "PASSWORD_EXPIRED" });

    const base = { password: "Correct-Horse-1", expirePasswordOnCreate: true };
    const renamed = await change(made, { ...base, firstName: "Augusta" });
    expect(renamed.writes).toEqual(["PUT /users/{id}"]);
    const withPassword = await change(renamed.made, {
      ...base,
      firstName: "Augusta",
      password: "Correct-Horse-2",
    });
    expect(withPassword.writes).toEqual(["PUT /users/{id}"]);
    expect(org.passwords.get(made.id)).toBe("Correct-Horse-2");
    // The PUT of a password alone leaves the profile as it is.
    expect(withPassword.made.state).toMatchObject({ firstName: "Augusta", lastName: "Lovelace" });
    const last = { ...base, firstName: "Augusta", password: "Correct-Horse-2" };
    const asked = await change(withPassword.made, {
      ...last,
      recoveryQuestion: "Who?",
      recoveryAnswer: "Nobody",
    });
    expect(asked.writes).toEqual(["POST /users/{id}/credentials/change_recovery_question"]);
    const suspended = await change(asked.made, {
      ...last,
      recoveryQuestion: "Who?",
      recoveryAnswer: "Nobody",
      status: "SUSPENDED",
    });
    expect(suspended.writes).toEqual(["POST /users/{id}/lifecycle/suspend"]);
    expect(suspended.made.state).toMatchObject({ status: "SUSPENDED" });
  });

  it("who has yet to take the account up is no difference from ACTIVE", async () => {
    const login = "provisioned@example.com";
    const made = await plugin.apply(userType, { ...person, login, email: login });
    expect(made.state).toMatchObject({ status: "PROVISIONED" });
    expect(await plugin.diff(userType, made.id, made.state, made.inputs, made.inputs)).toMatchObject({
      changes: {},
    });
  });
});

describe("a group rule", () => {
  it("is deactivated for a change of its expression, and for nothing else", async () => {
    const group = await plugin.apply(groupType, { name: "ruled" });
    const rule = {
      name: "rule",
      groupAssignments: [group.id],
      expressionValue: 'user.department=="Sales"',
    };
    const made = await plugin.apply(ruleType, rule);
    const { inputs } = await plugin.check(
      ruleType,
      { ...rule, expressionValue: 'user.department=="IT"' },
      made.inputs,
    );
    const writes = await writesOf(() => plugin.update(ruleType, made.id, made.state, inputs));
    expect(writes).toEqual([
      "POST /groups/rules/{id}/lifecycle/deactivate",
      "PUT /groups/rules/{id}",
      "POST /groups/rules/{id}/lifecycle/activate",
    ]);
  });

  it("whose group is gone can be destroyed", async () => {
    const group = await plugin.apply(groupType, { name: "short-lived" });
    const made = await plugin.apply(ruleType, {
      name: "orphan",
      groupAssignments: [group.id],
      expressionValue: 'user.department=="Sales"',
    });
    await plugin.delete(groupType, group.id, group.state);
    const writes = await writesOf(() => plugin.delete(ruleType, made.id, made.state));
    expect(writes).toEqual(["POST /groups/rules/{id}/lifecycle/deactivate", "DELETE /groups/rules/{id}"]);
  });
});

describe("what somebody has deleted by hand", () => {
  it.each([
    [groupType, { name: "gone" }, (id: string) => org.store.groups.delete(id)],
    [
      "okta:app/autoLogin:AutoLogin",
      { label: "gone", preconfiguredApp: "scim2headerauth" },
      (id: string) => org.store.apps.delete(id),
    ],
  ] as const)("%s: cannot be destroyed before a refresh has found out", async (type, inputs, remove) => {
    const made = await plugin.apply(type, inputs);
    remove(made.id);
    await expect(plugin.delete(type, made.id, made.state)).rejects.toThrow(/Not found/);
    expect((await plugin.read(type, made.id, made.state, made.inputs)).id).toBe("");
  });
});
