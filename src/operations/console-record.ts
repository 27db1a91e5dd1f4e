import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { sandboxFolder } from "../services/emulated-org.ts";

const recordSchema = z.record(z.string(), z.string());

/**
 * The apps whose manual step was done at the emulated console, each with the app's id: the sandbox's stand-in for the second pull request that
 * sets `configured: true`. An app that was made anew has another id, so its step is due again.
 */
export function readConsoleRecord(projectDir: string, stack: string): string[] {
  return Object.keys(readRecord(projectDir, stack));
}

/** The id of the app for which the step was done. */
export function recordedAppId(projectDir: string, stack: string, app: string): string | undefined {
  return readRecord(projectDir, stack)[app];
}

/** Remembers that the step was done for the app with this id. */
export function recordConsoleStep(projectDir: string, stack: string, app: string, appId: string): void {
  write(projectDir, stack, { ...readRecord(projectDir, stack), [app]: appId });
}

/** Forgets all of a stack's apps: the org they were in is gone, or they are. */
export function forgetConsoleSteps(projectDir: string, stack: string): void {
  write(projectDir, stack, {});
}

function fileOf(projectDir: string, stack: string): string {
  return join(projectDir, sandboxFolder, `console-${stack}.json`);
}

function readRecord(projectDir: string, stack: string): Readonly<Record<string, string>> {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(fileOf(projectDir, stack), "utf8")));
  } catch {
    return {};
  }
}

function write(projectDir: string, stack: string, record: Readonly<Record<string, string>>): void {
  const file = fileOf(projectDir, stack);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(record, null, 2)}\n`);
}
