import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { findPostgres, TemporaryPostgres } from "./support/postgres.ts";
import { enterprise, tenantsFile } from "./support/running-server.ts";
import { ServerFolder, type ServerProcess } from "./support/server-process.ts";

const folders: ServerFolder[] = [];

function makeFolder(storageUrl?: string, config: string = tenantsFile()): ServerFolder {
  const folder = new ServerFolder({ config, ...(storageUrl === undefined ? {} : { storageUrl }) });
  folders.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of folders) folder.remove();
});

/** What a client can see of a tenant, as text. */
async function look(server: ServerProcess): Promise<readonly string[]> {
  const paths = ["/scim/v2/Users?sortBy=userName", "/scim/v2/Groups", "/changes", "/webhooks"];
  return Promise.all(paths.map(async (path) => (await server.call("GET", path)).text()));
}

async function fill(server: ServerProcess): Promise<void> {
  const ids: (string | undefined)[] = [];
  for (const name of ["ada", "bea", "cy"]) {
    const body = {
      userName: `${name}@example.com`,
      emails: [{ value: `${name}@example.com` }],
      active: name !== "cy",
    };
    const answer = await server.call("POST", "/scim/v2/Users", body);
    ids.push(/"id":"([^"]+)"/.exec(await answer.text())?.[1]);
  }
  const members = ids.map((value) => ({ value }));
  const all = await server.call("POST", "/scim/v2/Groups", { displayName: "All", members });
  const outer = /"id":"([^"]+)"/.exec(await all.text())?.[1];
  const late = await server.call("POST", "/scim/v2/Groups", {
    displayName: "Late",
    members: members.slice(0, 1),
  });
  // A group in one that was created before it: what refers to it comes first in an export.
  const added = { value: [{ value: /"id":"([^"]+)"/.exec(await late.text())?.[1] }] };
  await server.call("PATCH", `/scim/v2/Groups/${outer}`, {
    Operations: [{ op: "add", path: "members", ...added }],
  });
}

describe("backup and restore", () => {
  const programs = findPostgres();

  it.skipIf(programs === undefined)(
    "move everything between the engines, and back, while the server runs",
    async () => {
      const postgres = await TemporaryPostgres.start(programs ?? "");
      const source = makeFolder();
      const server = await source.start();
      await fill(server);
      const file = join(source.path, "backup.jsonl");
      expect(await source.run("backup", file)).toMatchObject({ code: 0 });
      const expected = await look(server);
      await server.stop();

      const middle = makeFolder(await postgres.createDatabase());
      // A server that has nobody yet may run, and have noted who called it.
      const moved = await middle.start();
      await (await moved.call("GET", "/scim/v2/Users")).text();
      await (await moved.call("GET", "/evidence")).text();
      expect(await middle.run("restore", file)).toMatchObject({ code: 0 });
      expect(await middle.run("restore", file)).toMatchObject({
        code: 1,
        output: expect.stringContaining("not empty"),
      });
      expect(await look(moved)).toEqual(expected);
      expect((await moved.call("POST", "/scim/v2/Users", { userName: "dee@example.com" })).status).toBe(201);
      const second = join(middle.path, "backup.jsonl");
      await middle.run("backup", second);
      const grown = await look(moved);
      await moved.stop();

      const target = makeFolder();
      expect(await target.run("restore", second)).toMatchObject({ code: 0 });
      const back = await target.start();
      expect(await look(back)).toEqual(grown);
      await back.stop();
      await postgres.stop();
    },
  );

  it("export a tenant and import it elsewhere, under the same ids", async () => {
    const source = makeFolder();
    const server = await source.start();
    await fill(server);
    const file = join(source.path, "payroll.jsonl");
    expect(await source.run("export", "payroll", file)).toEqual({ code: 0, output: "5 resources\n" });
    const target = makeFolder();
    expect(await target.run("import", "payroll", file)).toEqual({ code: 0, output: "5 resources\n" });
    expect(await target.run("import", "payroll", file)).toEqual({ code: 0, output: "5 resources\n" });
    const copy = await target.start();
    const read = async (from: ServerProcess): Promise<readonly (readonly string[])[]> => {
      const texts = (await look(from)).slice(0, 2);
      return texts.map((text) =>
        [...text.matchAll(/"(?:id|userName|value|displayName)":"[^"]+"/g)].map(([match]) => match),
      );
    };
    expect(await read(copy)).toEqual(await read(server));
    await Promise.all([server.stop(), copy.stop()]);
  });

  it("of a tenant keep its own attributes what they are: found by their type and case, after an import, too", async () => {
    const hr = "urn:example:hr:2.0:User";
    const attributes = [
      { schema: enterprise, name: "payrollNumber" },
      { schema: hr, name: "code", caseExact: true },
      { schema: hr, name: "since", type: "dateTime" },
    ];
    const config = tenantsFile({ attributes });
    const source = makeFolder(undefined, config);
    const server = await source.start();
    await server.call("POST", "/scim/v2/Users", {
      userName: "ada@example.com",
      [enterprise]: { payrollNumber: "P7" },
      [hr]: { code: "AbC", since: "2024-05-05T00:00:00+02:00" },
    });
    await server.stop();
    const file = join(source.path, "payroll.jsonl");
    await source.run("export", "payroll", file);
    const target = makeFolder(undefined, config);
    await target.run("import", "payroll", file);
    const copy = await target.start();
    const count = async (filter: string): Promise<string> => {
      const answer = await copy.call("GET", `/scim/v2/Users?filter=${encodeURIComponent(filter)}`);
      return /"totalResults":(\d+)/.exec(await answer.text())?.[1] ?? "none";
    };
    expect(await count(`${enterprise}:payrollNumber eq "p7"`)).toBe("1");
    expect(await count(`${hr}:code eq "AbC"`)).toBe("1");
    expect(await count(`${hr}:code eq "abc"`)).toBe("0");
    expect(await count(`${hr}:since eq "2024-05-04T22:00:00Z"`)).toBe("1");
    await copy.stop();
  });

  it("are their owner's alone, and have any text that people have", async () => {
    const source = makeFolder();
    const server = await source.start();
    await fill(server);
    // What Unicode calls a line separator is none between lines of JSON.
    await server.call("POST", "/scim/v2/Users", {
      userName: "eve@example.com",
      displayName: "Eve\u2028Adams",
    });
    const looked = await look(server);
    expect(await server.stop()).toBe(0);
    const file = join(source.path, "backup.jsonl");
    writeFileSync(file, "a former backup, for everybody to read", { mode: 0o644 });
    expect((await source.run("backup", file)).code).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const target = makeFolder();
    expect((await target.run("restore", file)).code).toBe(0);
    const restored = await target.start();
    expect(await look(restored)).toEqual(looked);
    expect(await restored.stop()).toBe(0);
    const exported = join(source.path, "exported.jsonl");
    expect((await source.run("export", "payroll", exported)).code).toBe(0);
    expect((await makeFolder().run("import", "payroll", exported)).output).toBe("6 resources\n");

    // There is no room on this device.
    symlinkSync("/dev/full", join(source.path, "full"));
    const { code, output } = await source.run("backup", join(source.path, "full"));
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/full cannot be written: ENOSPC.*\n.*room\.\n$/),
    ]);
    expect(readdirSync(source.path).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("are imported as requests would bring them: without passwords, and checked", async () => {
    const folder = makeFolder();
    const file = join(folder.path, "lines.jsonl");
    const line = (id: string, document: object): string => JSON.stringify({ type: "User", id, document });
    const own = { "urn:example:hr:2.0:User": { shift: 2, unknown: "kept" }, unknownAttribute: "kept" };
    const ada = { userName: "ada@example.com", password: "hunter2", active: "True", ...own };
    writeFileSync(file, `${line("ada", ada)}\r\n\r\n`);
    expect((await folder.run("import", "payroll", file)).output).toBe("1 resources\n");
    const exported = join(folder.path, "exported.jsonl");
    expect((await folder.run("export", "payroll", exported)).code).toBe(0);
    const kept = { userName: "ada@example.com", active: true, ...own };
    expect(JSON.parse(readFileSync(exported, "utf8"))).toEqual({ type: "User", id: "ada", document: kept });
    writeFileSync(file, `${line("bea", { userName: { a: 1 } })}\n`);
    const { code, output } = await folder.run("import", "payroll", file);
    expect([code, output]).toEqual([1, expect.stringMatching(/^Line 1 cannot be imported: userName must/)]);
  });

  it("of a tenant that is not there, or from lines that are none, are refused by name", async () => {
    const folder = makeFolder();
    const file = join(folder.path, "lines.jsonl");
    expect(await folder.run("export", "nobody", file)).toMatchObject({
      code: 1,
      output: expect.stringContaining("There is no tenant nobody."),
    });
    const ada = JSON.stringify({ type: "User", id: "1", document: { userName: "ada" } });
    for (const [line, reason] of [
      ["garbage", "JSON"],
      ["[]", "no exported resource"],
      [JSON.stringify({ type: "User", id: "2", document: {} }), "userName is required"],
      [JSON.stringify({ type: "User", id: "2", document: { userName: "ADA" } }), "has this userName"],
      [JSON.stringify({ type: "User", id: "", document: { userName: "b" } }), "id"],
    ] as const) {
      writeFileSync(file, `${ada}\n\n${line}\n`);
      const { code, output } = await folder.run("import", "payroll", file);
      expect([code, output.split("\n").length], output).toEqual([1, 3]);
      expect(output).toMatch(new RegExp(`^Line 3 cannot be imported: .*${reason}`));
    }
  });
});
