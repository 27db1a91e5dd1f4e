import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENDPOINTS } from "../../../sandbox/okta/management-api/management-api.ts";
import { createOrgCaller, type OrgCaller } from "./call-org.ts";
import { DATA_SOURCES, RESOURCES } from "./provider-calls.ts";
import { startOrg, type TestOrg } from "./start-org.ts";

const EMULATED = new Set(
  ENDPOINTS.map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, "{id}")}`),
);

describe("calls of the official provider", () => {
  let org: TestOrg;
  let call: OrgCaller;
  beforeAll(async () => {
    org = await startOrg();
    call = createOrgCaller(org);
  });
  afterAll(() => org.stop());

  describe.each([
    ["resource", RESOURCES],
    ["data source", DATA_SOURCES],
  ])("%s", (_kind, all) => {
    test.each(Object.entries(all))("%s", async (_name, { calls, lacks = [] }) => {
      expect(calls.filter((each) => !EMULATED.has(each))).toEqual([]);
      for (const each of lacks) {
        const [method = "", path = ""] = each.split(" ");
        const answer = await call(method, path.replaceAll("{id}", "00000000000000000000"));
        expect([each, answer.status, answer.body["errorCode"]]).toEqual([each, 501, "E0000060"]);
      }
    });
  });

  test("Configure asks who the token belongs to", async () => {
    const { status, body } = await call("GET", "/api/v1/users/me");
    expect([status, body["id"]]).toEqual([200, org.store.setting("administrator")]);
  });
});
