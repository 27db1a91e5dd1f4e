import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { KNOWN_DIFFERENCES } from "./known-differences.ts";
import { replayRecording } from "./replay-recording.ts";
import { startOrg, type TestOrg } from "./start-org.ts";

const FOLDER = new URL("../../fixtures/okta-recordings/", import.meta.url);

/** What a recording found in its org, made anew: recorded id -> the emulated org's id. */
const PREPARATIONS: Readonly<Record<string, (org: TestOrg) => Promise<[recorded: string, own: string][]>>> = {
  TestAccResourceOktaAppConnection_cru: async (org) => [
    ["0oarblaf7hWdLawNg1d7", await createApp(org, "zscalerbyz")],
  ],
  TestAccOktaAppFeatures_basic: async (org) => {
    const id = await createApp(org, "zscalerbyz");
    org.store.settings.saveConnection({
      appId: id,
      authScheme: "TOKEN",
      status: "ENABLED",
      baseUrl: "https://example.com/scim/v2",
      authentication: "bearer",
      token: "secret",
      username: null,
      oauth2: null,
      setBy: "api",
    });
    return [["0oarblaf7hWdLawNg1d7", id]];
  },
  TestAccResourceOktaProfileMapping_crud: async (org) => [
    ["0oakwu9spi8BVSvfA1d7", await createApp(org, "pagerduty")],
  ],
};

async function createApp(org: TestOrg, name: string): Promise<string> {
  const answer = await fetch(`${org.url}/api/v1/apps`, {
    method: "POST",
    headers: { authorization: `SSWS ${org.token}`, "content-type": "application/json" },
    body: JSON.stringify({ name, label: `${name} of a recording`, signOnMode: "AUTO_LOGIN" }),
  });
  expect(answer.status).toBe(200);
  const { id }: { id: string } = JSON.parse(await answer.text());
  return id;
}

describe("recordings of real Okta orgs", () => {
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".yaml"))) {
    test(file, async () => {
      const org = await startOrg();
      try {
        const name = file.split(".")[0] ?? file;
        const ids = new Map(await (PREPARATIONS[name]?.(org) ?? []));
        const { differences } = await replayRecording(org, new URL(file, FOLDER), ids);
        expect(differences).toEqual((KNOWN_DIFFERENCES[name] ?? []).map(({ difference }) => difference));
      } finally {
        await org.stop();
      }
    });
  }
});
