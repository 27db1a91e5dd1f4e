import { beforeAll, expect, it } from "vitest";
import { StorageUnavailableError } from "../../../scim-server/src/storage/storage.ts";
import { describeOnBothEngines, enterprise, override, type RunningServer } from "./support/running-server.ts";

const idOf = (location: string | undefined): string => location?.split("/").at(-1) ?? "";

function post(endpoint: "/Users" | "/Groups", bulkId: string, data: object, more = ""): object {
  return { method: "POST", path: `${endpoint}${more}`, bulkId, data };
}

const membersOf = (...bulkIds: readonly string[]): object[] =>
  bulkIds.map((bulkId) => ({ value: `bulkId:${bulkId}` }));

async function outcomes(
  server: RunningServer,
  ...operations: readonly object[]
): Promise<Map<string, string>> {
  const { body } = await server.call("POST", "/Bulk", { Operations: operations });
  expect(body.Operations).toHaveLength(operations.length);
  return new Map(
    body.Operations.map(({ bulkId, status, location }) => [bulkId ?? "", `${status} ${idOf(location)}`]),
  );
}

describeOnBothEngines("circular references in Bulk (RFC 7644 section 3.7.1)", (start) => {
  it("between groups are resolved, whatever refers to them meanwhile", async () => {
    const server = await start();
    const person = await server.createUser("outside");
    const results = await outcomes(
      server,
      post("/Groups", "a", { displayName: "a", members: [...membersOf("b"), { value: person }] }),
      post("/Groups", "b", { displayName: "b", members: membersOf("c", "u") }),
      post("/Groups", "c", { displayName: "c", members: membersOf("a") }),
      post("/Users", "u", { userName: "u" }),
      { method: "PATCH", path: "/Groups/bulkId:a", data: addMembers("u") },
    );
    const [a, b, c, u] = ["a", "b", "c", "u"].map((name) => results.get(name)?.split(" ")[1] ?? "");
    expect([...results.values()].map((text) => text.split(" ")[0]).toSorted()).toEqual([
      "200",
      "201",
      "201",
      "201",
      "201",
    ]);
    expect(new Set(await server.memberIds(a ?? ""))).toEqual(new Set([b, person, u]));
    expect(new Set(await server.memberIds(b ?? ""))).toEqual(new Set([c, u]));
    expect(await server.memberIds(c ?? "")).toEqual([a]);
  });

  it("between people, each the other's manager, are resolved, the other attributes kept", async () => {
    const server = await start();
    const results = await outcomes(
      server,
      post("/Users", "a", { userName: "a", [enterprise]: { department: "D", manager: manager("b") } }),
      post("/Users", "b", { userName: "b", title: "T", [enterprise]: { manager: manager("a") } }),
    );
    const [a, b] = ["a", "b"].map((name) => results.get(name)?.split(" ")[1] ?? "");
    const first = await server.call("GET", `/Users/${a}`);
    expect(first.body[enterprise]).toEqual({ department: "D", manager: { value: b } });
    const second = await server.call("GET", `/Users/${b}`);
    expect([second.body.title, second.body[enterprise]]).toEqual(["T", { manager: { value: a } }]);
  });

  it("leave nothing behind when one of the circle fails: 409", async () => {
    const server = await start();
    const results = await outcomes(
      server,
      post("/Groups", "a", { displayName: "a", members: membersOf("b") }),
      post("/Groups", "b", { members: membersOf("a") }),
    );
    expect([...results].toSorted()).toEqual([
      ["a", "409 "],
      ["b", "400 "],
    ]);
    expect((await server.call("GET", "/Groups")).body.totalResults).toBe(0);
  });

  it("leave nothing behind when the first of the circle fails, nor an id to refer to", async () => {
    const server = await start();
    const results = await outcomes(
      server,
      post("/Groups", "a", { members: membersOf("b") }),
      post("/Groups", "b", { displayName: "b", members: membersOf("a") }),
      post("/Groups", "c", { displayName: "c", members: membersOf("d") }),
      post("/Groups", "d", { members: membersOf("c") }),
      { method: "DELETE", path: "/Groups/bulkId:c", bulkId: "e" },
    );
    expect([...results].map(([bulkId, outcome]) => `${bulkId} ${outcome.split(" ")[0]}`).toSorted()).toEqual([
      "a 400",
      "b 409",
      "c 409",
      "d 400",
      "e 409",
    ]);
    expect((await server.call("GET", "/Groups")).body.totalResults).toBe(0);
  });

  it("are undone when failOnErrors ends the request between them", async () => {
    const server = await start();
    const { body } = await server.call("POST", "/Bulk", {
      failOnErrors: 1,
      Operations: [
        post("/Groups", "a", { displayName: "a", members: membersOf("b") }),
        post("/Groups", "c", { members: membersOf("a") }),
        post("/Groups", "b", { displayName: "b", members: membersOf("a") }),
      ],
    });
    expect(body.Operations.map(({ bulkId, status }) => `${bulkId} ${status}`)).toEqual(["c 400", "a 409"]);
    expect((await server.call("GET", "/Groups")).body.totalResults).toBe(0);
  });

  it("of an operation that makes nothing with itself is refused with 409", async () => {
    const server = await start();
    const group = await server.createGroup("g");
    const patch = { method: "PATCH", path: `/Groups/${group}`, bulkId: "p", data: addMembers("p") };
    const results = await outcomes(server, patch, post("/Users", "u", { userName: "u" }));
    expect([...results.values()].map((text) => text.split(" ")[0])).toEqual(["201", "409"]);
  });

  it("to a bulkId of no operation are refused with 409, alone", async () => {
    const server = await start();
    const results = await outcomes(
      server,
      post("/Groups", "a", { displayName: "a", members: membersOf("nobody") }),
      post("/Groups", "b", { displayName: "b", members: membersOf("b") }),
    );
    expect([results.get("a"), results.get("b")?.split(" ")[0]]).toEqual(["409 ", "201"]);
  });
});

describeOnBothEngines("Bulk (RFC 7644 section 3.7)", (start) => {
  const base = "http://scim.example.com/payroll/scim/v2";
  let server: RunningServer;
  beforeAll(async () => {
    server = await start();
  });
  const run = async (...operations: readonly unknown[]) =>
    (await server.call("POST", "/Bulk", { Operations: operations })).body.Operations;
  const title = (value: string): object => ({ Operations: [{ op: "add", path: "title", value }] });

  it("answers each operation with where its resource is, its version, and why it failed", async () => {
    const id = await server.createUser("each");
    const location = `${base}/Users/${id}`;
    expect(
      await run(
        { method: "PUT", path: `/Users/${id}`, version: 'W/"1"', data: { userName: "each", title: "a" } },
        { method: "PATCH", path: `/Users/${id}`, version: 'W/"1"', bulkId: "late", data: title("b") },
        { METHOD: "patch", Path: `/users/${id}`, Data: title("b") },
        { method: "PUT", path: `/Users/${id}`, data: {} },
        { method: "POST", path: "/Users", bulkId: "same", data: { userName: "EACH" } },
        { method: "DELETE", path: `/Users/${id}` },
        { method: "DELETE", path: `/Users/${id}` },
      ),
    ).toEqual([
      { method: "PUT", location, version: 'W/"2"', status: "200" },
      { method: "PATCH", bulkId: "late", location, status: "412", response: refusal("412") },
      { method: "PATCH", location, version: 'W/"3"', status: "200" },
      { method: "PUT", location, status: "400", response: refusal("400", "invalidValue") },
      { method: "POST", bulkId: "same", status: "409", response: refusal("409", "uniqueness") },
      { method: "DELETE", location, status: "204" },
      { method: "DELETE", location, status: "404", response: refusal("404") },
    ]);
  });

  it("names a resource of a bulkId by its own id, and one that was never made as it was asked for", async () => {
    const [made, changed, failed, removed, gone] = await run(
      { method: "POST", path: "/Users", bulkId: "u", data: { userName: "by-reference" } },
      { method: "PATCH", path: "/Users/bulkId:u", data: title("a") },
      { method: "PATCH", path: "/Users/bulkId:u", data: {} },
      { method: "DELETE", path: "/Users/bulkId:u" },
      { method: "DELETE", path: "/Users/bulkId:nobody" },
    );
    expect(made?.location).toMatch(/\/Users\/[\w-]+$/);
    expect([changed, failed, removed].map((one) => `${one?.status} ${one?.location}`)).toEqual([
      `200 ${made?.location}`,
      `400 ${made?.location}`,
      `204 ${made?.location}`,
    ]);
    expect([gone?.status, gone?.location]).toEqual(["409", `${base}/Users/bulkId:nobody`]);
  });

  it("refuses paths to no resource, each for itself", async () => {
    const paths = ["/Users", "/Foo/x", "Users/x", "/Users/x/y", "//Users/x", ""];
    const refused = await run(...paths.map((path) => ({ method: "DELETE", path })), { method: "DELETE" });
    expect(refused.map(({ status, response }) => [status, response?.scimType])).toEqual(
      Array.from({ length: 7 }, () => ["400", "invalidPath"]),
    );
    expect(refused[1]?.response?.detail).toBe("A bulk DELETE cannot go to /Foo/x.");
    expect(refused[0]?.location).toBe(`${base}/Users`);
    expect(refused[2]?.location).toBe(`${base}/Users/x`);
    expect(refused[6]?.response?.detail).toBe("A bulk DELETE cannot go to an empty path.");
    const [to, into, nothing, text] = await run(
      post("/Users", "a", { userName: "x" }, "/x"),
      post("/Users", "b", { userName: "x" }, "s"),
      { method: "POST", path: "/Users", bulkId: "c" },
      { method: "POST", path: "/Users", bulkId: "d", data: "x" },
    );
    expect([to, into].map((one) => one?.response?.scimType)).toEqual(["invalidPath", "invalidPath"]);
    expect([nothing, text].map((one) => one?.response?.scimType)).toEqual(["invalidSyntax", "invalidSyntax"]);
  });

  it("refuses as a whole what it cannot tell apart or count", async () => {
    const one = { method: "DELETE", path: "/Users/x" };
    const refused = async (body: unknown): Promise<unknown> => {
      const { status, body: answer } = await server.call("POST", "/Bulk", body);
      return `${status} ${answer.scimType}`;
    };
    expect(await refused({ Operations: [{ ...one, method: "GET" }] })).toBe("400 invalidSyntax");
    expect(await refused({ Operations: ["DELETE"] })).toBe("400 invalidSyntax");
    expect(await refused({ Operations: [{ method: "POST", path: "/Users", data: {} }] })).toBe(
      "400 invalidSyntax",
    );
    expect(await refused({ Operations: [post("/Users", "", {})] })).toBe("400 invalidSyntax");
    expect(await refused({ Operations: one })).toBe("400 invalidSyntax");
    expect(await refused([])).toBe("400 invalidSyntax");
    for (const failOnErrors of [0, -1, 1.5, "1", true]) {
      expect(await refused({ failOnErrors, Operations: [one] })).toBe("400 invalidValue");
    }
  });

  it("ends at failOnErrors, and not before", async () => {
    const missing = Array.from({ length: 3 }, (_, index) => ({ method: "DELETE", path: `/Users/${index}` }));
    const fine = post("/Users", "fine", { userName: "fine" });
    const after = async (failOnErrors: number | null): Promise<number> => {
      const body = { failOnErrors, Operations: [...missing.slice(0, 2), fine, ...missing.slice(2)] };
      const { Operations } = (await server.call("POST", "/Bulk", body)).body;
      return Operations.length;
    };
    expect([await after(1), await after(2), await after(3), await after(4), await after(null)]).toEqual([
      1, 2, 4, 4, 4,
    ]);
    expect((await server.call("POST", "/Bulk", { Operations: [] })).body.Operations).toEqual([]);
  });

  it("has limits, which it publishes and names to whoever exceeds them", async () => {
    const { bulk } = (await server.call("GET", "/ServiceProviderConfig")).body;
    expect(bulk).toEqual({ supported: true, maxOperations: 1000, maxPayloadSize: 1_048_576 });
    const one = { method: "DELETE", path: "/Users/x" };
    const many = await server.call("POST", "/Bulk", { Operations: Array.from({ length: 1001 }, () => one) });
    const most = await server.call("POST", "/Bulk", { Operations: Array.from({ length: 1000 }, () => one) });
    expect([most.status, most.body.schemas, most.body.Operations.length]).toEqual([
      200,
      ["urn:ietf:params:scim:api:messages:2.0:BulkResponse"],
      1000,
    ]);
    expect([many.status, many.body.scimType, many.body.detail]).toEqual([
      413,
      undefined,
      "A bulk request may have 1000 operations.",
    ]);
    const long = await server.call("POST", "/Bulk", {
      Operations: [{ ...one, data: "x".repeat(1_048_576) }],
    });
    expect([long.status, long.body.detail]).toEqual([413, "The request body is larger than 1048576 bytes."]);
  });
});

describeOnBothEngines("Bulk with a storage that fails", (start) => {
  it("is answered 500 where the server is at fault, and operation by operation where the storage is away", async () => {
    const operations = [post("/Users", "a", { userName: "a" })];
    const answerOf = async (error: Error) => {
      const server = await start(undefined, (storage) =>
        override(storage, { transact: () => Promise.reject(error) }),
      );
      return server.call("POST", "/Bulk", { Operations: operations });
    };
    expect((await answerOf(new Error("secret"))).status).toBe(500);
    const away = await answerOf(new StorageUnavailableError("secret"));
    expect([away.status, away.body.Operations[0]?.status]).toEqual([200, "503"]);
    expect(away.text).not.toContain("secret");
  });
});

function refusal(status: string, scimType?: string): object {
  const schemas = ["urn:ietf:params:scim:api:messages:2.0:Error"];
  return { schemas, status, detail: expect.any(String), ...(scimType === undefined ? {} : { scimType }) };
}

function manager(bulkId: string): object {
  return { value: `bulkId:${bulkId}` };
}

function addMembers(bulkId: string): object {
  return { Operations: [{ op: "add", path: "members", value: membersOf(bulkId) }] };
}
