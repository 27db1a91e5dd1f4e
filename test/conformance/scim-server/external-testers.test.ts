import { execFile, execFileSync } from "node:child_process";
import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import {
  describeOnBothEngines,
  type RunningServer,
  sha256,
  tenantsFile,
  token,
} from "./support/running-server.ts";

const run = promisify(execFile);

/** The testers, pinned; they are installed into a folder that later runs use again. */
const packages = ["scim2-cli==0.6.0", "scim2-tester==0.5.2", "scim-sanity==0.7.4"];
const folder = join(tmpdir(), `okta-scim-testers-${sha256(packages.join()).slice(0, 12)}`);

/** Installs the testers. Answers why that cannot be, where it cannot. */
function install(): string | undefined {
  if (existsSync(folder)) return undefined;
  const fresh = `${folder}-${process.pid}`;
  try {
    execFileSync("python3", ["-m", "venv", fresh], { stdio: "ignore" });
    execFileSync(join(fresh, "bin/pip"), ["install", "--quiet", ...packages], {
      stdio: "ignore",
      timeout: 110_000,
    });
    renameSync(fresh, folder);
    return undefined;
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    return error instanceof Error ? error.message.split("\n")[0] : String(error);
  }
}

const reason = install();
if (reason !== undefined) console.warn(`The external testers cannot be installed: ${reason}`);

/** Runs a tester; its output, whatever it found. Scripts in a moved venv keep its old path, so python runs them. */
async function runTester(script: string, options: readonly string[], variables = {}): Promise<string> {
  try {
    const { stdout } = await run(join(folder, "bin/python"), [join(folder, "bin", script), ...options], {
      env: { ...process.env, NO_COLOR: "1", ...variables },
      maxBuffer: 50_000_000,
    });
    return stdout;
  } catch (error) {
    if (error instanceof Error && "stdout" in error) return String(error.stdout);
    throw error;
  }
}

describeOnBothEngines("external testers", (start) => {
  // The testers read what Location says, so the public URL has to be the one they call.
  // No attribute with several values: scim2-tester adds one twice and expects only the second to be there.
  const attributes = [{ schema: "urn:example:hr:2.0:User", name: "shift", type: "integer" }];
  const baseUrlOf = async (server: RunningServer): Promise<string> => {
    writeFileSync(server.configFile, tenantsFile({ publicUrl: `${server.url}/payroll`, attributes }));
    await expect
      .poll(async () => (await server.call("GET", "/ServiceProviderConfig")).text, { timeout: 5000 })
      .toContain(server.url);
    return `${server.url}/payroll/scim/v2`;
  };

  it.skipIf(reason !== undefined)("scim2-tester finds no error", async () => {
    const url = await baseUrlOf(await start());
    const output = await runTester("scim2", ["--url", url, "test"], {
      SCIM_CLI_HEADERS: `Authorization: Bearer ${token}`,
    });
    const outcomes =
      output.match(/^(SUCCESS|ERROR|CRITICAL|DEVIATION|COMPLIANT|SKIPPED|ACCEPTABLE)\b.*$/gm) ?? [];
    expect(outcomes.length).toBeGreaterThan(100);
    expect(
      outcomes.filter((line) => !/^(SUCCESS|COMPLIANT|SKIPPED)/.test(line)),
      output.match(/^ERROR.*(\n {2}.*)*/gm)?.join() ?? output.slice(-3000),
    ).toEqual([]);
  });

  it.skipIf(reason !== undefined)("scim-sanity --strict finds no failure", async () => {
    const url = await baseUrlOf(await start());
    const options = ["probe", url, "--token", token, "--strict", "--i-accept-side-effects", "--json-output"];
    const output = await runTester("scim-sanity", options);
    expect(readSummary(output), output.slice(-3000)).toMatchObject({
      failed: 0,
      errors: 0,
      warnings: 0,
      passed: 28,
    });
  });
});

function readSummary(output: string): unknown {
  const report: unknown = JSON.parse(output);
  return typeof report === "object" && report !== null && "summary" in report ? report.summary : undefined;
}
