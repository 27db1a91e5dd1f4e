import { expect, it } from "vitest";
import { describeOnBothEngines, enterprise, type RunningServer } from "./support/running-server.ts";

const idOf = (location: string | undefined): string => location?.split("/").at(-1) ?? "";

function post(endpoint: "/Users" | "/Groups", bulkId: string, data: object): object {
  return { method: "POST", path: endpoint, bulkId, data };
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

function manager(bulkId: string): object {
  return { value: `bulkId:${bulkId}` };
}

function addMembers(bulkId: string): object {
  return { Operations: [{ op: "add", path: "members", value: membersOf(bulkId) }] };
}
