import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { readSource } from "../spec/read-source.ts";
import { positionAt, type SourcePosition } from "../spec/source-node.ts";
import { InvalidSpecError, issueAt, type SpecIssue, sortIssues } from "../spec/spec-issue.ts";
import {
  explicitTokensSchema,
  type StackConfig,
  secretConfigKeys,
  storageUrlSchema,
} from "../spec/stack-config.ts";
import { configSource, validateStackConfig } from "../spec/validate-stack-config.ts";

/** A stack's configuration with its secrets, in plain: whoever hands one on marks it as secret. */
export interface ProgramConfig {
  readonly stack: string;
  readonly settings: StackConfig;
  readonly privateKey: string | undefined;
  readonly apiToken: string | undefined;
  readonly tokenKey: string | undefined;
  /** Tokens that are not derived, by app. */
  readonly tokens: Readonly<Record<string, string>>;
  /** The bundled server's database; undefined for SQLite. */
  readonly storageUrl: string | undefined;
}

/**
 * Reads and validates the `okta-scim:` keys of the stack's configuration.
 * @throws InvalidSpecError with an SC1501 for each key that is wrong
 */
export async function readConfig(projectDir: string): Promise<ProgramConfig> {
  const stack = pulumi.getStack();
  const config = new pulumi.Config("okta-scim");
  const file = `Pulumi.${stack}.yaml`;
  const source = configSource(file, readSource(projectDir, join(projectDir, file)).root);
  const locate: Locate = (path) => positionAt(source, path);
  const { settings, issues: found } = validateStackConfig(readSettings(), source);
  const issues: SpecIssue[] = [...found];

  const tokens = await readTokens(config, locate, issues);
  const tokenKey = await plainValue(config.getSecret("tokenKey"));
  if (tokenKey !== undefined && tokenKey.length < 32) {
    issues.push(
      issueAt("SC1501", locate(["tokenKey"]), "`okta-scim:tokenKey` has fewer than 32 characters.", {
        path: ["tokenKey"],
      }),
    );
  }
  const privateKey = await plainValue(config.getSecret("privateKey"));
  const apiToken = await plainValue(config.getSecret("apiToken"));
  const storageUrl = await plainValue(config.getSecret("storageUrl"));
  if (settings !== undefined) {
    issues.push(...checkOrg(settings, { privateKey, apiToken }, locate));
    issues.push(...checkStorage(settings, storageUrl, locate));
  }
  if (settings === undefined || issues.length > 0) {
    throw new InvalidSpecError(
      sortIssues(issues),
      `The configuration of stack ${stack} is wrong. Nothing was changed.`,
    );
  }
  return { stack, settings, privateKey, apiToken, tokenKey, tokens, storageUrl };
}

type Locate = (path: readonly (string | number)[]) => SourcePosition;

function checkOrg(
  { org, sandboxConfigured }: StackConfig,
  secrets: { readonly privateKey: unknown; readonly apiToken: unknown },
  locate: Locate,
): SpecIssue[] {
  if (org === "sandbox") return [];
  const issues: SpecIssue[] = [];
  if (sandboxConfigured.length > 0) {
    issues.push(
      issueAt(
        "SC1501",
        locate(["sandboxConfigured"]),
        "`okta-scim:sandboxConfigured` is for the sandbox; a spec of a real org says `connection.configured: true`.",
      ),
    );
  }
  if (org.clientId === undefined && secrets.apiToken === undefined) {
    issues.push(
      issueAt(
        "SC1501",
        locate(["org"]),
        "The org needs a credential: `clientId`, `privateKeyId` and `scopes` here with the secret okta-scim:privateKey, or the secret okta-scim:apiToken.",
      ),
    );
  }
  if (org.clientId !== undefined && secrets.privateKey === undefined) {
    issues.push(issueAt("SC1501", locate(["org"]), "`clientId` needs the secret okta-scim:privateKey."));
  }
  if (org.clientId !== undefined && org.scopes === undefined) {
    issues.push(
      issueAt("SC1501", locate(["org"]), "`clientId` needs `scopes`: docs/production.md lists them."),
    );
  }
  return issues;
}

function checkStorage({ server }: StackConfig, url: string | undefined, locate: Locate): SpecIssue[] {
  const at = (key: string, message: string) => issueAt("SC1501", locate([key]), message, { path: [key] });
  if (url !== undefined && !storageUrlSchema.safeParse(url).success)
    return [
      at(
        "storageUrl",
        "`okta-scim:storageUrl` is no address such as postgres://user:password@host/database.",
      ),
    ];
  if (url === undefined && server.replicas > 1)
    return [
      at(
        "server",
        `\`replicas: ${server.replicas}\` needs a database that the servers share: the secret okta-scim:storageUrl. With SQLite there is one server.`,
      ),
    ];
  return [];
}

async function readTokens(
  config: pulumi.Config,
  locate: Locate,
  issues: SpecIssue[],
): Promise<Record<string, string>> {
  const text = await plainValue(config.getSecret("tokens"));
  if (text === undefined) return {};
  const parsed = explicitTokensSchema.safeParse(parseValue(text));
  if (parsed.success) return parsed.data;
  for (const { path } of parsed.error.issues) {
    const key = ["tokens", ...path.map(String)];
    issues.push(
      issueAt(
        "SC1501",
        locate(key),
        `\`okta-scim:${key.join(".")}\` must be a token of at least 32 characters.`,
      ),
    );
  }
  return {};
}

/** Our settings by their key, without the secret ones; unknown ones too, which validation names. */
function readSettings(): Record<string, unknown> {
  const secrets: readonly string[] = secretConfigKeys;
  return Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig()).flatMap(([name, text]) => {
      const key = name.startsWith("okta-scim:") ? name.slice("okta-scim:".length) : undefined;
      return key === undefined || secrets.includes(key) ? [] : [[key, parseValue(text)]];
    }),
  );
}

/** Configuration reaches the program as text; what was a mapping, list, number or boolean is JSON. */
function parseValue(text: string): unknown {
  const json = z
    .string()
    .regex(/^(?:[[{]|-?\d+$|true$|false$)/)
    .safeParse(text.trim());
  if (!json.success) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function plainValue(output: pulumi.Output<string> | undefined): Promise<string | undefined> {
  if (output === undefined) return undefined;
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}
