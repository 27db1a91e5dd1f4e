import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { get as getPlain } from "node:http";
import { get } from "node:https";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { findPostgres, TemporaryPostgres } from "./support/postgres.ts";
import { RunningServer, tenantsFile, token } from "./support/running-server.ts";
import { ServerFolder } from "./support/server-process.ts";

const folders: ServerFolder[] = [];

function makeFolder(...options: ConstructorParameters<typeof ServerFolder>): ServerFolder {
  const folder = new ServerFolder(...options);
  folders.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of folders) folder.remove();
});

/** Answers once the server has taken the request, which `100 Continue` says; its status comes when it is answered. */
async function openPoll(url: string): Promise<{ readonly status: Promise<number | undefined> }> {
  const headers = { authorization: `Bearer ${token}`, expect: "100-continue" };
  const request = getPlain(url, { headers });
  const status = new Promise<number | undefined>((resolve, reject) => {
    request.once("response", (response) => resolve(response.resume().statusCode)).once("error", reject);
  });
  await once(request, "continue");
  return { status };
}

describe("operation", () => {
  it("answers what is in flight when stopped, and ends with 0", async () => {
    const folder = makeFolder();
    const server = await folder.start();
    const poll = await openPoll(`${server.url}/payroll/changes?after=0&wait=30`);
    const creations = Array.from({ length: 50 }, (_, index) =>
      server.call("POST", "/scim/v2/Users", { userName: `stop-${index}` }).then(
        ({ status }) => status,
        () => undefined,
      ),
    );
    await Promise.race(creations);
    expect(await server.stop()).toBe(0);
    const statuses = await Promise.all(creations);
    expect(await poll.status).toBe(200);
    const again = await folder.start();
    const list = await (await again.call("GET", "/scim/v2/Users?count=0")).text();
    const stored = Number(/"totalResults":(\d+)/.exec(list)?.[1]);
    expect(stored).toBeGreaterThanOrEqual(statuses.filter((status) => status === 201).length);
    await again.stop();
  });

  it("logs each request with its outcome, and neither people nor credentials", async () => {
    const server = await makeFolder().start();
    await server.call("POST", "/scim/v2/Users", { userName: "grace@example.com", password: "pw-in-body" });
    await server.call(
      "GET",
      `/scim/v2/Users?filter=${encodeURIComponent('userName eq "grace@example.com"')}`,
    );
    await server.stop();
    const log = server.log.join("\n");
    expect(log).toMatch(/"method":"POST","route":"\/:tenant\/scim\/v2\/Users","status":201/);
    expect(log).not.toMatch(/grace|pw-in-body|a-token-for-tests/);
  });

  it("ends, and says what to do, when it cannot listen or has no certificate", async () => {
    const server = await makeFolder().start();
    const taken = makeFolder({ variables: { SCIM_SERVER_PORT: new URL(server.url).port } });
    const refused = await taken.run("serve");
    expect(refused).toMatchObject({ code: 1, output: expect.stringContaining("Choose a free port") });
    await server.stop();
    const files = { SCIM_SERVER_TLS_CERTIFICATE_FILE: "/nowhere", SCIM_SERVER_TLS_KEY_FILE: "/nowhere" };
    const bare = await makeFolder({ variables: files }).run("serve");
    expect(bare).toMatchObject({ code: 1, output: expect.stringContaining("TLS cannot be used: ENOENT") });
  });

  it("refuses settings it cannot use, by the variable's name", async () => {
    const folder = makeFolder({ variables: { SCIM_SERVER_PORT: "many" } });
    const { code, output } = await folder.run("serve");
    expect([code, output.includes("SCIM_SERVER_PORT")]).toEqual([1, true]);
    expect((await folder.run("--help")).code).toBe(0);
    expect((await folder.run("nonsense")).code).toBe(2);
  });

  it("serves TLS by its own certificate", async () => {
    const folder = makeFolder({
      variables: { SCIM_SERVER_TLS_CERTIFICATE_FILE: "cert.pem", SCIM_SERVER_TLS_KEY_FILE: "key.pem" },
    });
    const [certificate, key] = [join(folder.path, "cert.pem"), join(folder.path, "key.pem")];
    const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"];
    execFileSync("openssl", [...request, ...subject, "-keyout", key, "-out", certificate], {
      stdio: "ignore",
    });
    const tls = makeFolder({
      variables: { SCIM_SERVER_TLS_CERTIFICATE_FILE: certificate, SCIM_SERVER_TLS_KEY_FILE: key },
    });
    const server = await tls.start();
    const status = await new Promise((resolve, reject) => {
      get(`${server.url}/healthz`, { ca: readFileSync(certificate) }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).once("error", reject);
    });
    expect(status).toBe(200);
    await server.stop();
    // Its two days are fewer than whoever renews certificates leaves.
    expect(server.log.join("\n")).toContain("the certificate expires soon");
  });

  it("limits a token's rate with a Retry-After that Okta obeys", async () => {
    const server = await RunningServer.start(
      "sqlite",
      tenantsFile({ rateLimit: { requestsPerSecond: 1, burst: 3 } }),
    );
    const answers = [];
    for (let index = 0; index < 5; index += 1) answers.push(await server.call("GET", "/Users"));
    expect(answers.slice(0, 3).map(({ status }) => status)).toEqual([200, 200, 200]);
    const refused = answers[4];
    expect([refused?.status, refused?.body.status]).toEqual([429, "429"]);
    expect(refused?.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    await server.stop();
  });
});

const programs = findPostgres();

describe.skipIf(programs === undefined)("two servers on one PostgreSQL", () => {
  it("start at once on an empty database, and see each other's writes at once", async () => {
    const postgres = await TemporaryPostgres.start(programs ?? "");
    const storageUrl = await postgres.createDatabase();
    const [first, second] = await Promise.all([
      makeFolder({ storageUrl }).start(),
      makeFolder({ storageUrl }).start(),
    ]);
    const servers = [first, second];
    const outcomes = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        servers[index % 2]?.call("POST", "/scim/v2/Users", { userName: "Twice@example.com" }),
      ),
    );
    expect(outcomes.map((answer) => answer?.status).toSorted()).toEqual([
      201,
      ...Array.from({ length: 15 }, () => 409),
    ]);
    for (let index = 0; index < 20; index += 1) {
      const created = await first.call("POST", "/scim/v2/Users", { userName: `n-${index}` });
      const id = /"id":"([^"]+)"/.exec(await created.text())?.[1];
      expect((await second.call("GET", `/scim/v2/Users/${id}`)).status).toBe(200);
    }
    const poll = second.call("GET", "/changes?after=21&wait=10");
    await first.call("POST", "/scim/v2/Users", { userName: "polled" });
    expect(await (await poll).text()).toContain('"sequence":22');
    expect(await Promise.all(servers.map((server) => server.stop()))).toEqual([0, 0]);
    await postgres.stop();
  });
});
