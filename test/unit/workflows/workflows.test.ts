import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..", "..");
const folder = join(root, ".github", "workflows");
const files = readdirSync(folder).filter((name) => name.endsWith(".yml"));
const goIsHere = spawnSync("go", ["version"]).status === 0;

describe("the workflows", () => {
  it.skipIf(!goIsHere)("pass actionlint (needs Go)", { timeout: 300_000 }, () => {
    const linted = spawnSync(
      "go",
      ["run", "github.com/rhysd/actionlint/cmd/actionlint", ...files.map((name) => join(folder, name))],
      { cwd: join(root, "tools", "actionlint"), encoding: "utf8" },
    );
    expect(linted.stdout + linted.stderr.replaceAll(/^go: downloading .*\n/gm, "")).toBe("");
    expect(linted.status).toBe(0);
  });

  for (const name of files) {
    const text = readFileSync(join(folder, name), "utf8");

    it(`${name} pins every action by commit`, () => {
      const uses = [...text.matchAll(/uses:\s*(\S+)/g)].map((match) => match[1] ?? "");
      expect(uses.length).toBeGreaterThan(0);
      for (const action of uses) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    });

    it(`${name} starts from read-only rights and never runs a fork's code with secrets`, () => {
      expect(text).toMatch(/^permissions:\n {2}contents: read$/m);
      expect(text).not.toMatch(/^ {2}pull_request_target/m);
      expect(text).not.toContain("--show-secrets");
    });
  }
});
