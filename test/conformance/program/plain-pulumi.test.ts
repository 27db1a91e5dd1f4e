import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findInstalledEngine } from "../../../src/engine/find-engine.ts";
import { runCommand } from "../../../src/engine/run-command.ts";
import { type StandInPlugins, startStandIns } from "../../../src/engine/stand-in-plugins.ts";
import { readPulumiPreview } from "../../../src/preview/changes/pulumi-preview.ts";
import { NodeLanguageHost } from "./support/node-language-host.ts";
import { OwnStack } from "./support/own-stack.ts";

const engine = await findInstalledEngine({});

let own: OwnStack;
let plugins: StandInPlugins;
beforeAll(async () => {
  if (!("command" in engine)) return;
  own = await OwnStack.create({
    specs: () => ({
      crm: {
        version: 1,
        app: { label: "CRM", catalogName: "scim2headerauth" },
        server: { external: { baseUrl: "http://127.0.0.1:9/scim/v2" } },
        connection: { management: "manual" },
        checks: { mode: "warn" },
      },
    }),
    config: { "okta-scim:tokens": { crm: "t".repeat(40) } },
  });
  mkdirSync(join(own.folder, "state"));
  plugins = await startStandIns(own.folder, ["okta"], process.env);
  const made = await pulumi("stack", "init", "dev", "--non-interactive");
  if (made.exitCode !== 0) throw new Error(made.stderr);
});
afterAll(async () => {
  plugins?.close();
  await own?.remove();
});

/** Runs the CLI in the project, with a backend of its own. */
function pulumi(...command: string[]) {
  if (!("command" in engine)) throw new Error("There is no engine.");
  return runCommand(engine.command.command, command, {
    cwd: own.folder,
    timeout: 200_000,
    env: {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${join(own.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "plain",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DEBUG_PROVIDERS: plugins.attach ?? "",
    },
  });
}

function runOn(host: NodeLanguageHost, ...command: string[]) {
  return pulumi(
    ...command,
    "--stack",
    "dev",
    "--non-interactive",
    "--color",
    "never",
    "--client",
    host.address,
  );
}

describe.skipIf(!("command" in engine))("a plain pulumi up, with nothing of ours in between", () => {
  it("runs stacks/index.ts by the node on PATH, as it is, and the second time changes nothing", async () => {
    using host = await NodeLanguageHost.start(process.execPath, join(own.folder, "stacks", "index.ts"));
    const up = await runOn(host, "up", "--yes", "--skip-preview");
    expect(up.exitCode, `${up.stdout}${up.stderr}${host.output}`).toBe(0);
    expect(await own.okta.apps.find(await own.appId("CRM"))).toMatchObject({ status: "ACTIVE" });
    const again = await runOn(host, "preview", "--json", "--show-sames", "--expect-no-changes");
    expect(again.exitCode, `${again.stdout}${again.stderr}${host.output}`).toBe(0);
    const preview = readPulumiPreview(again.stdout);
    expect(preview).toMatchObject({ stack: "dev", project: "okta-scim" });
    expect(preview?.steps.map(({ name, operation }) => `${operation} ${name}`)).toContain("same crm");
  });

  const old = spawnSync("/usr/bin/node", ["--version"], { encoding: "utf8" }).stdout ?? "";
  it.skipIf(!/^v20\./.test(old))(
    "is run by the Node that npm ci brought where the one on PATH knows no TypeScript",
    async () => {
      using host = await NodeLanguageHost.start("/usr/bin/node", join(own.folder, "stacks", "index.ts"));
      const again = await runOn(host, "preview", "--expect-no-changes");
      expect(again.exitCode, `${again.stdout}${again.stderr}${host.output}`).toBe(0);
      own.writeSpec("crm", { version: 1 });
      const failed = await runOn(host, "preview");
      expect(failed.exitCode).not.toBe(0);
      expect(`${failed.stdout}${host.output}`).toContain("crm.yaml:1:1");
    },
  );
});
