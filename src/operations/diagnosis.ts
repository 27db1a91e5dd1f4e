import { InvalidSpecError } from "../spec/spec-issue.ts";

/** What `doctor` finds of one thing. */
export interface Diagnosis {
  readonly subject: string;
  readonly outcome: "ok" | "note" | "problem";
  readonly finding: string;
  /** What to do; only where something is to do. */
  readonly remedy?: string;
}

/** What a failure tells of itself: its sentence (of wrong settings each one's), and its remedy where it is one of ours. */
export function describeFailure(subject: string, error: unknown): Diagnosis {
  if (!(error instanceof Error)) return { subject, outcome: "problem", finding: String(error) };
  const issues = error instanceof InvalidSpecError ? error.issues : [];
  const finding = issues.length === 0 ? error.message : issues.map(({ message }) => message).join(" ");
  const remedy = "remedy" in error && typeof error.remedy === "string" ? error.remedy : undefined;
  return { subject, outcome: "problem", finding, ...(remedy && { remedy }) };
}
