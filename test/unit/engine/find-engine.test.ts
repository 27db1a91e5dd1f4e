import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { choosePlugins } from "../../../src/engine/choose-plugins.ts";
import { engineCommand, engineRoot } from "../../../src/engine/engine-version.ts";
import { type EngineProgress, findEngine } from "../../../src/engine/find-engine.ts";

let folder: string;
let cacheDir: string;
let projectDir: string;

/** A command that does as a shell script says. */
function install(path: string, script: string): void {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

const pulumi = (version: string) => `[ "$1" = version ] && echo v${version}`;
/** A `go` that "compiles" a pulumi: the argument after -o is the file to make. */
const workingGo = `
[ "$1" = version ] && exit 0
while [ "$1" != -o ]; do shift; done
echo github.com/pulumi/pulumi/pkg/v3/engine >&2
sleep 0.3
printf '#!/bin/sh\\necho v3.256.0\\n' > "$2" && chmod +x "$2"`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "engine-"));
  cacheDir = join(folder, "cache");
  projectDir = join(folder, "project");
  mkdirSync(join(projectDir, "tools"), { recursive: true });
  // Nothing but what a test installs, and the system's shell.
  vi.stubEnv("PATH", `${join(folder, "bin")}:/usr/bin:/bin`);
  vi.stubEnv("HOME", folder);
  vi.stubEnv("PULUMI_HOME", join(folder, "pulumi-home"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

// Offline, wherever the tests run.
vi.mock("../../../src/engine/download-host.ts", () => ({
  downloadHost: "get.pulumi.com",
  isDownloadHostKnown: async () => false,
}));

describe("the engine is found", () => {
  it("on PATH", async () => {
    install(join(folder, "bin/pulumi"), pulumi("3.250.0"));
    await expect(findEngine({ projectDir, cacheDir })).resolves.toMatchObject({
      source: "path",
      version: "3.250.0",
    });
  });

  it("in the cache, when the one on PATH is too old", async () => {
    install(join(folder, "bin/pulumi"), pulumi("3.100.0"));
    install(engineCommand(engineRoot(cacheDir)), pulumi("3.256.0"));
    const engine = await findEngine({ projectDir, cacheDir });
    expect(engine).toMatchObject({ source: "cache", version: "3.256.0" });
    expect(engine.command.command).toBe(engineCommand(engineRoot(cacheDir)));
  });

  it("by building it, once, when two ask at the same time", async () => {
    install(join(folder, "bin/go"), workingGo);
    const steps: EngineProgress[] = [];
    const find = () => findEngine({ projectDir, cacheDir, onProgress: (step) => steps.push(step) });
    const engines = await Promise.all([find(), find()]);
    expect(engines.map((engine) => engine.source).sort()).toEqual(["build", "cache"]);
    expect(steps).toContainEqual(expect.objectContaining({ step: "build", once: true, packages: 1 }));
    expect(readdirSync(join(engineRoot(cacheDir), "bin"))).toEqual(["pulumi"]);
    expect(existsSync(`${engineRoot(cacheDir)}.lock`)).toBe(false);
  });

  it("or not, and then every way out is told", async () => {
    install(
      join(folder, "bin/go"),
      '[ "$1" = version ] && exit 0\necho "no space left on device" >&2; exit 1',
    );
    const error = await findEngine({ projectDir, cacheDir }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "ENGINE_NOT_FOUND" });
    expect(String(error).replaceAll(folder, "<folder>")).toMatchInlineSnapshot(`
      "EngineError: No Pulumi engine could be had.
        - PATH: no pulumi that runs
        - cache <folder>/cache/v3.256.0/bin: not there
        - official download: get.pulumi.com can't be reached from here
        - build from source: go build failed: no space left on device"
    `);
    expect(Object(error).remedy).toMatchInlineSnapshot(
      `"One of: install the Pulumi CLI so that \`pulumi version\` works (https://www.pulumi.com/docs/iac/download-install/); let this machine reach get.pulumi.com; or install Go (https://go.dev/dl/) so that it can be built from source."`,
    );
  });
});

describe("plugins", () => {
  it("are stand-ins where nothing can be downloaded, and the refusal is remembered for a while", async () => {
    install(engineCommand(engineRoot(cacheDir)), `${pulumi("3.256.0")} || exit 1`);
    const engine = await findEngine({ projectDir, cacheDir });
    const choice = await choosePlugins(engine, { cacheDir, now: 1000 });
    expect(choice).toEqual({
      standIns: ["okta", "docker"],
      line: "stand-ins for the okta and docker plugins, which can't be downloaded here",
    });
    expect(await choosePlugins(engine, { cacheDir, now: 2000 })).toEqual(choice);
    expect(existsSync(join(cacheDir, "refused-plugins.json"))).toBe(true);
  });

  it("are the official ones where they are installed, each by itself", async () => {
    install(engineCommand(engineRoot(cacheDir)), pulumi("3.256.0"));
    install(join(folder, "bin/pulumi-resource-docker"), "true");
    const engine = await findEngine({ projectDir, cacheDir });
    const choice = await choosePlugins(engine, { cacheDir });
    expect(choice.standIns).toEqual(["okta"]);
    expect(choice.line).toMatch(/^official plugins: docker \d.*; stand-ins for the okta plugin/);
  });
});
