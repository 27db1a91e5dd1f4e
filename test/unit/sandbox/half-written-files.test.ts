import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runOrg } from "../../../sandbox/okta/run-org.ts";
import { RecordStore, volumeRecord } from "../../../sandbox/plugins/docker/process/process-store.ts";
import { readEmulatedOrgAddress } from "../../../src/services/emulated-org.ts";

const orgFile = join(import.meta.dirname, "../../../sandbox/org.yaml");

let project: string;
let folder: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "okta-scim-"));
  folder = join(project, ".sandbox", "okta");
  mkdirSync(folder, { recursive: true });
});
afterEach(() => rmSync(project, { recursive: true }));

describe("what a machine that lost its power left of the sandbox's files", () => {
  it.each(["", '{"url":"http://127.0.'])("is made anew by the org's next start (%j)", async (rest) => {
    for (const name of ["address.json", "service-app.json"]) writeFileSync(join(folder, name), rest);
    writeFileSync(join(folder, "api-token"), "");
    expect(await readEmulatedOrgAddress(project)).toBeUndefined();

    const stop = await runOrg({ folder, orgFile, port: 0 });
    const address = await readEmulatedOrgAddress(project);
    expect(address?.apiToken).toMatch(/^00\w{40}$/);
    const me = await fetch(`${address?.url}/api/v1/users/me`, {
      headers: { authorization: `SSWS ${address?.apiToken}` },
    });
    expect(me.status).toBe(200);
    expect(JSON.parse(readFileSync(join(folder, "service-app.json"), "utf8"))).toMatchObject({
      privateKeyPem: expect.stringContaining("PRIVATE KEY"),
    });
    await stop();
  });

  it("is no container, volume or network of the docker stand-in", async () => {
    const volumes = new RecordStore(join(folder, "volumes"), volumeRecord);
    await volumes.write("data", { name: "data", labels: {} });
    writeFileSync(join(folder, "volumes", "config.json"), '{"name":"con');
    expect(await volumes.list()).toEqual([{ name: "data", labels: {} }]);
    expect(await volumes.read("config")).toBeUndefined();
  });
});
