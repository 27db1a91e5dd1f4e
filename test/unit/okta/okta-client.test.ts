import { describe, expect, it } from "vitest";
import { collectList } from "../../../src/okta/collect-list.ts";
import {
  OktaAnswerError,
  OktaApiError,
  OktaBudgetError,
  OktaUnreachableError,
} from "../../../src/okta/okta-error.ts";
import { apiToken, createMockOrg, someApp } from "./mock-org.ts";

describe("an exchange", () => {
  it("authenticates with SSWS and keeps members that are not known", async () => {
    const { client, seen } = createMockOrg([{ status: 200, body: someApp }]);
    expect(await client.apps.get("0oa1")).toEqual(someApp);
    expect(seen[0]).toMatchObject({
      method: "GET",
      path: "/api/v1/apps/0oa1",
      headers: { authorization: `SSWS ${apiToken}`, accept: "application/json", "user-agent": "okta-scim" },
    });
  });

  it("answers undefined for what does not exist where that is asked", async () => {
    const { client } = createMockOrg([
      { status: 404, body: { errorCode: "E0000007", errorSummary: "Not found" } },
    ]);
    expect(await client.apps.find("0oa1")).toBeUndefined();
  });

  it("says which member of an answer is not as documented", async () => {
    const { client } = createMockOrg([{ status: 200, body: { ...someApp, label: 7 } }]);
    const error = await client.apps.get("0oa1").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(OktaAnswerError);
    expect(String(error)).toMatchInlineSnapshot(
      `"OktaAnswerError: Okta's answer to GET /api/v1/apps/0oa1 is not what its API documents: label: Invalid input: expected string, received number"`,
    );
  });
});

describe("a refusal", () => {
  it.each([
    [400, "E0000003", "defect of okta-scim"],
    [403, "E0000006", "lacks the permission"],
    [404, "E0000007", "deleted or belongs to another org"],
    [401, "E0000011", "API token is invalid"],
    [401, "E0000015", "does not have the feature"],
    [405, "E0000022", "does not take this method"],
  ])("%i %s carries its remedy", async (status, errorCode, remedy) => {
    const body = { errorCode, errorSummary: "Summary.", errorCauses: [{ errorSummary: "cause one" }] };
    const { client } = createMockOrg([{ status, body, headers: { "x-okta-request-id": "req-1" } }]);
    const error = await client.apps.get("0oa1").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(OktaApiError);
    expect(error).toMatchObject({
      code: `OKTA_${errorCode}`,
      status,
      errorCode,
      errorSummary: "Summary.",
      errorCauses: ["cause one"],
      requestId: "req-1",
      remedy: expect.stringContaining(remedy),
    });
    expect(String(error)).toBe(
      `OktaApiError: Okta refused GET /api/v1/apps/0oa1 with ${status} ${errorCode}: Summary. (cause one) [request req-1]`,
    );
  });

  it("names the missing OAuth scope", async () => {
    const { client } = createMockOrg([
      {
        status: 403,
        headers: { "www-authenticate": 'Bearer error="insufficient_scope", scope="okta.logs.read"' },
      },
    ]);
    const error = await client.users.find("ada@example.com").catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: "OKTA_HTTP_403",
      remedy: expect.stringContaining("(okta.logs.read)"),
    });
  });

  it("never shows the token, even where the org echoes it", async () => {
    const { client } = createMockOrg([
      {
        status: 400,
        body: {
          errorCode: "E0000001",
          errorSummary: `bad ${apiToken}`,
          errorCauses: [{ errorSummary: apiToken }],
        },
      },
    ]);
    const error = await client.apps.get("0oa1").catch((caught: unknown) => caught);
    expect(JSON.stringify([String(error), error])).not.toContain(apiToken);
    expect(String(error)).toContain("bad [secret] ([secret])");
  });
});

describe("a failing org", () => {
  it("is asked again with doubled waits for reads", async () => {
    const { client, waits } = createMockOrg([
      { status: 503 },
      { status: 502 },
      { status: 200, body: someApp },
    ]);
    await client.apps.get("0oa1");
    expect(waits).toEqual([500, 1000]);
  });

  it("is not sent a POST again, which may have been carried out", async () => {
    const { client, seen } = createMockOrg([{ status: 503 }, { status: 503 }]);
    await expect(client.appUsers.assign("0oa1", { id: "00u1" })).rejects.toMatchObject({ status: 503 });
    expect(seen).toHaveLength(1);
  });

  it("is sent a POST again when the connection was refused", async () => {
    const refused = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    const { client } = createMockOrg([refused, { status: 200, body: { id: "00u1", status: "ACTIVE" } }]);
    expect(await client.appUsers.assign("0oa1", { id: "00u1" })).toMatchObject({ id: "00u1" });
  });

  it("that cannot be reached is an error of its own, with exit code 3", async () => {
    const refused = Object.assign(new Error("connect"), { code: "ENOTFOUND" });
    const { client } = createMockOrg([refused, refused, refused, refused]);
    const error = await client.apps.get("0oa1").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(OktaUnreachableError);
    expect(error).toMatchObject({ code: "OKTA_UNREACHABLE", exitCode: 3 });
    expect(String(error)).toContain("the host name has no address");
  });

  it("stops at once when the caller gives up", async () => {
    const { client } = createMockOrg([{ status: 200, body: someApp }]);
    await expect(client.apps.get("0oa1", AbortSignal.abort(new Error("deadline")))).rejects.toThrow(
      "deadline",
    );
  });
});

describe("lists", () => {
  const link = (after: string) => [
    '<https://example.okta.com/api/v1/apps/0oa1/users?limit=500>; rel="self"',
    `<https://other.example.com/api/v1/apps/0oa1/users?after=${after}&limit=500>; rel="next"`,
  ];
  const person = (id: string) => ({ id, status: "ACTIVE" });

  it("follow next links on several lines and joined into one, and stay on the org's host", async () => {
    const { client, seen } = createMockOrg([
      { status: 200, body: [person("a"), person("b")], headers: { link: link("b") } },
      { status: 200, body: [person("c")], headers: { link: link("c").join(", ") } },
      { status: 200, body: [] },
    ]);
    const people = await collectList(client.appUsers.list("0oa1"));
    expect(people.map(({ id }) => id)).toEqual(["a", "b", "c"]);
    expect(seen.map(({ path }) => path)).toEqual([
      "/api/v1/apps/0oa1/users?limit=500",
      "/api/v1/apps/0oa1/users?after=b&limit=500",
      "/api/v1/apps/0oa1/users?after=c&limit=500",
    ]);
  });

  it("that lead in a circle end with an error", async () => {
    const { client } = createMockOrg([
      { status: 200, body: [person("a")], headers: { link: link("a") } },
      { status: 200, body: [person("b")], headers: { link: link("a") } },
    ]);
    await expect(collectList(client.appUsers.list("0oa1"))).rejects.toThrow(/leads back to a page/);
  });

  it("are not read further than wanted", async () => {
    const { client, seen } = createMockOrg([
      { status: 200, body: [person("a")], headers: { link: link("a") } },
    ]);
    for await (const first of client.appUsers.list("0oa1")) {
      expect(first.id).toBe("a");
      break;
    }
    expect(seen).toHaveLength(1);
  });
});

describe("limits of the client", () => {
  it("refuse the call beyond the budget", async () => {
    const { client } = createMockOrg([{ status: 200, body: someApp }], { callBudget: 1 });
    await client.apps.get("0oa1");
    await expect(client.apps.get("0oa1")).rejects.toBeInstanceOf(OktaBudgetError);
  });

  it("keep to so many requests at once", async () => {
    let running = 0;
    let most = 0;
    const { client } = createMockOrg(
      Array.from({ length: 20 }, () => ({ status: 200, body: someApp })),
      {
        concurrency: 3,
        observe: (next) => async (request) => {
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setImmediate(resolve));
          const response = await next(request);
          running -= 1;
          return response;
        },
      },
    );
    await Promise.all(Array.from({ length: 20 }, () => client.apps.get("0oa1")));
    expect(most).toBe(3);
  });
});

describe("resource families", () => {
  it("find the group with exactly the name, Okta's own before an app's", async () => {
    const group = (id: string, name: string, type: string) => ({ id, type, profile: { name } });
    const { client, seen } = createMockOrg([
      {
        status: 200,
        body: [
          group("1", "Pay", "APP_GROUP"),
          group("2", "Payroll", "OKTA_GROUP"),
          group("3", "Pay", "OKTA_GROUP"),
        ],
      },
    ]);
    expect(await client.groups.findByName("Pay")).toMatchObject({ id: "3" });
    expect(seen[0]?.path).toBe("/api/v1/groups?q=Pay&limit=200");
  });

  it("tell an app without provisioning from a failure", async () => {
    const { client } = createMockOrg([
      { status: 400, body: { errorCode: "E0000001", errorSummary: "Api validation failed: feature" } },
      { status: 403, body: { errorCode: "E0000006", errorSummary: "no" } },
    ]);
    expect(await client.features.findUserProvisioning("0oa1")).toBeUndefined();
    await expect(client.features.findUserProvisioning("0oa1")).rejects.toMatchObject({
      code: "OKTA_E0000006",
    });
  });

  it("read the mapping from the org's users to the app's with its properties", async () => {
    const side = (id: string, type: string) => ({ id, name: type, type });
    const toApp = { id: "prm1", source: side("oty1", "user"), target: side("0oa1", "appuser") };
    const { client, seen } = createMockOrg([
      { status: 200, body: [{ ...toApp, id: "prm0", source: side("0oa2", "appuser") }, toApp] },
      {
        status: 200,
        body: { ...toApp, properties: { email: { expression: "user.email", pushStatus: "PUSH" } } },
      },
    ]);
    expect(await client.mappings.findUserToApp("0oa1")).toMatchObject({
      properties: { email: { pushStatus: "PUSH" } },
    });
    expect(seen.map(({ path }) => path)).toEqual([
      "/api/v1/mappings?targetId=0oa1&limit=200",
      "/api/v1/mappings/prm1",
    ]);
  });

  it("assign and unassign a person without a mail", async () => {
    const { client, seen } = createMockOrg([
      { status: 200, body: { id: "00u1", status: "ACTIVE" } },
      { status: 204 },
    ]);
    await client.appUsers.assign("0oa1", { id: "00u1", credentials: { userName: "ada" } });
    await client.appUsers.unassign("0oa1", "00u1");
    expect(seen).toMatchObject([
      {
        method: "POST",
        path: "/api/v1/apps/0oa1/users",
        headers: { "content-type": "application/json" },
        body: '{"scope":"USER","id":"00u1","credentials":{"userName":"ada"}}',
      },
      { method: "DELETE", path: "/api/v1/apps/0oa1/users/00u1?sendEmail=false" },
    ]);
  });
});
