import type { InlineProgramArgs } from "@pulumi/pulumi/automation/index.js";
import type { CheckReport } from "../checks/check-report.ts";
import { choosePlugins } from "../engine/choose-plugins.ts";
import { type Engine, type EngineProgress, findEngine } from "../engine/find-engine.ts";
import { type OpenedStack, openStack } from "../engine/open-stack.ts";
import { defineProgram } from "../program/define-program.ts";
import { askDocker } from "../services/docker-daemon.ts";
import { startEmulatedOrg } from "../services/emulated-org.ts";
import { buildServerBundle } from "../services/server-bundle.ts";
import { controlServerContainer, serverContainerNames } from "../services/server-container.ts";
import { readStackSettings } from "../services/stack-settings.ts";
import { ensureSandboxTokenKey } from "../services/token-key.ts";
import { loadStack } from "../spec/load-stack.ts";
import { planStack } from "../spec/plan-stack.ts";
import type { StackPlan } from "../spec/plan-types.ts";
import { InvalidSpecError, type SpecIssue, sortIssues } from "../spec/spec-issue.ts";
import type { StackConfig } from "../spec/stack-config.ts";
import { checkExpressions } from "./check-expressions.ts";
import { chooseServerHost, processHost } from "./choose-server-host.ts";
import { readConsoleRecord } from "./console-record.ts";
import { requireApps, requireState } from "./require-deployed.ts";

/** What a phase says of itself while it runs. */
export interface PhaseReporter {
  /** What it is doing now. */
  progress(text: string): void;
  /** Its one-line result. */
  result(text: string): void;
  /** A line that stays. */
  line(text: string): void;
}

/** Runs named phases one after another and shows them. */
export interface PhaseRunner {
  run<T>(name: string, work: (reporter: PhaseReporter) => Promise<T>): Promise<T>;
}

/** A stack's valid specs and settings: what every operation starts from, before anything is touched. */
export interface StackInput {
  readonly stack: string;
  readonly projectDir: string;
  readonly settings: StackConfig;
  readonly plan: StackPlan;
  readonly warnings: readonly SpecIssue[];
  /** The only application that the command is about; undefined for all. */
  readonly app?: string | undefined;
}

/** A stack that is open in the engine. Close it, or its plugins keep running. */
export interface StackSession extends StackInput {
  readonly opened: OpenedStack;
  readonly engine: Engine;
  /** What the checks of this session's last update found, also where they failed it; undefined where none have run. */
  readonly readChecks: () => CheckReport | undefined;
}

/**
 * Reads and checks settings and specs of a stack.
 * @throws InvalidSpecError with every problem of every file.
 */
export function readStackInput(projectDir: string, stack: string, app?: string): StackInput {
  const settings = readStackSettings(projectDir, stack);
  const loaded = loadStack(projectDir, settings.specs ?? stack);
  const { specs } = loaded;
  const issues = sortIssues([...loaded.issues, ...checkExpressions(specs)]);
  const errors = issues.filter((issue) => issue.severity === "error");
  if (errors.length > 0)
    throw new InvalidSpecError(issues, `The specs of stack ${stack} are wrong. Nothing was changed.`);
  const plan = planStack(stack, specs, {
    protect: settings.protect,
    sandboxConfigured: settings.org === "sandbox" ? readConsoleRecord(projectDir, stack) : [],
  });
  if (app !== undefined && !plan.apps.some((candidate) => candidate.name === app))
    throw new InvalidSpecError(
      [],
      `Stack ${stack} has no application ${app}; it has ${plan.apps.map(({ name }) => name).join(", ")}.`,
    );
  return { stack, projectDir, settings, plan, warnings: issues, app };
}

/** Runs the phases that come before an operation (engine, sandbox, image) and opens the stack. */
export async function openSession(input: StackInput, phases: PhaseRunner): Promise<StackSession> {
  const { engine, standIns } = await runEnginePhase(input, phases);
  await runSandboxPhase(input, phases);
  const serverHost = await chooseServerHost(input);
  // While the image is bundled: neither needs the other.
  const { opening, readChecks } = open(input, engine, standIns, serverHost);
  if (input.plan.needsServer) {
    await closeOnFailure(
      opening,
      phases.run("image", async ({ progress, result }) => {
        progress("bundling the SCIM server");
        await buildServerBundle(input.projectDir);
        result(`SCIM server bundled${serverHost === processHost ? `; ${await tellWhyProcess()}` : ""}`);
      }),
    );
  }
  return { ...input, opened: await runStackPhase(opening, phases), engine, readChecks };
}

async function tellWhyProcess(): Promise<string> {
  const docker = await askDocker();
  return docker.listens
    ? "deployed without Docker, it stays a plain process"
    : `without Docker it runs as a plain process: ${docker.reason}`;
}

/**
 * The same for an operation that only looks at what is deployed. A stack that is not ends it before anything is started.
 * @throws ServiceError STACK_NOT_DEPLOYED
 */
export async function openDeployedSession(input: StackInput, phases: PhaseRunner): Promise<StackSession> {
  await requireState(input.projectDir, input.stack);
  const { engine, standIns } = await runEnginePhase(input, phases);
  const { opening, readChecks } = open(input, engine, standIns, await chooseServerHost(input));
  const opened = await runStackPhase(opening, phases);
  const preparing = requireApps(opened, input.stack).then(() => runSandboxPhase(input, phases));
  await closeOnFailure(opening, preparing);
  return { ...input, opened, engine, readChecks };
}

function runEnginePhase({ projectDir }: StackInput, phases: PhaseRunner) {
  return phases.run("engine", async ({ progress, result }) => {
    const found = await findEngine({ projectDir, onProgress: (step) => progress(describeProgress(step)) });
    const plugins = await choosePlugins(found);
    result(`pulumi ${found.version} (${sources[found.source]}); ${plugins.line}`);
    return { engine: found, standIns: plugins.standIns };
  });
}

async function runSandboxPhase(
  { projectDir, stack, settings }: StackInput,
  phases: PhaseRunner,
): Promise<void> {
  if (settings.org !== "sandbox") return;
  await phases.run("sandbox", async ({ result }) => {
    await ensureSandboxTokenKey(projectDir);
    const { address, started } = await startEmulatedOrg(projectDir);
    if (started)
      for (const name of serverContainerNames(stack, settings.server))
        await controlServerContainer(projectDir, "start", name);
    result(`emulated Okta org ${started ? "started" : "running"} at ${address.url}`);
  });
}

function runStackPhase(opening: Promise<OpenedStack>, phases: PhaseRunner): Promise<OpenedStack> {
  return phases.run("stack", async ({ result }) => {
    const opened = await opening;
    result(opened.place.stateDir === undefined ? "in your own Pulumi backend" : "in .sandbox/pulumi");
    return opened;
  });
}

function open(
  { projectDir, stack, settings, app }: StackInput,
  engine: Engine,
  standIns: readonly string[],
  serverHost: string | undefined,
): { readonly opening: Promise<OpenedStack>; readonly readChecks: () => CheckReport | undefined } {
  let checks: CheckReport | undefined;
  const program: InlineProgramArgs["program"] = async () => ({
    ...(await defineProgram(projectDir, {
      // Each operation has asked before the engine ran the program.
      requireOrg: async () => undefined,
      onChecks: (report) => {
        checks = report;
      },
      ...(serverHost === undefined ? {} : { serverHost }),
      ...(app === undefined ? {} : { only: app }),
    })()),
  });
  const opening = openStack({
    engine,
    stack,
    projectDir,
    program,
    // The official plugin needs a daemon; the stand-in makes a plain process of a container.
    standIns: serverHost === processHost ? [...new Set([...standIns, "docker"])] : standIns,
    ...(settings.org === "sandbox" ? { sandboxConfigured: readConsoleRecord(projectDir, stack) } : {}),
  });
  return { opening, readChecks: () => checks };
}

/** Waits for work beside the opening of a stack; where it fails, the stack's plugins are ended. */
async function closeOnFailure(opening: Promise<OpenedStack>, work: Promise<void>): Promise<void> {
  // Its failure is told when it is awaited.
  opening.catch(() => {});
  try {
    await work;
  } catch (error) {
    await opening.then(
      (opened) => opened.close(),
      () => {},
    );
    throw error;
  }
}

const sources = {
  path: "from PATH",
  cache: "cached",
  download: "downloaded",
  build: "built from source",
} as const;

function describeProgress(step: EngineProgress): string {
  switch (step.step) {
    case "download":
      return `downloading pulumi ${step.version}`;
    case "build":
      return `building pulumi ${step.version} from source; happens once, about 5 minutes (${step.packages ?? 0} packages so far)`;
    case "wait":
      return `waiting for process ${step.holder}, which is installing the engine`;
  }
}
