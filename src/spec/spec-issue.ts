import { type IssueCode, issueTable } from "./issue-table.ts";
import { renderPath, type SourcePosition, type SpecPath } from "./source-node.ts";

/** One problem of one place in one file. Errors stop everything; warnings are shown. */
export interface SpecIssue {
  readonly code: IssueCode;
  readonly severity: "error" | "warning";
  /** Relative to the project, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Where in the spec, e.g. `attributes[0].type`; empty for a problem of the whole file. */
  readonly path: string;
  /** What was written there, shortened for people. */
  readonly value?: string;
  readonly message: string;
  /** What may stand there. */
  readonly allowed?: readonly string[];
  /** The allowed word that is most like what was written. */
  readonly nearest?: string;
}

export interface IssueDetails {
  readonly path?: SpecPath;
  readonly value?: unknown;
  readonly allowed?: readonly string[];
  readonly nearest?: string | undefined;
  readonly severity?: "error" | "warning";
}

/** Builds an issue at a position. */
export function issueAt(
  code: IssueCode,
  at: SourcePosition,
  message: string,
  details: IssueDetails = {},
): SpecIssue {
  return {
    code,
    severity: details.severity ?? "error",
    file: at.file,
    line: at.line,
    column: at.column,
    path: renderPath(details.path ?? []),
    message,
    ...(details.value === undefined ? {} : { value: showValue(details.value) }),
    ...(details.allowed === undefined ? {} : { allowed: details.allowed }),
    ...(details.nearest === undefined ? {} : { nearest: details.nearest }),
  };
}

/** The issues in the order in which people work through them: by file, line and column, each once. */
export function sortIssues(issues: readonly SpecIssue[]): SpecIssue[] {
  const unique = new Map(issues.map((issue) => [JSON.stringify(issue), issue]));
  return [...unique.values()].sort(
    (a, b) =>
      compareText(a.file, b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      compareText(a.code, b.code) ||
      compareText(a.message, b.message),
  );
}

/** Code-unit order: the same on every machine, whatever its locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Specs (or what they name) are wrong. Carries all issues of all files; nothing was changed. */
export class InvalidSpecError extends Error {
  readonly code: IssueCode;
  readonly remedy: string;
  readonly issues: readonly SpecIssue[];

  constructor(issues: readonly SpecIssue[], message: string) {
    super(message);
    this.name = "InvalidSpecError";
    const code = issues.find((issue) => issue.severity === "error")?.code ?? "SC1505";
    this.code = code;
    this.remedy = issueTable[code].remedy;
    this.issues = issues;
  }
}

/** A text without the user and password that a URL in it may hold. */
export function withoutCredentials(text: string): string {
  return text.replaceAll(/\/\/[^/@\s"]*@/g, "//…@");
}

const longestValue = 80;

function showValue(value: unknown): string {
  const text = withoutCredentials(JSON.stringify(value) ?? String(value));
  return text.length <= longestValue ? text : `${text.slice(0, longestValue - 1)}…`;
}
