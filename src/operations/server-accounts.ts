import type { ConfigMap } from "@pulumi/pulumi/automation/index.js";
import { askScimServer } from "../preview/people/ask-scim-server.ts";
import type { AskAccounts } from "../preview/people/gained-accounts.ts";
import { toAuthorization } from "../program/connection-token.ts";
import { ProgramError } from "../program/program-error.ts";
import { resolveTokens } from "../program/resolve-tokens.ts";
import { readSandboxTokenKey } from "../program/sandbox-org.ts";
import type { AppTokens } from "../program/tenants-file.ts";
import { ScimClient } from "../scim/scim-client.ts";
import { ServiceError } from "../services/service-error.ts";
import { parseJson } from "../spec/json-value.ts";
import type { AppPlan, StackPlan } from "../spec/plan-types.ts";
import { InvalidSpecError } from "../spec/spec-issue.ts";
import { explicitTokensSchema } from "../spec/stack-config.ts";
import type { ReadOutputs } from "./stack-outputs.ts";
import type { StackSession } from "./stack-session.ts";

/** A server that does not answer must not hold up a preview. */
const requestTimeoutMs = 10_000;

/** Where a stack's tokens come from. */
export interface TokenAccess {
  readonly tokens: Readonly<Record<string, string>>;
  readonly tokenKey: string | undefined;
}

/** The tokens and the token key of an open stack's configuration. */
export async function readTokenAccess(session: StackSession): Promise<TokenAccess> {
  const config = await session.opened.config();
  return {
    tokens: readTokens(config),
    tokenKey:
      config["okta-scim:tokenKey"]?.value ??
      (session.settings.org === "sandbox" ? readSandboxTokenKey(session.projectDir) : undefined),
  };
}

/**
 * The tokens of apps whose token is not derived.
 * @throws ServiceError TOKENS_INVALID where they are not as docs/production.md says
 */
export function readTokens(config: ConfigMap): Readonly<Record<string, string>> {
  const text = config["okta-scim:tokens"]?.value;
  if (text === undefined) return {};
  const parsed = explicitTokensSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new ServiceError(
    "TOKENS_INVALID",
    `The secret okta-scim:tokens${first === undefined ? "" : `${first.path.map((key) => `.${String(key)}`).join("")}: ${first.message}`}.`,
    "Set each app's token by its path: pulumi config set --secret --path 'okta-scim:tokens.<app>' <token>",
  );
}

/**
 * How to ask each app's SCIM server, by reading alone, which accounts it has before an update: at the address and with the tokens that are
 * valid there now. The spec may ask for others; they come with the update.
 */
export function askDeployedServers(
  plan: StackPlan,
  outputs: ReadOutputs,
  access: TokenAccess,
): (app: string) => AskAccounts {
  return (name) => {
    const app = plan.apps.find((candidate) => candidate.name === name);
    if (app === undefined) return silent("the application has no spec");
    const deployed = [app.name, ...app.previousNames].map((former) => outputs.apps[former]).find(Boolean);
    if (app.server.kind === "bundled") {
      if (deployed === undefined) return async () => ({ kind: "not deployed" });
      if (deployed.scimBaseUrl !== app.server.baseUrl)
        return silent("the address of the application's SCIM server changes with this update");
    }
    const credentials = [app, { ...app, connection: formerToken(app) }].flatMap((one) =>
      authorizationOf(plan, one, access),
    );
    if (credentials.length === 0) return silent("the stack has no token for the application's SCIM server");
    return askScimServer(
      [...new Set(credentials)].map(
        (authorization) =>
          new ScimClient({
            baseUrl: app.server.baseUrl,
            authorization,
            userAgent: "okta-scim preview",
            timeoutMs: requestTimeoutMs,
          }),
      ),
    );
  };
}

function silent(because: string): AskAccounts {
  return async () => ({ kind: "silent", because });
}

function formerToken({ connection }: AppPlan): AppPlan["connection"] {
  return { ...connection, tokenVersion: Math.max(connection.tokenVersion - 1, 1) };
}

/** The value of the `Authorization` header; none where the stack can't know it. */
function authorizationOf(plan: StackPlan, app: AppPlan, access: TokenAccess): string[] {
  const token = tokensOf(plan, app, access)?.current;
  return token === undefined ? [] : [toAuthorization(app.connection, token)];
}

function tokensOf(plan: StackPlan, app: AppPlan, access: TokenAccess): AppTokens | undefined {
  try {
    return resolveTokens({ ...plan, apps: [app] }, access)[app.name];
  } catch (error) {
    if (error instanceof ProgramError || error instanceof InvalidSpecError) return undefined;
    throw error;
  }
}
