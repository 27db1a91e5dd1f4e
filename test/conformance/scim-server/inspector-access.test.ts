import { get } from "node:http";
import { describe, expect, it } from "vitest";
import { StorageUnavailableError } from "../../../scim-server/src/storage/storage.ts";
import { override, RunningServer, sha256, tenantsFile } from "./support/running-server.ts";

function withInspector(access: object): string {
  return JSON.stringify({ ...JSON.parse(tenantsFile()), inspector: access });
}

describe("inspector access", () => {
  it("is off, or asks for its own token, as configured", async () => {
    const off = await RunningServer.start("sqlite", withInspector({ access: "off" }));
    expect((await off.request("GET", "/inspector")).status).toBe(403);
    await off.stop();
    const guarded = await RunningServer.start(
      "sqlite",
      withInspector({ access: "token", sha256: [sha256("admin")] }),
    );
    const as = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });
    const refused = await guarded.request("GET", "/inspector");
    expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([
      401,
      expect.stringContaining("Basic"),
    ]);
    expect((await guarded.request("GET", "/inspector", undefined, as("me:wrong"))).status).toBe(401);
    expect((await guarded.request("GET", "/inspector", undefined, as("me:admin"))).status).toBe(200);
    const guesses = [];
    for (let index = 0; index < 62; index += 1) {
      guesses.push((await guarded.request("GET", "/inspector", undefined, as(`me:${index}`))).status);
    }
    expect([guesses[0], guesses.at(-1)]).toEqual([401, 429]);
    expect((await guarded.request("GET", "/inspector", undefined, as("me:admin"))).status).toBe(200);
    await guarded.stop();
  });

  it("by loopback is for this machine alone: not through a proxy on it, nor by a name from elsewhere", async () => {
    const server = await RunningServer.start("sqlite", withInspector({ access: "loopback" }));
    const { port } = new URL(server.url);
    const statusOf = (headers: Record<string, string>): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        get({ host: "127.0.0.1", port, path: "/inspector", headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).once("error", reject);
      });
    expect(await statusOf({})).toBe(200);
    expect(await statusOf({ host: `localhost:${port}` })).toBe(200);
    for (const headers of [
      { "x-forwarded-for": "203.0.113.9" },
      { forwarded: "for=203.0.113.9" },
      { "x-real-ip": "203.0.113.9" },
      { host: "rebound.example.com" },
      { host: "127.0.0.1.example.com" },
    ]) {
      expect(await statusOf(headers), JSON.stringify(headers)).toBe(403);
    }
    await server.stop();
  });
});

describe("the inspector while something fails", () => {
  it("shows people a page, also where there is none and while the storage is away", async () => {
    let isAway = false;
    const server = await RunningServer.start("sqlite", tenantsFile(), (storage) =>
      override(storage, {
        list: (tenant, query) => {
          if (isAway) throw new StorageUnavailableError(new Error("away"));
          return storage.list(tenant, query);
        },
      }),
    );
    const look = async (path: string) => {
      const { status, headers, text } = await server.request("GET", path);
      return [status, headers.get("content-type"), /<h1>([^<]*)/.exec(text)?.[1]];
    };
    const html = "text/html; charset=utf-8";
    expect(await look("/inspector/payroll/users")).toEqual([200, html, "People"]);
    expect(await look("/inspector/no/such/page")).toEqual([404, html, "Not found"]);
    isAway = true;
    expect(await look("/inspector/payroll/users")).toEqual([503, html, "That did not work"]);
    await server.stop();
  });
});
