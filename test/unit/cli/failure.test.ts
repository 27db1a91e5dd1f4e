import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderFailure } from "../../../src/cli/failure.ts";

const plain = (_style: string, text: string) => text;

function diskError(code: string, syscall: string, path?: string): Error {
  return Object.assign(new Error(`${code}: nope, ${syscall}`), { code, syscall, path });
}

describe("a failure that the disk causes", () => {
  it.each([
    ["EROFS", "open", "/srv/x", "Can't open /srv/x: the file system is read-only."],
    ["ENOENT", "mkdir", "/srv/x", "Can't mkdir /srv/x: the file system is read-only."],
    ["ENOSPC", "write", undefined, "Can't write: the disk is full."],
    ["EACCES", "open", "/srv/x", "Can't open /srv/x: permission denied."],
  ])("%s is said in a line, with the way out", (code, syscall, path, sentence) => {
    const text = renderFailure(diskError(code, syscall, path), plain);
    expect(text).toContain(`error DISK_REFUSES: ${sentence}\n  what to do: `);
    expect(text).not.toContain("    at ");
  });

  it("is told from a fault of ours, which keeps its stack", async () => {
    const folder = mkdtempSync(join(tmpdir(), "failure-"));
    writeFileSync(join(folder, "file"), "");
    for (const work of [readFile(join(folder, "none")), mkdir(join(folder, "file"))]) {
      const error: unknown = await work.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(renderFailure(error, plain)).toContain("unexpected error: Error: E");
    }
    rmSync(folder, { recursive: true });
  });
});
