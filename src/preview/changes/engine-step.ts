import { z } from "zod";

const propertiesSchema = z.record(z.string(), z.unknown());

const operations = [
  "same",
  "create",
  "update",
  "delete",
  "replace",
  "create-replacement",
  "delete-replaced",
  "read",
  "read-replacement",
  "read-discard",
  "discard",
  "discard-replaced",
  "refresh",
  "import",
  "import-replacement",
  "remove-pending-replace",
] as const;

/** What the engine is going to do with one resource, in the same shape whether it came from `preview --json` or from an event. */
export interface EngineStep {
  readonly operation: (typeof operations)[number];
  readonly urn: string;
  readonly type: string;
  /** The resource's own name: the last part of its URN. */
  readonly name: string;
  readonly parent: string | undefined;
  readonly id: string | undefined;
  /** Whether Pulumi protects the resource now. */
  readonly protect: boolean;
  /** Whether it will still be protected; true for a resource that goes, since its removal is told as such. */
  readonly protectAfter: boolean;
  readonly before: Properties | undefined;
  readonly after: Properties | undefined;
  readonly beforeOutputs: Properties | undefined;
  readonly afterOutputs: Properties | undefined;
  /** Top-level inputs that force a replacement. */
  readonly replaceKeys: readonly string[];
  /** Top-level inputs that differ, as the engine says. */
  readonly changedKeys: readonly string[];
  /** Property paths that differ, with the kind of change; undefined where the provider gave none. */
  readonly detailedDiff: Readonly<Record<string, string>> | undefined;
}

export type Properties = Readonly<Record<string, unknown>>;

const stateSchema = z.looseObject({
  type: z.string(),
  urn: z.string(),
  id: z.string().optional(),
  parent: z.string().optional(),
  protect: z.boolean().optional(),
  inputs: propertiesSchema.optional(),
  outputs: propertiesSchema.optional(),
});

const diffSchema = z.record(
  z.string(),
  z.looseObject({ kind: z.string().optional(), diffKind: z.string().optional() }),
);

const previewStepSchema = z.looseObject({
  op: z.enum(operations),
  urn: z.string(),
  oldState: stateSchema.optional(),
  newState: stateSchema.optional(),
  replaceReasons: z.array(z.string()).nullish(),
  diffReasons: z.array(z.string()).nullish(),
  detailedDiff: diffSchema.nullish(),
});

const previewSchema = z.looseObject({ steps: z.array(previewStepSchema) });

const eventMetadataSchema = z.looseObject({
  op: z.enum(operations),
  urn: z.string(),
  old: stateSchema.nullish(),
  new: stateSchema.nullish(),
  keys: z.array(z.string()).nullish(),
  diffs: z.array(z.string()).nullish(),
  detailedDiff: diffSchema.nullish(),
});

type RawState = z.infer<typeof stateSchema>;

/**
 * Reads the document of `pulumi preview --json`.
 * @throws z.ZodError when it is not such a document.
 */
export function readPreviewDocument(document: unknown): EngineStep[] {
  return previewSchema.parse(document).steps.map((step) =>
    toStep({
      operation: step.op,
      urn: step.urn,
      before: step.oldState,
      after: step.newState,
      replaceKeys: step.replaceReasons ?? [],
      changedKeys: step.diffReasons ?? [],
      detailedDiff: step.detailedDiff ?? undefined,
    }),
  );
}

/**
 * Reads the `metadata` of one `resourcePreEvent` of the engine's event stream.
 * @throws z.ZodError when the engine sent something else.
 */
export function readStepEvent(metadata: unknown): EngineStep {
  const step = eventMetadataSchema.parse(metadata);
  return toStep({
    operation: step.op,
    urn: step.urn,
    before: step.old ?? undefined,
    after: step.new ?? undefined,
    replaceKeys: step.keys ?? [],
    changedKeys: step.diffs ?? [],
    detailedDiff: step.detailedDiff ?? undefined,
  });
}

function toStep(raw: {
  operation: EngineStep["operation"];
  urn: string;
  before: RawState | undefined;
  after: RawState | undefined;
  replaceKeys: readonly string[];
  changedKeys: readonly string[];
  detailedDiff: z.infer<typeof diffSchema> | undefined;
}): EngineStep {
  const state = raw.after ?? raw.before;
  const parts = raw.urn.split("::");
  return {
    operation: raw.operation,
    urn: raw.urn,
    type: state?.type ?? lastType(parts[2] ?? ""),
    name: parts.slice(3).join("::"),
    parent: emptyToUndefined(state?.parent),
    id: emptyToUndefined(raw.before?.id ?? raw.after?.id),
    protect: raw.before?.protect ?? false,
    protectAfter: raw.after?.protect ?? raw.after === undefined,
    before: raw.before?.inputs,
    after: raw.after?.inputs,
    beforeOutputs: raw.before?.outputs,
    afterOutputs: raw.after?.outputs,
    replaceKeys: raw.replaceKeys,
    changedKeys: raw.changedKeys,
    detailedDiff:
      raw.detailedDiff === undefined
        ? undefined
        : Object.fromEntries(
            Object.entries(raw.detailedDiff).map(([path, diff]) => [
              path,
              diff.kind ?? diff.diffKind ?? "update",
            ]),
          ),
  };
}

function lastType(qualified: string): string {
  return qualified.split("$").at(-1) ?? qualified;
}

function emptyToUndefined(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
