import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { forgetBuild, isCurrent, recordBuild } from "../../../scim-server/packaging/build-record.ts";

let folder: string;
let input: string;
let output: string;
let record: { file: string; output: string };

/** Seconds since 1970. */
const past = 1_700_000_000;
const began = Date.now();

function write(path: string, text: string, seconds = past): void {
  writeFileSync(path, text);
  utimesSync(path, seconds, seconds);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "build-record-"));
  output = join(folder, "build");
  mkdirSync(output);
  input = join(folder, "main.ts");
  write(input, "one");
  write(join(output, "server.mjs"), "bundled one");
  record = { file: join(output, "record.json"), output };
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("a build", () => {
  it("is current once it is recorded", () => {
    expect(isCurrent(record)).toBe(false);
    recordBuild(record, [input], began);
    expect(isCurrent(record)).toBe(true);
  });

  it.each([
    ["an input was changed", () => write(input, "two", past + 1)],
    ["an input is gone", () => rmSync(input)],
    ["an output was changed", () => write(join(output, "server.mjs"), "bundled anew")],
    ["an output is gone", () => rmSync(join(output, "server.mjs"))],
    ["there is an output more", () => write(join(output, "more"), "")],
    ["the record is half written", () => writeFileSync(record.file, '{"inputs":')],
    ["it was begun again and not finished", () => forgetBuild(record)],
  ])("is not when %s", (_, change) => {
    recordBuild(record, [input], began);
    change();
    expect(isCurrent(record)).toBe(false);
  });

  it("is not when an input was changed while it ran", () => {
    write(input, "edited", (began + 5) / 1000);
    recordBuild(record, [input], began);
    expect(isCurrent(record)).toBe(false);
  });
});
