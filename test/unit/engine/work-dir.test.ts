import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { chooseStackPlace } from "../../../src/engine/work-dir.ts";

let folder: string;
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "work-dir-"));
  write(
    "Pulumi.yaml",
    "name: demo\nruntime: { name: nodejs }\nmain: stacks/index.ts\nrequiredPulumiVersion: '>=3.238.0'\n",
  );
  write("Pulumi.dev.yaml", "config:\n  okta-scim:org: sandbox\n  okta-scim:level: 1\n");
  write("Pulumi.prod.yaml", "encryptionsalt: v1:abc\nconfig:\n  okta-scim:org: { orgName: acme }\n");
});
afterEach(() => rmSync(folder, { recursive: true }));
const alone = () => ({ HOME: folder });

describe("where a stack lives", () => {
  it("the sandbox's in .sandbox/, with a passphrase nobody else can read", async () => {
    const place = await chooseStackPlace(folder, "dev", alone());
    expect(place.workDir).toBe(join(folder, ".sandbox/pulumi/dev"));
    expect(place.environment["PULUMI_BACKEND_URL"]).toBe(`file://${join(folder, ".sandbox/pulumi/state")}`);
    const passphrase = place.environment["PULUMI_CONFIG_PASSPHRASE_FILE"] ?? "";
    expect(statSync(passphrase).mode & 0o777).toBe(0o600);
    const before = readFileSync(passphrase, "utf8");
    await chooseStackPlace(folder, "dev", alone());
    expect(readFileSync(passphrase, "utf8")).toBe(before);
    expect(parse(readFileSync(join(place.workDir, "Pulumi.yaml"), "utf8"))).toEqual({
      name: "demo",
      runtime: "nodejs",
      requiredPulumiVersion: ">=3.238.0",
    });
  });

  it("with the user's configuration, and the salt that the engine wrote into the copy", async () => {
    const { workDir } = await chooseStackPlace(folder, "dev", alone());
    const copy = join(workDir, "Pulumi.dev.yaml");
    writeFileSync(copy, `encryptionsalt: v1:mine\n${readFileSync(copy, "utf8")}`);
    write("Pulumi.dev.yaml", "config:\n  okta-scim:org: sandbox\n  okta-scim:level: 2\n");
    await chooseStackPlace(folder, "dev", alone());
    expect(parse(readFileSync(copy, "utf8"))).toEqual({
      encryptionsalt: "v1:mine",
      config: { "okta-scim:org": "sandbox", "okta-scim:level": 2 },
    });
  });

  it("every other stack in the repository, with the user's own backend", async () => {
    expect(await chooseStackPlace(folder, "prod", alone())).toEqual({
      workDir: folder,
      environment: {},
      stateDir: undefined,
      project: "demo",
    });
  });

  it.each([
    ["PULUMI_BACKEND_URL", () => ({ ...alone(), PULUMI_BACKEND_URL: "s3://states" })],
    [
      "a login",
      () => {
        mkdirSync(join(folder, ".pulumi"));
        write(".pulumi/credentials.json", '{"current":"https://api.pulumi.com"}');
        return alone();
      },
    ],
  ])("the sandbox's as well, for a user with %s", async (_name, environment) => {
    expect(await chooseStackPlace(folder, "dev", environment())).toMatchObject({
      workDir: folder,
      stateDir: undefined,
    });
  });

  it("says which file is no YAML", async () => {
    write("Pulumi.dev.yaml", "config: [\n");
    await expect(chooseStackPlace(folder, "dev", alone())).rejects.toMatchObject({
      code: "ENGINE_PROJECT_INVALID",
      message: expect.stringContaining("Pulumi.dev.yaml"),
    });
  });
});
