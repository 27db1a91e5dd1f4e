import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import {
  describeOnBothEngines,
  enterprise,
  type RunningServer,
  tenantsFile,
  token,
  userSchema,
} from "./support/running-server.ts";

/** One test for each numbered rule of what breaks SCIM servers in the field: matching, filters, paths and paging. */
describeOnBothEngines("field quirks, rules 9 to 19", (start, engine) => {
  let server: RunningServer;
  let count = 0;
  const unique = (name: string): string => `${name}-${++count}@example.com`;

  beforeAll(async () => {
    server = await start();
  });

  it("rule 9: creating somebody again: 409 by userName, never by externalId", async () => {
    const userName = unique("again");
    const id = await server.createUser(userName, { externalId: "00u-again", active: false });
    const again = await server.call("POST", "/Users", { userName: userName.toUpperCase() });
    expect([again.status, again.body.scimType]).toEqual([409, "uniqueness"]);
    const other = await server.call("POST", "/Users", { userName: unique("other"), externalId: "00u-again" });
    expect(other.status).toBe(201);
    expect((await server.call("GET", `/Users/${id}`)).body.active).toBe(false);
  });

  it("rule 9: with reactivateOnCreate an inactive person comes back under the same id", async () => {
    const revived = await start(tenantsFile({ reactivateOnCreate: true }));
    const id = await revived.createUser("back@example.com", { active: false, title: "old" });
    const again = await revived.call("POST", "/Users", { userName: "Back@example.com" });
    expect([again.status, again.body.id, again.body.active, again.body.title]).toEqual([
      201,
      id,
      true,
      undefined,
    ]);
    expect((await revived.call("POST", "/Users", { userName: "back@example.com" })).status).toBe(409);
  });

  it("rule 10: one 201 of 16 parallel creations that differ in case, the rest 409", async () => {
    const name = unique("Race");
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        server.call("POST", "/Users", {
          userName: index % 2 === 0 ? name.toLowerCase() : name.toUpperCase(),
        }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      201,
      ...Array.from({ length: 15 }, () => 409),
    ]);
    expect((await server.filter("Users", `userName eq "${name}"`)).body.totalResults).toBe(1);
  });

  it("rule 10: two people may share an e-mail address", async () => {
    const emails = [{ value: "shared@example.com", type: "work" }];
    await server.createUser(unique("first"), { emails });
    await server.createUser(unique("second"), { emails });
    expect((await server.filter("Users", 'emails.value eq "SHARED@example.com"')).body.totalResults).toBe(2);
  });

  it("rule 11: externalId is found case-exactly; a filter that is not understood answers nobody", async () => {
    const id = await server.createUser(unique("external"), { externalId: "AbC" });
    expect((await server.filter("Users", 'externalId eq "AbC"')).body.Resources[0]?.id).toBe(id);
    expect((await server.filter("Users", 'externalId eq "abc"')).body.totalResults).toBe(0);
    for (const filter of [
      'userName is "x"',
      "userName eq x@example.com",
      "nonsense",
      'unknown eq "x"',
      'userName eq "x" and',
    ]) {
      const answer = await server.filter("Users", filter);
      expect([answer.status, answer.body.scimType], filter).toEqual([400, "invalidFilter"]);
    }
  });

  it("rule 12: value paths followed by a sub-attribute, and emails compared by value", async () => {
    const address = unique("work");
    const id = await server.createUser(unique("paths"), {
      emails: [
        { value: address, type: "work" },
        { value: "elsewhere@example.com", type: "home" },
      ],
    });
    for (const filter of [
      `emails[type eq "work"].value eq "${address}"`,
      `emails[type eq "work" and value eq "${address}"]`,
      `emails co "${address}"`,
      `emails.value sw "${address.slice(0, -4)}" and emails[type eq "home"]`,
    ]) {
      expect(
        (await server.filter("Users", filter)).body.Resources.map((user) => user.id),
        filter,
      ).toEqual([id]);
    }
    const other = await server.filter("Users", `emails[type eq "home"].value eq "${address}"`);
    expect(other.body.totalResults).toBe(0);
  });

  it("rule 13: URNs with dots, by colon, by dot, and as a whole extension", async () => {
    const id = await server.createUser(unique("urn"));
    const set = async (operation: object): Promise<unknown> =>
      (await server.patch(`/Users/${id}`, operation)).body[enterprise];
    expect(await set({ op: "add", path: `${enterprise}:department`, value: "A" })).toEqual({
      department: "A",
    });
    expect(await set({ op: "replace", path: `${enterprise}.department`, value: "B" })).toEqual({
      department: "B",
    });
    expect(await set({ op: "add", path: enterprise, value: { costCenter: "7" } })).toEqual({
      costCenter: "7",
      department: "B",
    });
    expect(await set({ op: "add", value: { [enterprise]: { manager: "m1" } } })).toMatchObject({
      department: "B",
      manager: { value: "m1" },
    });
    expect(await set({ op: "add", value: { [`${enterprise}:division`]: "D" } })).toMatchObject({
      division: "D",
    });
    const found = await server.filter(
      "Users",
      `${enterprise}:department eq "b" and ${userSchema}:userName pr`,
    );
    expect(found.body.Resources[0]?.id).toBe(id);
    expect(await set({ op: "remove", path: enterprise })).toBeUndefined();
    expect((await server.call("GET", `/Users/${id}`)).body.schemas).toEqual([userSchema]);
  });

  it("rule 14: paging", async () => {
    const paged = await start();
    for (let index = 0; index < 5; index += 1) await paged.createUser(`page-${index}`);
    const page = async (query: string): Promise<unknown> => {
      const { body } = await paged.call("GET", `/Users?${query}`);
      return [
        body.totalResults,
        body.startIndex,
        body.itemsPerPage,
        body.Resources.map((user) => user.userName.at(-1)).join(""),
      ];
    };
    expect(await page("startIndex=0&count=2")).toEqual([5, 1, 2, "01"]);
    expect(await page("startIndex=-3&count=2")).toEqual([5, 1, 2, "01"]);
    expect(await page("startIndex=4&count=100")).toEqual([5, 4, 2, "34"]);
    expect(await page("startIndex=9&count=100")).toEqual([5, 9, 0, ""]);
    expect(await page("count=0")).toEqual([5, 1, 0, ""]);
    expect(await page("count=-1")).toEqual([5, 1, 0, ""]);
    expect(await page(`count=1&filter=${encodeURIComponent('userName sw "PAGE-"')}`)).toEqual([5, 1, 1, "0"]);
  });

  it("rule 15: null and [] unassign, an empty text stays, PUT drops what is missing", async () => {
    const userName = unique("empty");
    const id = await server.createUser(userName, {
      title: "",
      nickName: "n",
      emails: [],
      phoneNumbers: null,
      name: { givenName: null },
    });
    const { body } = await server.call("GET", `/Users/${id}`);
    expect([body.title, body["nickName"], "emails" in body, "phoneNumbers" in body, "name" in body]).toEqual([
      "",
      "n",
      false,
      false,
      false,
    ]);
    const patched = await server.patch(`/Users/${id}`, { op: "replace", path: "nickName", value: null });
    expect("nickName" in patched.body).toBe(false);
    await server.patch(`/Users/${id}`, { op: "replace", path: "active", value: false });
    const put = await server.call("PUT", `/Users/${id}`, {
      schemas: [userSchema],
      userName,
      id: "other",
      meta: {},
    });
    expect(put.status).toBe(200);
    expect([put.body.id, "title" in put.body, put.body.active, put.body.meta.created]).toEqual([
      id,
      false,
      false,
      body.meta.created,
    ]);
  });

  it("rule 16: a password is accepted and never comes back", async () => {
    const userName = unique("secretive");
    const created = await server.call("POST", "/Users", { userName, password: "s3cret-Value" });
    const id = created.body.id;
    const patched = await server.patch(`/Users/${id}`, { op: "replace", value: { password: "n3w-Value" } });
    const read = await server.call("GET", `/Users/${id}?attributes=password,userName`);
    for (const answer of [created, patched, read]) {
      expect(answer.status).toBeLessThan(300);
      expect(answer.text).not.toContain("password");
      expect(answer.text).not.toContain("Value");
    }
    expect((await server.filter("Users", 'password eq "s3cret-Value"')).status).toBe(400);
    await server.call("PUT", `/Users/${id}`, { userName, password: "put-Value" });
    for (const path of ["changes", "audit"]) {
      const { status, text } = await server.request("GET", `/payroll/${path}?limit=1000`, undefined, {
        authorization: `Bearer ${token}`,
      });
      expect(status).toBe(200);
      expect(text).toContain(userName);
      expect(text).not.toMatch(/password|Value/);
    }
    if (engine === "postgres") return;
    for (const file of ["scim.sqlite", "scim.sqlite-wal"]) {
      const content = readFileSync(join(dirname(server.configFile), file), "latin1");
      expect(content).not.toMatch(/s3cret|n3w-Value|put-Value/);
    }
  });

  it("rule 17: attribute names in any case, in bodies and in attributes=; id always returned", async () => {
    const userName = unique("names");
    const created = await server.call("POST", "/Users", {
      USERNAME: userName,
      Name: { GIVENNAME: "Ada" },
      Active: true,
    });
    expect(created.body).toMatchObject({ userName, name: { givenName: "Ada" } });
    const { body } = await server.call("GET", `/Users/${created.body.id}?attributes=USERNAME,name.GivenName`);
    expect(body).toEqual({
      schemas: [userSchema],
      id: created.body.id,
      userName,
      name: { givenName: "Ada" },
    });
    const except = await server.call(
      "GET",
      `/Users/${created.body.id}?excludedAttributes=ID,schemas,meta,groups`,
    );
    expect(Object.keys(except.body).toSorted()).toEqual(["active", "id", "name", "schemas", "userName"]);
  });

  it("rule 18: what Okta creates and pages: empty groups, a placeholder password, JSON numbers", async () => {
    const imported = await start();
    const created = await imported.call("POST", "/Users", {
      schemas: [userSchema],
      userName: "okta@example.com",
      name: { givenName: "Ok", familyName: "Ta" },
      emails: [{ primary: true, value: "okta@example.com", type: "work" }],
      displayName: "Ok Ta",
      locale: "en-US",
      externalId: "00ujl29u0le5T6Aj10h7",
      groups: [],
      password: "1mz050nq",
      active: true,
    });
    expect(created.status).toBe(201);
    const page = await imported.call("GET", "/Users?startIndex=1&count=100");
    expect(page.text).toMatch(/"totalResults":1,"startIndex":1,"itemsPerPage":1,/);
    expect(page.body.Resources[0]).toEqual(created.body);
    const empty = await imported.call("GET", "/Groups?startIndex=1&count=100");
    expect([empty.status, empty.body.totalResults, empty.body.Resources]).toEqual([200, 0, []]);
  });

  it("rule 18: an unknown member does not fail the push of the others, and is counted", async () => {
    const id = await server.createUser(unique("known"));
    const group = await server.createGroup("partly");
    const answer = await server.patch(`/Groups/${group}`, {
      op: "add",
      path: "members",
      value: [{ value: "no-such-id" }, { value: id }],
    });
    expect(answer.status).toBe(200);
    expect(await server.memberIds(group)).toEqual([id]);
    const members = [{ value: "gone" }, { value: id }, { value: "never-was" }];
    const put = await server.call("PUT", `/Groups/${group}`, { displayName: "partly", members });
    expect(put.body.members.map(({ value }) => value)).toEqual([id]);
    const metrics = await server.request("GET", "/metrics");
    expect(metrics.text).toContain('scim_unknown_members_total{tenant="payroll"} 3');
  });

  it("rule 19: paths resolve against the schema only", async () => {
    const id = await server.createUser(unique("prototype"));
    for (const path of [
      "__proto__.polluted",
      "constructor.prototype.polluted",
      "toString",
      "hasOwnProperty",
      "name.__proto__",
    ]) {
      const answer = await server.patch(`/Users/${id}`, { op: "add", path, value: "x" });
      expect([answer.status, answer.body.scimType], path).toEqual([400, "invalidPath"]);
    }
    const bodies = [
      '{"Operations":[{"op":"add","value":{"__proto__":{"polluted":1}}}]}',
      '{"Operations":[{"op":"add","value":{"constructor":{"prototype":{"polluted":1}}}}]}',
    ];
    for (const body of bodies) expect((await server.call("PATCH", `/Users/${id}`, body)).status).toBe(400);
    const dotted = await server.patch(`/Users/${id}`, {
      op: "add",
      value: { "__proto__.polluted": 1, "constructor.prototype.polluted": 1 },
    });
    expect(dotted.status).toBe(200);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
    expect(dotted.text).not.toContain("polluted");
  });
});
