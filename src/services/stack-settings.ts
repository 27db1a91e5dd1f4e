import { existsSync } from "node:fs";
import { join } from "node:path";
import { readSource } from "../spec/read-source.ts";
import { positionAt, type SourceNode, toPlainValue } from "../spec/source-node.ts";
import { InvalidSpecError, issueAt } from "../spec/spec-issue.ts";
import { type StackConfig, secretConfigKeys, stackConfigSchema } from "../spec/stack-config.ts";
import { ServiceError } from "./service-error.ts";

const prefix = "okta-scim:";

/**
 * Reads the `okta-scim:` settings of `Pulumi.<stack>.yaml` that are no secrets, before any engine runs.
 * @throws ServiceError STACK_MISSING, InvalidSpecError with the place of each wrong setting.
 */
export function readStackSettings(projectDir: string, stack: string): StackConfig {
  const file = `Pulumi.${stack}.yaml`;
  if (!existsSync(join(projectDir, file)))
    throw new ServiceError(
      "STACK_MISSING",
      `There is no stack ${stack}: ${file} does not exist.`,
      `Choose a stack that has one with --stack, or make it: docs/production.md shows Pulumi.prod.yaml.`,
    );
  const { root, issues } = readSource(projectDir, join(projectDir, file));
  if (root === undefined) throw new InvalidSpecError(issues, `${file} can't be read.`);
  const parsed = stackConfigSchema.safeParse(readOwnSettings(root));
  if (parsed.success) return parsed.data;
  throw new InvalidSpecError(
    parsed.error.issues.map((issue) => {
      const [key, ...rest] = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
      const path = key === undefined ? ["config"] : ["config", `${prefix}${key}`, ...rest];
      return issueAt("SC1501", positionAt(root, path), `${issue.message}.`, { path });
    }),
    `The configuration of stack ${stack} is wrong. Nothing was changed.`,
  );
}

function readOwnSettings(root: SourceNode): Record<string, unknown> {
  const plain = toPlainValue(root);
  const config = typeof plain === "object" && plain !== null && "config" in plain ? plain.config : undefined;
  const secrets: ReadonlySet<string> = new Set(secretConfigKeys);
  return Object.fromEntries(
    Object.entries(config ?? {}).flatMap(([key, value]) => {
      const name = key.startsWith(prefix) ? key.slice(prefix.length) : undefined;
      return name === undefined || secrets.has(name) ? [] : [[name, value]];
    }),
  );
}
