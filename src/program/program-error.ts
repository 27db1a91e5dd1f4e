import * as pulumi from "@pulumi/pulumi";
import { OktaUnreachableError } from "../okta/okta-error.ts";
import { type IssueCode, issueTable } from "../spec/issue-table.ts";
import { renderIssues } from "../spec/render-issues.ts";
import { InvalidSpecError, type SpecIssue } from "../spec/spec-issue.ts";

/** Ends an update with a message for people and without a stack trace, as the engine does for a RunError. */
export class ProgramError extends pulumi.RunError {
  readonly code: IssueCode;
  readonly remedy: string;

  constructor(code: IssueCode, message: string, options: ErrorOptions = {}) {
    super(message);
    this.name = "ProgramError";
    this.cause = options.cause;
    this.code = code;
    this.remedy = issueTable[code].remedy;
  }
}

/** Throws if any issue is an error. */
export function refuseErrors(issues: readonly SpecIssue[], what: string): void {
  if (issues.some(({ severity }) => severity === "error")) throw new InvalidSpecError(issues, what);
}

/** The same failure, as the engine shows best: all issues, rendered, and no stack trace. */
export function toProgramError(error: unknown): unknown {
  if (error instanceof OktaUnreachableError)
    return new pulumi.RunError(`${error.message}\n  what to do: ${error.remedy}`);
  if (!(error instanceof InvalidSpecError)) return error;
  return new ProgramError(error.code, `${error.message}\n\n${renderIssues(error.issues)}`, { cause: error });
}
