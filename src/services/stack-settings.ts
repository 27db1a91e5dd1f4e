import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readSource } from "../spec/read-source.ts";
import { type SourceNode, toPlainValue } from "../spec/source-node.ts";
import { InvalidSpecError, type SpecIssue } from "../spec/spec-issue.ts";
import { type StackConfig, secretConfigKeys } from "../spec/stack-config.ts";
import { configSource, validateStackConfig } from "../spec/validate-stack-config.ts";
import { ServiceError } from "./service-error.ts";

/**
 * Reads the `okta-scim:` settings of `Pulumi.<stack>.yaml` that are no secrets, before any engine runs.
 * @throws ServiceError STACK_MISSING, InvalidSpecError with the place of each wrong setting.
 */
export function readStackSettings(projectDir: string, stack: string): StackConfig {
  if (!existsSync(join(projectDir, settingsFile(stack))))
    throw new ServiceError(
      "STACK_MISSING",
      `There is no stack ${stack}: ${settingsFile(stack)} does not exist.`,
      `Choose a stack that has one with --stack, or make it: docs/production.md shows Pulumi.prod.yaml.`,
    );
  const { settings, issues } = checkStackSettings(projectDir, stack);
  if (settings === undefined)
    throw new InvalidSpecError(issues, `The configuration of stack ${stack} is wrong. Nothing was changed.`);
  return settings;
}

/** What is wrong in a stack's settings, with its place; the settings where nothing is. */
export function checkStackSettings(
  projectDir: string,
  stack: string,
): { readonly settings: StackConfig | undefined; readonly issues: readonly SpecIssue[] } {
  const file = settingsFile(stack);
  const { root, issues } = readSource(projectDir, join(projectDir, file));
  if (root === undefined) return { settings: undefined, issues };
  return validateStackConfig(readOwnSettings(root), configSource(file, root));
}

/** The stacks that have settings. */
export function listStackSettings(projectDir: string): string[] {
  const names = readdirSync(projectDir).map((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1]);
  return names.filter((name) => name !== undefined).toSorted();
}

function settingsFile(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}

function readOwnSettings(root: SourceNode): Record<string, unknown> {
  const plain = toPlainValue(root);
  const config = typeof plain === "object" && plain !== null && "config" in plain ? plain.config : undefined;
  const prefix = "okta-scim:";
  const secrets: ReadonlySet<string> = new Set(secretConfigKeys);
  return Object.fromEntries(
    Object.entries(config ?? {}).flatMap(([key, value]) => {
      const name = key.startsWith(prefix) ? key.slice(prefix.length) : undefined;
      return name === undefined || secrets.has(name) ? [] : [[name, value]];
    }),
  );
}
