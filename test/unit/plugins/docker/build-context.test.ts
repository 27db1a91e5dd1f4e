import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { collectContext, hashContext } from "../../../../sandbox/plugins/docker/build/build-context.ts";
import { parseDockerignore } from "../../../../sandbox/plugins/docker/build/dockerignore.ts";
import { writeTar } from "../../../../sandbox/plugins/docker/build/tar.ts";

describe("a build context", () => {
  let folder: string;
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "context-"));
    write("Dockerfile", "FROM scratch\n");
    write("src/a.ts", "a");
    write("build/server.mjs", "server");
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const collect = async () => collectContext(folder, join(folder, "Dockerfile"));
  const paths = async () => (await collect()).entries.map((entry) => entry.path);

  it("leaves out what .dockerignore says, never the Dockerfile", async () => {
    write(".dockerignore", "# all but\n*\n!build\n");
    expect(await paths()).toEqual(["Dockerfile", "build", "build/server.mjs"]);
  });

  it.each([
    ["*.md", "README.md", true],
    ["*.md", "docs/README.md", false],
    ["**/*.md", "docs/README.md", true],
    ["**/*.md", "README.md", true],
    ["docs", "docs/a/b.txt", true],
    ["/docs/", "docs/a.txt", true],
    ["doc?", "docs", true],
    ["docs/*\n!docs/keep.txt", "docs/keep.txt", false],
    ["!docs\ndocs", "docs/a", true],
    ["a.b", "axb", false],
    ["[ab].txt", "b.txt", true],
  ])("pattern %j on %s: ignored is %s", (patterns, path, expected) => {
    expect(parseDockerignore(patterns).ignores(path)).toBe(expected);
  });

  it("has a hash that follows content and permission to execute, nothing else", async () => {
    const hash = async () => hashContext(await collect());
    const before = await hash();
    write("src/a.ts", "a");
    expect(await hash()).toBe(before);
    chmodSync(join(folder, "src/a.ts"), 0o600);
    expect(await hash()).toBe(before);
    chmodSync(join(folder, "src/a.ts"), 0o755);
    const executable = await hash();
    expect(executable).not.toBe(before);
    write("src/a.ts", "b");
    expect(await hash()).not.toBe(executable);
  });

  it("becomes an archive that tar reads, with long names and links", async () => {
    const long = `${"deep/".repeat(30)}file.txt`;
    write(long, "long");
    symlinkSync("../src/a.ts", join(folder, "build/link"));
    const chunks: Uint8Array[] = [];
    for await (const chunk of writeTar((await collect()).entries)) chunks.push(chunk);
    const target = mkdtempSync(join(tmpdir(), "untar-"));
    execFileSync("tar", ["-xf", "-", "-C", target], { input: Buffer.concat(chunks) });
    expect(execFileSync("cat", [join(target, long), join(target, "build/link")]).toString()).toBe("longa");
    rmSync(target, { recursive: true });
  });

  it("takes a Dockerfile from elsewhere", async () => {
    const elsewhere = join(folder, "..", `${Date.now()}.Dockerfile`);
    writeFileSync(elsewhere, "FROM scratch\n");
    const context = await collectContext(folder, elsewhere);
    expect(context.entries.map((entry) => entry.path)).toContain(context.dockerfile);
    rmSync(elsewhere);
  });
});
