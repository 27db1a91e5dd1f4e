import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { readScopes } from "../../../src/okta/authorization.ts";
import { collectList } from "../../../src/okta/collect-list.ts";
import { createOktaClient, type OktaClient } from "../../../src/okta/okta-client.ts";
import { listSchemaProperties } from "../../../src/okta/schemas.ts";
import { readIfThere, type StartedProcess, startProcess } from "./support/start-process.ts";

const addressSchema = z.object({
  url: z.string(),
  apiToken: z.string(),
  oauth: z.object({ clientId: z.string(), privateKeyPem: z.string(), keyId: z.string() }),
});

let folder: string;
let org: StartedProcess & { readonly ready: z.infer<typeof addressSchema> };
let byToken: OktaClient;
let byKey: OktaClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "okta-scim-client-"));
  const path = join(folder, "address.json");
  org = await startProcess("sandbox/okta/main.ts", ["--data", folder, "--port", "0"], {}, async () => {
    return (await readIfThere(path)) === undefined
      ? undefined
      : addressSchema.parse(JSON.parse(await readFile(path, "utf8")));
  });
  const { url: orgUrl, apiToken, oauth } = org.ready;
  byToken = createOktaClient({ orgUrl, credentials: { kind: "api-token", apiToken } });
  byKey = createOktaClient({ orgUrl, credentials: { kind: "private-key", ...oauth, scopes: readScopes } });
});
afterAll(async () => {
  await org.stop();
  await rm(folder, { recursive: true });
});

describe.each([
  ["an API token", () => byToken],
  ["a service app's private key", () => byKey],
] as const)("an org read with %s", (_name, client) => {
  it("tells people, groups and members", async () => {
    const okta = client();
    const people = await collectList(okta.users.list());
    expect(people.length).toBeGreaterThan(30);
    expect(await okta.users.find("ada@example.com")).toMatchObject({
      status: "ACTIVE",
      profile: { firstName: "Ada" },
    });
    expect(await okta.users.find("nobody@example.com")).toBeUndefined();
    const finance = await okta.groups.findByName("Finance");
    const members = await collectList(okta.groups.listMembers(finance?.id ?? ""));
    expect(members.map(({ profile }) => profile.login)).toContain("ada@example.com");
    const counted = await collectList(okta.groups.list({ query: "Finance", withStatistics: true }));
    expect(counted[0]?._embedded?.stats?.usersCount).toBe(members.length);
    expect(listSchemaProperties(await okta.schemas.getUserSchema()).get("department")).toMatchObject({
      type: "string",
    });
  });

  it("tells what does not exist as Okta does", async () => {
    const okta = client();
    expect(await okta.apps.find("0oaGone0000000000000")).toBeUndefined();
    expect(await okta.connections.find("0oaGone0000000000000")).toBeUndefined();
    expect(await okta.mappings.findUserToApp("0oaGone0000000000000")).toBeUndefined();
    await expect(okta.apps.get("0oaGone0000000000000")).rejects.toMatchObject({
      code: "OKTA_E0000007",
      requestId: expect.stringMatching(/.+/),
    });
  });

  it("tells the System Log of a span of time", async () => {
    const since = new Date(Date.now() - 3_600_000).toISOString();
    const events = await collectList(client().logs.list({ since, until: new Date().toISOString() }));
    for (const { published } of events) expect(published >= since).toBe(true);
  });
});

describe("an org that refuses", () => {
  it("says what is wrong with the token", async () => {
    const wrong = createOktaClient({
      orgUrl: org.ready.url,
      credentials: { kind: "api-token", apiToken: "00wrong-token" },
    });
    await expect(wrong.apps.get("0oa1")).rejects.toMatchObject({
      code: "OKTA_E0000011",
      status: 401,
      remedy: expect.stringContaining("Security > API > Tokens"),
    });
  });

  it("says which scope is missing", async () => {
    const narrow = createOktaClient({
      orgUrl: org.ready.url,
      credentials: { kind: "private-key", ...org.ready.oauth, scopes: ["okta.apps.read"] },
    });
    expect(await collectList(narrow.apps.list())).toEqual([]);
    await expect(narrow.users.find("ada@example.com")).rejects.toMatchObject({
      status: 403,
      remedy: expect.stringContaining("okta.users.read"),
    });
  });

  it("says that the key is not the service app's", async () => {
    const stranger = createOktaClient({
      orgUrl: org.ready.url,
      credentials: { kind: "private-key", ...org.ready.oauth, clientId: "0oaStranger", scopes: readScopes },
    });
    await expect(stranger.apps.find("0oa1")).rejects.toMatchObject({ code: "OKTA_TOKEN_REFUSED" });
  });
});
