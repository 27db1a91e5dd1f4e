import { afterAll, describe, expect, test } from "vitest";
import { createOrgCaller, field } from "./call-org.ts";
import { startOrg } from "./start-org.ts";

/** What recordings of the official provider's acceptance tests (terraform-provider-okta, test/fixtures/vcr) show of the access policies that apps have. */
const org = await startOrg();
const call = createOrgCaller(org);
afterAll(() => org.stop());

describe("access policies", () => {
  test("a new one has its catch-all rule; only lists tell what a policy protects (AppSignOnPolicy_crud)", async () => {
    const { status, body } = await call("POST", "/api/v1/policies", {
      description: "The app signon policy used by our test app.",
      name: "Test App",
      priority: 1,
      type: "ACCESS_POLICY",
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: "ACTIVE", system: false, conditions: null });
    expect(Object.keys(field(body, "_links") ?? {})).toEqual(["mappings", "self", "rules", "deactivate"]);
    expect(body).not.toHaveProperty("_embedded");
    const home = `/api/v1/policies/${String(body["id"])}`;
    expect((await call("GET", home)).body).toEqual(body);
    const rules = await call("GET", `${home}/rules`);
    expect(rules).toMatchObject({
      links: [],
      list: [
        {
          name: "Catch-all Rule",
          priority: 99,
          system: true,
          conditions: null,
          actions: { appSignOn: { access: "ALLOW", keepMeSignedIn: { postAuth: "NOT_ALLOWED" } } },
        },
      ],
    });
  });

  test("a rule's conditions are completed (AppSignOnPolicyRules_crud)", async () => {
    const policies = await call.list("/api/v1/policies?type=ACCESS_POLICY");
    const policy = policies.find(({ system }) => system === true);
    const { body } = await call("POST", `/api/v1/policies/${String(policy?.["id"])}/rules`, {
      name: "Rule5",
      priority: 4,
      type: "ACCESS_POLICY",
      actions: { appSignOn: { access: "ALLOW" } },
    });
    expect(body).toMatchObject({
      priority: 4,
      system: false,
      conditions: {
        people: { users: { exclude: [] } },
        network: { connection: "ANYWHERE" },
        riskScore: { level: "ANY" },
        userType: { include: [], exclude: [] },
      },
    });
    expect(Object.keys(field(body, "_links") ?? {})).toEqual(["self", "deactivate"]);
    const rule = `/api/v1/policies/${String(policy?.["id"])}/rules/${String(body["id"])}`;
    expect((await call("DELETE", rule)).status).toBe(204);
  });
});
