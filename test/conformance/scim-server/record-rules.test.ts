import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { enterprise, RunningServer, readOnlyToken } from "./support/running-server.ts";

const reader = { authorization: `Bearer ${readOnlyToken}` };

interface Change {
  readonly type: string;
  readonly changed?: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;
}

describe("what is recorded of requests", () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await RunningServer.start("sqlite");
  });
  afterAll(() => server.stop());

  const lastChange = async (): Promise<Change | undefined> => {
    const { text } = await server.request("GET", "/payroll/changes?after=0&limit=1000", undefined, reader);
    return (JSON.parse(text) as { readonly changes: readonly Change[] }).changes.at(-1);
  };

  it("a change names the attributes that differ, an extension's by its URN, and what they were and are", async () => {
    const before = { title: "t", nickName: "n", [enterprise]: { department: "D", costCenter: "7" } };
    const id = await server.createUser("named@example.com", before);
    await server.patch(
      `/Users/${id}`,
      { op: "replace", path: "title", value: "u" },
      { op: "remove", path: "nickName" },
      { op: "add", path: "emails", value: "e" },
      { op: "replace", path: `${enterprise}:department`, value: "E" },
      { op: "replace", path: `${enterprise}:costCenter`, value: "7" },
    );
    const department = `${enterprise}:department`;
    const change = await lastChange();
    expect(new Set(change?.changed)).toEqual(new Set(["title", "nickName", "emails", department]));
    expect(change).toMatchObject({
      type: "user.updated",
      before: { title: "t", nickName: "n", emails: null, [department]: "D" },
      after: { title: "u", nickName: null, emails: [{ value: "e" }], [department]: "E" },
    });
  });

  it("a change is called what it does to a person: made active, inactive, or neither", async () => {
    const id = await server.createUser("called@example.com");
    const typeOf = async (op: string, path: string, value?: unknown): Promise<string | undefined> => {
      await server.patch(`/Users/${id}`, { op, path, ...(value === undefined ? {} : { value }) });
      return (await lastChange())?.type;
    };
    expect(await typeOf("add", "title", "a")).toBe("user.updated");
    expect(await typeOf("replace", "active", false)).toBe("user.deactivated");
    expect(await typeOf("add", "title", "b")).toBe("user.updated");
    expect(await typeOf("replace", "active", true)).toBe("user.reactivated");
    expect(await typeOf("remove", "active")).toBe("user.deactivated");
    expect(await typeOf("add", "title", "c")).toBe("user.updated");
    expect(await typeOf("add", "active", "False")).toBe("user.updated");
    const group = await server.createGroup("called");
    await server.patch(`/Groups/${group}`, { op: "replace", path: "displayName", value: "renamed" });
    expect((await lastChange())?.type).toBe("group.updated");
  });

  it("a call counts as what it was for: Okta's connection test is the first two people, without a filter", async () => {
    const counted = await RunningServer.start("sqlite");
    const id = await counted.createUser("counted@example.com");
    for (const path of [
      "/Users?startIndex=1&count=2",
      "/Users?STARTINDEX=1&Count=2",
      "/Users?startIndex=1&count=100",
      "/Users?startIndex=3&count=2",
      "/Groups?startIndex=1&count=2",
      "/Users?startIndex=1&count=2&Filter=title%20pr",
      "/Groups?filter=displayName%20pr",
      `/Users/${id}`,
      "/Schemas",
      "/?count=1",
    ]) {
      expect((await counted.call("GET", path)).status, path).toBe(200);
    }
    await counted.call("POST", "/Users/.search", {});
    await counted.call("PATCH", `/Users/${id}`, { Operations: [{ op: "add", path: "title", value: "x" }] });
    await counted.call("DELETE", `/Users/${id}`);
    const { body } = await counted.request("GET", "/payroll/evidence", undefined, reader);
    const entries = body["entries"] as readonly { readonly kind: string; readonly count: number }[];
    expect(Object.fromEntries(entries.map(({ kind, count }) => [kind, count]))).toEqual({
      "connection-test": 2,
      "user-list": 2,
      "group-list": 1,
      "user-lookup": 1,
      "group-lookup": 1,
      "user-read": 1,
      "user-create": 1,
      "user-patch": 1,
      "user-delete": 1,
      discovery: 1,
      search: 2,
    });
    await counted.stop();
  });
});
