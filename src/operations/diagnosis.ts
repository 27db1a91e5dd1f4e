/** What `doctor` finds of one thing. */
export interface Diagnosis {
  readonly subject: string;
  readonly outcome: "ok" | "note" | "problem";
  readonly finding: string;
  /** What to do; only where something is to do. */
  readonly remedy?: string;
}

/** What a failure tells of itself: its sentence, and its remedy where it is one of ours. */
export function describeFailure(subject: string, error: unknown): Diagnosis {
  if (!(error instanceof Error)) return { subject, outcome: "problem", finding: String(error) };
  const remedy = "remedy" in error && typeof error.remedy === "string" ? error.remedy : undefined;
  return { subject, outcome: "problem", finding: error.message, ...(remedy && { remedy }) };
}
