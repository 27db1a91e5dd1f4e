import { renderIssues } from "../spec/render-issues.ts";
import { InvalidSpecError } from "../spec/spec-issue.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import type { Paint } from "./output/style.ts";

/** A failure that a command foresees, with its exit code. Everything to say has been said when `message` is empty. */
export class CommandFailure extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message = "") {
    super(message);
    this.name = "CommandFailure";
    this.exitCode = exitCode;
  }
}

interface CodedError {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** Errors of our own classes carry a stable code and a remedy. */
export function isCodedError(error: unknown): error is Error & CodedError {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    "remedy" in error &&
    typeof error.remedy === "string"
  );
}

/** The exit code for an error that ended a command. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommandFailure) return error.exitCode;
  if (error instanceof InvalidSpecError) return exitCodes.badInput;
  if (isCodedError(error)) {
    if (/UNREACHABLE/.test(error.code)) return exitCodes.unreachable;
    if (/^SC\d|_INVALID$|_MISSING$|BAD_INPUT/.test(error.code)) return exitCodes.badInput;
  }
  return exitCodes.failed;
}

/** An error as text for people: foreseen ones in a line and a remedy, others with their stack. */
export function renderFailure(error: unknown, paint: Paint): string {
  if (error instanceof CommandFailure) return error.message;
  if (error instanceof InvalidSpecError && error.issues.length > 0)
    return `${paint("bad", error.message)}\n\n${renderIssues(error.issues)}`;
  const foreseen = isCodedError(error) ? error : describeDiskFailure(error);
  if (foreseen !== undefined)
    return `${paint("bad", "error")} ${foreseen.code}: ${foreseen.message}\n  ${paint("dim", "what to do:")} ${foreseen.remedy}`;
  if (error instanceof Error) return `${paint("bad", "unexpected error")}: ${error.stack ?? error.message}`;
  return `${paint("bad", "unexpected error")}: ${String(error)}`;
}

/** What a disk refuses: the person's to mend, wherever in the program it happens. */
const diskFailures: Readonly<Record<string, readonly [reason: string, remedy: string]>> = {
  EROFS: ["the file system is read-only", "Work in a checkout that can be written to."],
  EACCES: [
    "permission denied",
    "Give this user the right to read and write there, or work in a folder of theirs.",
  ],
  EPERM: ["the system does not permit it", "Give this user the right to read and write there."],
  ENOSPC: ["the disk is full", "Make room on it and run the command again."],
  EDQUOT: ["the disk quota is used up", "Make room and run the command again."],
  EMFILE: ["too many open files", "Raise the limit (ulimit -n) and run the command again."],
};

function describeDiskFailure(error: unknown): CodedError | undefined {
  if (!(error instanceof Error) || !("code" in error) || !("syscall" in error)) return undefined;
  // Making a folder within one that can't be made (read-only) fails as if that were merely missing.
  const code = error.code === "ENOENT" && error.syscall === "mkdir" ? "EROFS" : String(error.code);
  const [reason, remedy] = diskFailures[code] ?? [];
  if (reason === undefined || remedy === undefined) return undefined;
  const path = "path" in error && typeof error.path === "string" ? ` ${error.path}` : "";
  return { code: "DISK_REFUSES", message: `Can't ${String(error.syscall)}${path}: ${reason}.`, remedy };
}
