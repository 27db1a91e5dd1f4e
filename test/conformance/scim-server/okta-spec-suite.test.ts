import { expect, it } from "vitest";
import { describeOnBothEngines } from "./support/running-server.ts";

const listResponse = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const errorSchema = "urn:ietf:params:scim:api:messages:2.0:Error";
const core = "urn:ietf:params:scim:schemas:core:2.0:User";

/** The steps of Okta-SCIM-20-SPEC-Test.json, in order, with the headers that the suite sends. */
describeOnBothEngines("Okta's SPEC suite", (start) => {
  it("passes every step", async () => {
    const server = await start();
    await server.createUser("seed@example.com", {
      name: { givenName: "Seed", familyName: "Person" },
      emails: [{ value: "seed@example.com", primary: true, type: "work" }],
    });
    const reading = {
      "accept-charset": "utf-8",
      "content-type": "application/scim+json; charset=utf-8",
      accept: "application/scim+json",
      "user-agent": "OKTA SCIM Integration",
    };
    const writing = {
      ...reading,
      "content-type": "application/json",
      accept: "application/scim+json; charset=utf-8",
    };
    const get = (path: string, headers = {}) =>
      server.call("GET", path, undefined, { ...reading, ...headers });

    const first = await get("/Users?count=1&startIndex=1");
    expect(first.status).toBe(200);
    expect(first.body.schemas).toContain(listResponse);
    for (const number of [first.body.itemsPerPage, first.body.startIndex, first.body.totalResults]) {
      expect(number).toBeTypeOf("number");
    }
    const [seed] = first.body.Resources;
    expect(seed).toMatchObject({
      name: { familyName: "Person", givenName: "Seed" },
      userName: "seed@example.com",
      active: true,
      emails: [{ value: "seed@example.com" }],
    });
    const read = await get(`/Users/${seed?.id}`);
    expect([read.status, read.body.id]).toEqual([200, seed?.id]);

    const random = "runscope300abc@atko.com";
    const unknown = await get(`/Users?filter=userName eq "${random}"`);
    expect([unknown.status, unknown.body.totalResults, unknown.body.schemas]).toEqual([
      200,
      0,
      [listResponse],
    ]);
    const missing = await get("/Users/010101001010101011001010101011");
    expect([missing.status, missing.body.schemas]).toEqual([404, [errorSchema]]);
    expect(missing.body.detail).not.toBe("");

    const userName = "Runscope300MixedCase@Atko.com";
    const person = {
      schemas: [core],
      userName,
      name: { givenName: "Runscope", familyName: "300" },
      emails: [{ primary: true, value: userName, type: "work" }],
      displayName: "Runscope 300",
      active: true,
    };
    const created = await server.call("POST", "/Users", person, writing);
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ active: true, userName, name: person.name });
    expect(created.body.schemas).toContain(core);
    const again = await get(`/Users/${created.body.id}`);
    expect([again.status, again.body.userName]).toEqual([200, userName]);
    expect((await server.call("POST", "/Users", person, writing)).status).toBe(409);
    const upper = await get(`/Users?filter=userName eq "${userName.toUpperCase()}"`);
    expect([upper.status, upper.body.totalResults]).toEqual([200, 1]);
    expect((await get("/Groups")).status).toBe(200);

    const refused = await get(`/Users?filter=userName eq "${userName}"`, { authorization: "non-token" });
    expect([refused.status, refused.body.status, refused.body.schemas]).toEqual([401, "401", [errorSchema]]);
    expect(refused.body.detail).not.toBe("");
    const fixed = await get("/Users/00919288221112222");
    expect([fixed.status, fixed.body.status, fixed.body.schemas]).toEqual([404, "404", [errorSchema]]);
  });
});
