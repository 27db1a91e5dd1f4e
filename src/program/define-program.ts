import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { CheckPlan } from "../checks/check-plan.ts";
import type { CheckReport } from "../checks/check-report.ts";
import { requireAnswer } from "../okta/require-answer.ts";
import { loadStack } from "../spec/load-stack.ts";
import { findNearestWord } from "../spec/nearest-word.ts";
import { planStack } from "../spec/plan-stack.ts";
import type { StackPlan } from "../spec/plan-types.ts";
import { renderIssues } from "../spec/render-issues.ts";
import type { StackConfig } from "../spec/stack-config.ts";
import { buildCheckPlan } from "./check-plan.ts";
import { guardProgram } from "./guard-program.ts";
import { createOktaOrg, type OktaOrg } from "./okta-provider.ts";
import { lookUpNames, type OrgDirectory } from "./org-directory.ts";
import { readPreviousUpdate } from "./previous-update.ts";
import { ProgramError, refuseErrors, toProgramError } from "./program-error.ts";
import { type ProgramConfig, readConfig } from "./read-config.ts";
import { resolveTokens } from "./resolve-tokens.ts";
import { createHistory } from "./resource-history.ts";
import { type CheckDetail, checkAfterUpdate } from "./run-stack-checks.ts";
import { readSandboxTokenKey } from "./sandbox-org.ts";
import { ScimApp } from "./scim-app.ts";
import { ScimServer } from "./scim-server.ts";
import { secretFiles, webhookSecrets } from "./server-secrets.ts";
import { buildOutputs, type DeclaredApp, type StackOutputs } from "./stack-outputs.ts";
import { type AppTokens, buildTenantsFile } from "./tenants-file.ts";
import { createProfileSourceFinder } from "./user-profile-source.ts";

export interface ProgramOptions {
  /** How much of the checks the stack exports; the whole report where missing. The CLI of Pulumi prints each output that changed. */
  readonly checks?: CheckDetail;
  /** With the sandbox: the docker provider's host. Without it the plugin takes DOCKER_HOST, or Docker's default. */
  readonly serverHost?: string;
  /** Asks whether a real org answers, by its URL; requireAnswer where missing. */
  readonly requireOrg?: (orgUrl: string) => Promise<void>;
  /** Told what the checks found, also where they fail the update. */
  readonly onChecks?: (report: CheckReport) => void;
  /** The only application that the engine is told to update; all where missing. */
  readonly only?: string;
}

/**
 * The Pulumi program of a stack: reads its specs and configuration and declares everything. `pulumi up` runs it through stacks/index.ts,
 * the Automation API calls it directly.
 * @returns a function that declares all resources and resolves to the stack's outputs; it throws ProgramError for wrong input
 */
export function defineProgram(projectDir: string, options: ProgramOptions = {}): () => Promise<StackOutputs> {
  return async () => {
    try {
      return await declareStack(projectDir, options);
    } catch (error) {
      throw toProgramError(error);
    }
  };
}

async function declareStack(projectDir: string, options: ProgramOptions): Promise<StackOutputs> {
  const began = new Date();
  const config = await readConfig(projectDir);
  const plan = await loadPlan(projectDir, config);
  const org = createOktaOrg(config, projectDir);
  const tokenKey =
    config.tokenKey ?? (config.settings.org === "sandbox" ? readSandboxTokenKey(projectDir) : undefined);
  const tokens = resolveTokens(plan, { tokens: config.tokens, tokenKey });
  const signing = webhookSecrets(plan.apps, config.stack, tokenKey);
  if (config.settings.org !== "sandbox") await (options.requireOrg ?? requireAnswer)(org.access.orgUrl);
  const directory = await lookUpNames(plan, org.provider);
  const previous = await readPreviousUpdate();
  const acknowledged = await guardProgram({
    plan,
    directory,
    access: org.access,
    settings: config.settings,
    previous,
    only: options.only,
  });
  const history = createHistory(previous, plan, directory);
  const server = plan.needsServer
    ? declareServer({ projectDir, config, plan, tokens, signing, sandboxHost: options.serverHost })
    : undefined;
  const profileSourceOf = await createProfileSourceFinder(org.provider);
  const apps = plan.apps.map((app) => {
    const token = tokens[app.name]?.current;
    const component = new ScimApp(
      app.name,
      {
        plan: app,
        directory,
        token: token === undefined ? undefined : pulumi.secret(token),
        profileSourceOf,
        history,
        serverReady: app.server.kind === "bundled" ? (server?.ready ?? []) : [],
      },
      { providers: [org.provider] },
    );
    return { plan: app, component, tokens: tokens[app.name] };
  });
  const updated = apps.filter(({ plan: app }) => options.only === undefined || options.only === app.name);
  const checks = checkAfterUpdate(
    waitForAll({
      plan: { ...plan, apps: updated.map((app) => app.plan) },
      org,
      apps: updated,
      server,
      directory,
      began,
    }),
    org.access,
    options.checks ?? "report",
    options.onChecks,
  );
  // Of what the engine leaves alone and has never made, nothing is known.
  const known = apps.filter((app) => updated.includes(app) || previous.appIds[app.plan.name] !== undefined);
  return buildOutputs({ apps: known, server, checks, acknowledged, webhookSecrets: signing });
}

interface Declared {
  readonly plan: StackPlan;
  readonly org: OktaOrg;
  readonly apps: readonly DeclaredApp[];
  readonly server: ScimServer | undefined;
  readonly directory: OrgDirectory;
  /** When the update began. */
  readonly began: Date;
}

/** The plan of the checks, as soon as every resource of the stack is done. */
function waitForAll({ plan, org, apps, server, directory, began }: Declared): pulumi.Output<CheckPlan> {
  const done = pulumi.all([
    ...apps.map(({ component }) => component.done),
    ...(server === undefined ? [] : [server.done]),
  ]);
  const appIds = pulumi.all(apps.map(({ component }) => component.appId));
  return pulumi.all([appIds, done]).apply(([ids]) => {
    const facts = apps.flatMap(({ plan: app, tokens }, index) => {
      const appId = ids[index];
      return appId === undefined ? [] : [[app.name, { appId, token: tokens?.current ?? "" }] as const];
    });
    return buildCheckPlan(plan, org.access.orgUrl, Object.fromEntries(facts), directory, began);
  });
}

async function loadPlan(projectDir: string, { stack, settings }: ProgramConfig): Promise<StackPlan> {
  const folder = settings.specs ?? stack;
  const { specs, issues } = loadStack(projectDir, folder);
  refuseErrors(issues, `The specs of stack ${stack} are wrong. Nothing was changed.`);
  if (issues.length > 0) await pulumi.log.warn(renderIssues(issues));
  const chosen = chooseApps(settings, specs);
  return planStack(stack, chosen, {
    protect: settings.protect,
    sandboxConfigured: settings.org === "sandbox" ? settings.sandboxConfigured : [],
  });
}

function chooseApps<T extends { readonly name: string }>(
  { apps }: StackConfig,
  specs: readonly T[],
): readonly T[] {
  if (apps === undefined) return specs;
  const names = specs.map(({ name }) => name);
  const unknown = apps.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const nearest = findNearestWord(unknown, names);
    const hint = nearest === undefined ? `It has: ${names.join(", ")}.` : `Did you mean ${nearest}?`;
    throw new ProgramError(
      "SC1505",
      `okta-scim:apps names ${JSON.stringify(unknown)}, which the stack does not have. ${hint}`,
    );
  }
  return specs.filter(({ name }) => apps.includes(name));
}

interface ServerDeclaration {
  readonly projectDir: string;
  readonly config: ProgramConfig;
  readonly plan: StackPlan;
  readonly tokens: Readonly<Record<string, AppTokens>>;
  /** What signs the deliveries of webhooks. */
  readonly signing: ReturnType<typeof webhookSecrets>;
  readonly sandboxHost: string | undefined;
}

function declareServer(declaration: ServerDeclaration): ScimServer {
  const { projectDir, config, plan, tokens, signing, sandboxHost } = declaration;
  const { stack, settings, storageUrl } = config;
  const { dockerHost, sshOptions, inspector } = settings.server;
  // The sandbox stands in for all that is remote, so that production's specs can be previewed without its Docker host.
  const host = settings.org === "sandbox" ? sandboxHost : dockerHost;
  const sshOpts = host === dockerHost && sshOptions.length > 0 ? sshOptions : undefined;
  const provider = new docker.Provider("docker", {
    ...(host === undefined ? {} : { host }),
    ...(sshOpts === undefined ? {} : { sshOpts }),
  });
  const tenantsFile = `${JSON.stringify(buildTenantsFile(plan.apps, tokens, inspector), null, 2)}\n`;
  return new ScimServer(
    "scim-server",
    {
      projectDir,
      stack,
      settings: settings.server,
      protect: settings.protect,
      tenantsFile,
      secretFiles: secretFiles(signing, storageUrl),
      hasDatabase: storageUrl !== undefined,
    },
    { providers: [provider] },
  );
}
