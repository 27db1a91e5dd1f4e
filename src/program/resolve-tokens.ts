import type { AppPlan, StackPlan } from "../spec/plan-types.ts";
import { InvalidSpecError, issueAt, type SpecIssue } from "../spec/spec-issue.ts";
import { deriveConnectionToken } from "./connection-token.ts";
import { ProgramError } from "./program-error.ts";
import type { AppTokens } from "./tenants-file.ts";

/** Where tokens come from, in plain. */
export interface TokenSources {
  /** The key to derive tokens from: the stack's secret, or the sandbox's. */
  readonly tokenKey: string | undefined;
  /** Tokens that the stack's configuration gives, by app. */
  readonly tokens: Readonly<Record<string, string>>;
}

/**
 * The token of each app that needs one: a given one first, else derived. An external server's token can't be derived: its operator made it.
 * @throws ProgramError SC1502 without a key; InvalidSpecError SC1503 for each token that is missing
 */
export function resolveTokens(plan: StackPlan, sources: TokenSources): Readonly<Record<string, AppTokens>> {
  const missing: SpecIssue[] = [];
  const resolved: Record<string, AppTokens> = {};
  for (const app of plan.apps) {
    const given = Object.hasOwn(sources.tokens, app.name) ? sources.tokens[app.name] : undefined;
    if (given !== undefined) {
      resolved[app.name] = { current: given, previous: previousOf(plan.stack, app, sources) };
    } else if (app.server.tenant !== undefined) {
      const tokenKey = requireKey(plan.stack, sources.tokenKey);
      const { tokenVersion } = app.connection;
      const subject = { stack: plan.stack, tenant: app.server.tenant };
      resolved[app.name] = {
        current: deriveConnectionToken(tokenKey, { ...subject, version: tokenVersion }),
        previous: previousOf(plan.stack, app, sources),
      };
    } else if (app.connection.authentication !== "oauth2") {
      const at = { file: app.file, line: 1, column: 1 };
      missing.push(
        issueAt(
          "SC1503",
          at,
          `The external SCIM server of ${app.name} needs the token that its operator made: okta-scim:tokens.${app.name}.`,
        ),
      );
    }
  }
  if (missing.length > 0) {
    throw new InvalidSpecError(missing, `Tokens of stack ${plan.stack} are missing. Nothing was changed.`);
  }
  return resolved;
}

function previousOf(stack: string, app: AppPlan, { tokenKey }: TokenSources): string | undefined {
  const { acceptPreviousToken, tokenVersion } = app.connection;
  const { tenant } = app.server;
  if (!acceptPreviousToken || tenant === undefined) return undefined;
  return deriveConnectionToken(requireKey(stack, tokenKey), { stack, tenant, version: tokenVersion - 1 });
}

function requireKey(stack: string, tokenKey: string | undefined): string {
  if (tokenKey !== undefined) return tokenKey;
  throw new ProgramError(
    "SC1502",
    `Stack ${stack} has no okta-scim:tokenKey. Set one: pulumi config set --stack ${stack} --secret okta-scim:tokenKey "$(openssl rand -base64 32)"`,
  );
}
