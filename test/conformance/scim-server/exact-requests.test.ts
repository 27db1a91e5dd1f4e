import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, it } from "vitest";
import { describeOnBothEngines, enterprise, type RunningServer, token } from "./support/running-server.ts";

/** The whole answer to bytes that no HTTP client would send; the request must ask for the connection to be closed. */
function send(server: RunningServer, ...lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    socket.on("data", (chunk) => {
      answer += chunk.toString();
    });
    socket.once("close", () => resolve(answer));
    socket.once("error", reject);
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  });
}

/** What is read otherwise than it was meant is worse than what is refused. */
describeOnBothEngines("requests are taken as they are meant, or refused", (start) => {
  let server: RunningServer;
  let count = 0;
  const unique = (name: string): string => `${name}-${++count}@example.com`;
  const found = async (filter: string): Promise<number> =>
    (await server.filter("Users", filter, "&count=0")).body.totalResults;

  beforeAll(async () => {
    server = await start();
  });

  it("a body in another encoding than UTF-8, or compressed, is refused, and nothing of it stored", async () => {
    const post = async (body: Buffer, headers: Readonly<Record<string, string>>): Promise<unknown> => {
      const response = await fetch(`${server.url}/payroll/scim/v2/Users`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, ...headers },
        body: new Uint8Array(body),
      });
      return [response.status, JSON.parse(await response.text())["scimType"]];
    };
    const json = JSON.stringify({ userName: "müller@example.com" });
    const latin = { "content-type": "application/scim+json; charset=iso-8859-1" };
    const plain = { "content-type": "application/scim+json" };
    expect(await post(Buffer.from(json, "latin1"), plain)).toEqual([400, "invalidSyntax"]);
    expect(await post(Buffer.from(json, "latin1"), latin)).toEqual([415, undefined]);
    const compressed = { ...plain, "content-encoding": "gzip" };
    expect(await post(gzipSync(json), compressed)).toEqual([415, undefined]);
    expect(await post(Buffer.from(json), compressed)).toEqual([415, undefined]);
    expect(await found('userName co "ller@example.com"')).toBe(0);
    const capital = {
      "content-type": 'Application/SCIM+JSON; Charset="UTF-8"',
      "content-encoding": "identity",
    };
    expect(await post(Buffer.from(json), capital)).toEqual([201, undefined]);
    expect(await found('userName eq "MÜLLER@example.com"')).toBe(1);
  });

  it("a body that is too large is answered 413 when it was sent, on a connection that goes on", async () => {
    const body = JSON.stringify({ userName: "x".repeat(20_000_000) });
    for (const path of ["/Users", "/Bulk", "/Users"]) {
      const answer = await server.call("POST", path, body);
      expect([answer.status, answer.body.status], path).toEqual([413, "413"]);
      expect(answer.headers.get("connection"), path).not.toBe("close");
    }
  });

  it("a manager that is an empty text is none", async () => {
    const id = await server.createUser(unique("managed"), { [enterprise]: { manager: "", department: "x" } });
    expect((await server.call("GET", `/Users/${id}`)).body[enterprise]).toEqual({ department: "x" });
    const set = (value: unknown) =>
      server.patch(`/Users/${id}`, { op: "Replace", path: `${enterprise}:manager`, value });
    expect((await set("boss")).body[enterprise]).toMatchObject({ manager: { value: "boss" } });
    expect((await set("")).body[enterprise]).toEqual({ department: "x" });
  });

  it("parameters count whatever the case of their names: a filter never goes unheard", async () => {
    await server.createUser(unique("named"));
    const ask = async (query: string) => (await server.call("GET", `/Users?${query}`)).body;
    expect((await ask("Filter=userName%20eq%20%22nobody%22")).totalResults).toBe(0);
    expect((await ask("COUNT=0&startindex=3")).Resources).toEqual([]);
    expect((await ask("filter=userName%20pr&FILTER=title%20pr")).scimType).toBe("invalidValue");
    for (const number of ["0x10", "1e3", "%20", "1.5", "NaN"]) {
      expect((await ask(`count=${number}`)).scimType, number).toBe("invalidValue");
    }
    expect((await ask("startIndex=9007199254740993")).itemsPerPage).toBe(0);
  });

  it("If-None-Match holds a write back from the version it names, and If-Match a read from another", async () => {
    const userName = unique("condition");
    const id = await server.createUser(userName);
    const body = { Operations: [{ op: "add", path: "title", value: "x" }] };
    for (const tag of ['W/"1"', '"1"', 'W/"7", W/"1"', "*"]) {
      const header = { "if-none-match": tag };
      const patched = await server.call("PATCH", `/Users/${id}`, body, header);
      expect([patched.status, patched.body.status], tag).toEqual([412, "412"]);
      expect((await server.call("PUT", `/Users/${id}`, { userName, title: "x" }, header)).status).toBe(412);
      expect((await server.call("DELETE", `/Users/${id}`, undefined, header)).status).toBe(412);
    }
    expect((await server.call("GET", `/Users/${id}`, undefined, { "if-match": 'W/"2"' })).status).toBe(412);
    expect((await server.call("GET", `/Users/${id}`, undefined, { "if-match": 'W/"1"' })).status).toBe(200);
    expect((await server.call("PATCH", `/Users/${id}`, body, { "if-none-match": 'W/"2"' })).status).toBe(200);
  });

  it("two Host headers, and transfer codings that would not be undone, are refused", async () => {
    const head = ["Host: a", `Authorization: Bearer ${token}`, "Connection: close"];
    const users = "/payroll/scim/v2/Users";
    const hosts = await send(server, `GET ${users} HTTP/1.1`, ...head, "Host: b");
    expect(hosts).toMatch(/^HTTP\/1\.1 400 .*"status":"400"\}$/s);
    const coded = ["Content-Type: application/scim+json", "Transfer-Encoding: gzip, chunked"];
    const chunks = "2\r\n{}\r\n0";
    const coding = await send(server, `POST ${users}/.search HTTP/1.1`, ...head, ...coded, "", chunks);
    expect(coding).toMatch(/^HTTP\/1\.1 501 .*"status":"501"\}$/s);
  });

  it("paths beside SCIM's own answer 405 with Allow, to those who may know of them", async () => {
    const paths = [
      ["/healthz", "GET, HEAD"],
      ["/readyz", "GET, HEAD"],
      ["/metrics", "GET, HEAD"],
      ["/inspector", "GET, HEAD"],
      ["/inspector/payroll/users/x", "GET, HEAD"],
      ["/payroll/changes", "GET, HEAD"],
      ["/payroll/audit", "GET, HEAD"],
      ["/payroll/evidence", "GET, HEAD"],
      ["/payroll/webhooks", "GET, HEAD"],
      ["/payroll/webhooks/any/replay", "POST"],
    ] as const;
    for (const [path, allow] of paths) {
      const answer = await server.request("DELETE", path, undefined, { authorization: `Bearer ${token}` });
      expect([answer.status, answer.headers.get("allow"), answer.body.status], path).toEqual([
        405,
        allow,
        "405",
      ]);
      const isTenants = path.startsWith("/payroll");
      expect((await server.request("DELETE", path)).status, path).toBe(isTenants ? 401 : 405);
    }
  });

  it("text that is too long to be found by is refused by either engine, other text is not", async () => {
    // Random, because PostgreSQL compresses what it can before it measures.
    const long = Array.from({ length: 3000 }, () => Math.random().toString(36).charAt(5)).join("");
    for (const attribute of [
      { userName: long },
      { externalId: long },
      { displayName: long },
      { emails: [{ value: long }] },
    ]) {
      const answer = await server.call("POST", "/Users", { userName: unique("long"), ...attribute });
      expect([answer.status, answer.body.scimType], Object.keys(attribute)[0]).toEqual([400, "invalidValue"]);
    }
    const longest = `${"ä".repeat(1023)}`;
    const id = await server.createUser(`x${longest}`, { externalId: longest, title: long, nickName: long });
    expect((await server.call("GET", `/Users/${id}`)).body.title).toBe(long);
    expect(await found(`externalId eq "${longest}"`)).toBe(1);
  });

  it("names are the same whatever the case, width and place in the word of their letters", async () => {
    for (const [name, same] of [
      ["ΝΙΚΟΣ.Π@example.gr", "νικος.π@example.gr"],
      ["ａｄａ@example.com", "ADA@EXAMPLE.COM"],
      ["ｶﾞ@example.jp", "ガ@example.jp"],
    ] as const) {
      const id = await server.createUser(name, { emails: [{ value: name }] });
      const again = await server.call("POST", "/Users", { userName: same });
      expect([again.status, again.body.scimType], same).toEqual([409, "uniqueness"]);
      for (const filter of [`userName eq "${same}"`, `emails.value eq "${same}"`, `emails co "${same}"`]) {
        expect((await server.filter("Users", filter)).body.Resources[0]?.id, filter).toBe(id);
      }
      expect((await server.call("GET", `/Users/${id}`)).body.userName).toBe(name);
    }
    // A capital sigma at the end of what is looked for stands for either of the small ones.
    expect(await found('userName sw "ΝΙΚΟΣ"')).toBe(1);
  });
});
