import { z } from "zod";
import { parseJson } from "../../spec/json-value.ts";
import { ReportError } from "../report-schema.ts";
import { type EngineStep, readPreviewDocument } from "./engine-step.ts";

/** What `pulumi preview --json` wrote, as far as a report needs it. */
export interface PulumiPreview {
  readonly stack: string;
  readonly project: string;
  readonly steps: readonly EngineStep[];
}

const documentSchema = z.looseObject({
  steps: z.array(z.unknown()),
  changeSummary: z.record(z.string(), z.number()).nullish(),
  diagnostics: z.array(z.looseObject({ severity: z.string(), message: z.string() })).nullish(),
});
const remedy =
  "Write it with `pulumi preview --json --show-sames`, and give it to `okta-scim report` as it is.";

/**
 * Reads the document of `pulumi preview --json --show-sames`.
 * @returns undefined where the text is another kind of document
 * @throws ReportError for a preview that failed, that lacks what stays the same, or that is of another form
 */
export function readPulumiPreview(text: string): PulumiPreview | undefined {
  const document = documentSchema.safeParse(parseJson(text)).data;
  if (document === undefined) return undefined;
  const failure = document.diagnostics?.find(({ severity }) => severity === "error");
  if (failure !== undefined)
    throw new ReportError(`The Pulumi preview failed: ${failure.message.trim()}`, remedy);
  const steps = foldSteps(readSteps(document));
  const [stack, project] = steps[0]?.urn.replace(/^urn:pulumi:/, "").split("::") ?? [];
  if (stack === undefined || project === undefined)
    throw new ReportError("The Pulumi preview has no steps.", remedy);
  const same = steps.filter(({ operation }) => operation === "same").length;
  // Who has an application that stays as it is, and how much of it a change takes away, is told by what stays the same.
  if (same < (document.changeSummary?.["same"] ?? 0))
    throw new ReportError(
      "The Pulumi preview lacks the resources that stay the same: without them nobody can tell whose application a change is about, or what share of it goes.",
      remedy,
    );
  return { stack, project, steps };
}

/**
 * One step for each resource: a refresh announces its own first, so that the last word counts, and a replacement is announced in parts, of which
 * the whole is what a reviewer reads.
 */
export function foldSteps(steps: Iterable<EngineStep>): EngineStep[] {
  const byUrn = new Map<string, EngineStep>();
  for (const step of steps) if (!partial.has(step.operation)) byUrn.set(step.urn, step);
  return [...byUrn.values()];
}

const partial: ReadonlySet<EngineStep["operation"]> = new Set([
  "refresh",
  "create-replacement",
  "delete-replaced",
]);

function readSteps(document: unknown): EngineStep[] {
  try {
    return readPreviewDocument(document);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw new ReportError(`This is not a preview of Pulumi's: ${z.prettifyError(error)}`, remedy);
  }
}
