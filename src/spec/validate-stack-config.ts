import type { SourceNode } from "./source-node.ts";
import type { SpecIssue } from "./spec-issue.ts";
import { type StackConfig, stackConfigSchema } from "./stack-config.ts";
import { translateZodIssues } from "./validate-spec.ts";

/**
 * Validates the `okta-scim:` settings of a stack.
 * @param raw the settings by their key without `okta-scim:`
 * @param source where they are written (see configSource); for settings from elsewhere the nearest place
 */
export function validateStackConfig(
  raw: Readonly<Record<string, unknown>>,
  source: SourceNode,
): { readonly settings: StackConfig | undefined; readonly issues: readonly SpecIssue[] } {
  const result = stackConfigSchema.safeParse(raw);
  if (result.success) return { settings: result.data, issues: [] };
  const issues = translateZodIssues(stackConfigSchema, source, raw, result.error.issues);
  return { settings: undefined, issues: issues.map((issue) => ({ ...issue, code: "SC1501" })) };
}

/** The part of a Pulumi.<stack>.yaml that holds our settings, with their keys as in the schema. */
export function configSource(file: string, root: SourceNode | undefined): SourceNode {
  const start = { file, line: 1, column: 1 };
  const config = root?.kind === "mapping" ? root.entries.get("config")?.node : undefined;
  const written = config?.kind === "mapping" ? [...config.entries] : [];
  return {
    kind: "mapping",
    at: config?.at ?? start,
    entries: new Map(
      written.flatMap(([key, entry]) =>
        key.startsWith("okta-scim:") ? [[key.slice("okta-scim:".length), entry] as const] : [],
      ),
    ),
  };
}
