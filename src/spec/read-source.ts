import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { relative, sep } from "node:path";
import { parseSource } from "./parse-source.ts";
import type { SourceNode } from "./source-node.ts";
import { issueAt, type SpecIssue } from "./spec-issue.ts";

/** A file's content with positions; no `root` where the file is wrong, and then at least one issue. */
export interface SourceResult {
  readonly root: SourceNode | undefined;
  readonly issues: readonly SpecIssue[];
}

/** The largest spec, in bytes. Larger files are not even read. */
const largestSpec = 256 * 1024;

/** Reads and parses a YAML file; never throws for what is in it. */
export function readSource(projectDir: string, path: string): SourceResult {
  const file = toProjectPath(projectDir, path);
  const start = { file, line: 1, column: 1 };
  let bytes: Buffer;
  try {
    // A named pipe without a writer would hold up the opening for ever.
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = fstatSync(descriptor);
      if (!stat.isFile()) return failed(issueAt("SC1001", start, "This is not a regular file."));
      if (stat.size > largestSpec) {
        return failed(
          issueAt("SC1002", start, `The file has ${stat.size} bytes; a spec has at most ${largestSpec}.`),
        );
      }
      bytes = readFileSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/, \w+ '.*'$/, "") : String(error);
    return failed(issueAt("SC1001", start, `The file cannot be read: ${reason}.`));
  }
  const text = decodeUtf8(bytes);
  if (typeof text !== "string") return failed(issueAt("SC1003", { ...start, line: text.line }, text.message));
  return parseSource(file, text);
}

/** A path as issues show it: relative to the project, with forward slashes. */
export function toProjectPath(projectDir: string, path: string): string {
  return relative(projectDir, path).split(sep).join("/");
}

function failed(issue: SpecIssue): SourceResult {
  return { root: undefined, issues: [issue] };
}

function decodeUtf8(bytes: Buffer): string | { readonly line: number; readonly message: string } {
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (wide) return { line: 1, message: "The file is UTF-16; a spec is UTF-8." };
  const zero = bytes.indexOf(0);
  if (zero >= 0)
    return { line: lineOfByte(bytes, zero), message: "The file holds a zero byte: it is not a text." };
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { line: firstInvalidLine(bytes), message: "This line is not UTF-8." };
  }
}

function lineOfByte(bytes: Buffer, offset: number): number {
  return bytes.subarray(0, offset).filter((byte) => byte === 0x0a).length + 1;
}

/** A line feed is never part of a longer UTF-8 sequence, so lines can be judged one by one. */
function firstInvalidLine(bytes: Buffer): number {
  let line = 1;
  let start = 0;
  while (start <= bytes.length) {
    const end = bytes.indexOf(0x0a, start);
    const content = bytes.subarray(start, end < 0 ? bytes.length : end);
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(content);
    } catch {
      return line;
    }
    if (end < 0) return line;
    start = end + 1;
    line++;
  }
  return line;
}
