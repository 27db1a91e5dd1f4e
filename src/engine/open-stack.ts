import {
  type ConfigMap,
  type EngineEvent,
  LocalWorkspace,
  type OpMap,
  type OutputMap,
  type PulumiFn,
  Stack,
} from "@pulumi/pulumi/automation/index.js";
import { type Diagnostic, isShowable, readDiagnostic } from "./diagnostics.ts";
import { EngineError } from "./engine-error.ts";
import { toEngineError } from "./engine-failure.ts";
import { EngineStop } from "./engine-stop.ts";
import type { Engine } from "./find-engine.ts";
import { WatchedProgram } from "./program-refusal.ts";
import { forgetRecorded, type RecordedResource, readRecorded } from "./recorded-state.ts";
import { type FindExisting, type Recovery, recoverStack } from "./recovery.ts";
import { type StandInPlugins, startStandIns } from "./stand-in-plugins.ts";
import { hasStateFile } from "./state-file.ts";
import { chooseStackPlace, type StackPlace } from "./work-dir.ts";

export interface OpenStackOptions {
  readonly engine: Engine;
  /** The stack's name, as in Pulumi.<stack>.yaml. */
  readonly stack: string;
  /** The repository's root. */
  readonly projectDir: string;
  /** The program: the same function that `pulumi up` runs. */
  readonly program: PulumiFn;
  /** Plugins to attach stand-ins for, see choosePlugins. */
  readonly standIns: readonly string[];
  /** With the sandbox: apps whose manual step was done at the emulated console; added to the copy of the stack's configuration. */
  readonly sandboxConfigured?: readonly string[];
  /** More environment for the engine and the stand-ins. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface OperationOptions {
  /** Every event of the engine, as it happens. */
  readonly onEvent?: (event: EngineEvent) => void;
  /** Stops the operation gracefully: what is under way is finished, nothing more begun. */
  readonly signal?: AbortSignal;
  /** URNs, or patterns of them, to leave alone: neither read nor changed. */
  readonly exclude?: readonly string[];
  /** Look at the real resources first. */
  readonly refresh?: boolean;
}

/** How an operation went. */
export interface OperationResult {
  /** Steps by kind: `same`, `create`, `update`, `delete`, `replace`… */
  readonly changes: OpMap;
  readonly diagnostics: readonly Diagnostic[];
  readonly events: readonly EngineEvent[];
}

/** A stack, ready for operations. Close it, or its plugins keep running. */
export interface OpenedStack {
  readonly place: StackPlace;
  /** Puts right what a killed engine left behind; call it before an operation. */
  readonly recover: (findExisting?: FindExisting) => Promise<Recovery>;
  /** What the last update recorded. */
  readonly recorded: () => Promise<readonly RecordedResource[]>;
  /** Takes resources that are gone out of the record. */
  readonly forget: (urns: readonly string[]) => Promise<void>;
  readonly preview: (options?: OperationOptions) => Promise<OperationResult>;
  readonly up: (options?: OperationOptions) => Promise<OperationResult & { readonly outputs: OutputMap }>;
  readonly refresh: (options?: OperationOptions) => Promise<OperationResult>;
  /** Compares the real resources with the state; changes neither. */
  readonly previewRefresh: (options?: OperationOptions) => Promise<OperationResult>;
  readonly destroy: (options?: OperationOptions) => Promise<OperationResult>;
  /** Replaces the apps whose manual step was done at the emulated console, for the operations to come. */
  readonly setSandboxConfigured: (apps: readonly string[]) => Promise<void>;
  /** The stack's configuration, secrets in plain. */
  readonly config: () => Promise<ConfigMap>;
  /** The outputs of the last update; secrets are marked as such. */
  readonly outputs: () => Promise<OutputMap>;
  readonly close: () => void;
}

/** Settings of the engine that hold for every operation. */
const engineEnvironment = {
  PULUMI_SKIP_UPDATE_CHECK: "true",
  PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
  // Diffs are serial by default, which is slow with hundreds of resources.
  PULUMI_PARALLEL_DIFF: "true",
};

/**
 * Opens a stack, creating it where it does not exist yet.
 * @throws EngineError ENGINE_PLUGIN_FAILED, ENGINE_PROJECT_INVALID, ENGINE_ACCESS_MISSING or ENGINE_OPERATION_FAILED
 */
export async function openStack(options: OpenStackOptions): Promise<OpenedStack> {
  const place = await chooseStackPlace(
    options.projectDir,
    options.stack,
    process.env,
    options.sandboxConfigured,
  );
  const environment = { ...engineEnvironment, ...place.environment, ...options.environment };
  const plugins = await startStandIns(options.projectDir, options.standIns, {
    ...process.env,
    ...environment,
  });
  const program = new WatchedProgram(options.program);
  try {
    const workspace = await LocalWorkspace.create({
      workDir: place.workDir,
      program: program.run,
      pulumiCommand: options.engine.command,
      envVars: { ...environment, ...(plugins.attach && attachStandIns(plugins.attach)) },
    });
    // Selecting asks the CLI, a second for nothing where the stack's file tells as much.
    if (await hasStateFile(place, options.stack)) workspace.selectStack = async () => {};
    const stack = await Stack.createOrSelect(options.stack, workspace);
    return new EngineStack(stack, place, { plugins, program }, options.projectDir);
  } catch (error) {
    plugins.close();
    throw toEngineError(error, [], options.stack);
  }
}

/** What every operation is given. */
interface CommonOptions {
  onEvent: (event: EngineEvent) => void;
  signal?: AbortSignal;
  exclude?: string[];
  refresh?: boolean;
  color: "never";
  suppressProgress: true;
}

/** Stand-ins are there because nothing can be downloaded: without this the engine tries at each start, for seconds. */
function attachStandIns(attach: string): Record<string, string> {
  return { PULUMI_DEBUG_PROVIDERS: attach, PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" };
}

class EngineStack implements OpenedStack {
  readonly place: StackPlace;
  private readonly stack: Stack;
  private readonly plugins: StandInPlugins;
  private readonly program: WatchedProgram;
  private readonly projectDir: string;
  /** What the CLI said, each answer being half a second's work: good until something here changes it. */
  private knownConfig: Promise<ConfigMap> | undefined;
  private knownOutputs: Promise<OutputMap> | undefined;

  constructor(
    stack: Stack,
    place: StackPlace,
    { plugins, program }: { readonly plugins: StandInPlugins; readonly program: WatchedProgram },
    projectDir: string,
  ) {
    this.projectDir = projectDir;
    this.stack = stack;
    this.place = place;
    this.plugins = plugins;
    this.program = program;
  }

  recover = (findExisting: FindExisting = async () => undefined) =>
    this.changing(() => recoverStack(this.stack, this.place, findExisting));

  recorded = () => readRecorded(this.stack);

  forget = (urns: readonly string[]) => this.changing(() => forgetRecorded(this.stack, new Set(urns)));

  preview = async (options: OperationOptions = {}) =>
    (await this.run(options, (common) => this.stack.preview(common))).result;

  up = async (options: OperationOptions = {}) => {
    const { result, answer } = await this.changing(() =>
      this.run(options, (common) => this.stack.up({ ...common, showSecrets: false })),
    );
    this.knownOutputs = Promise.resolve(answer.outputs);
    return { ...result, outputs: answer.outputs };
  };

  refresh = async ({ refresh: _always, ...options }: OperationOptions = {}) =>
    (
      await this.changing(() =>
        this.run(options, (common) => this.stack.refresh({ ...common, showSecrets: false })),
      )
    ).result;

  previewRefresh = async ({ refresh: _always, ...options }: OperationOptions = {}) =>
    (await this.run(options, (common) => this.stack.previewRefresh(common))).result;

  destroy = async (options: OperationOptions = {}) =>
    (
      await this.changing(() =>
        this.run(options, (common) => this.stack.destroy({ ...common, showSecrets: false })),
      )
    ).result;

  setSandboxConfigured = async (apps: readonly string[]) => {
    this.knownConfig = undefined;
    await chooseStackPlace(this.projectDir, this.stack.name, process.env, apps);
  };

  config = () => {
    this.knownConfig ??= this.stack.getAllConfig().catch((error: unknown) => {
      this.knownConfig = undefined;
      throw toEngineError(error, [], this.stack.name);
    });
    return this.knownConfig;
  };

  outputs = () => {
    this.knownOutputs ??= this.stack.outputs().catch((error: unknown) => {
      this.knownOutputs = undefined;
      throw toEngineError(error, [], this.stack.name);
    });
    return this.knownOutputs;
  };

  close = () => this.plugins.close();

  /** Runs what may change the outputs, also where it fails. */
  private async changing<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await work();
    } finally {
      this.knownOutputs = undefined;
    }
  }

  private async run<Answer>(
    options: OperationOptions,
    operate: (common: CommonOptions) => Promise<Answer>,
  ): Promise<{ readonly result: OperationResult; readonly answer: Answer }> {
    if (options.signal?.aborted) throw interrupted();
    const events: EngineEvent[] = [];
    const diagnostics: Diagnostic[] = [];
    const stop = options.signal === undefined ? undefined : new EngineStop(options.signal);
    const onEvent = (event: EngineEvent) => {
      stop?.observe(event);
      if (!isShowable(event)) return;
      events.push(event);
      const diagnostic = readDiagnostic(event);
      if (diagnostic !== undefined) diagnostics.push(diagnostic);
      options.onEvent?.(event);
    };
    const rejections = watchRejections();
    let answer: Answer;
    try {
      answer = await operate({
        onEvent,
        color: "never",
        suppressProgress: true,
        ...(stop && { signal: stop.signal }),
        ...(options.exclude && { exclude: [...options.exclude] }),
        ...(options.refresh && { refresh: true }),
      });
    } catch (error) {
      if (options.signal?.aborted) throw interrupted(error);
      if (this.program.refusal !== undefined) throw this.program.refusal;
      throw toEngineError(error, diagnostics, this.stack.name);
    } finally {
      rejections.stop();
      stop?.close();
    }
    if (rejections.first !== undefined) throw rejections.first.reason;
    const changes = events.findLast((event) => event.summaryEvent !== undefined)?.summaryEvent
      ?.resourceChanges;
    return { result: { changes: changes ?? {}, diagnostics, events }, answer };
  }
}

function interrupted(cause?: unknown): EngineError {
  return new EngineError(
    "ENGINE_INTERRUPTED",
    "The operation was stopped. What was under way has been finished and recorded.",
    "Run the command again to go on from there.",
    { cause },
  );
}

/**
 * A failing `apply` of an inline program also rejects in this process, which would end it. The engine reports such a
 * failure by itself, so it is only kept for the case that it did not.
 */
function watchRejections(): { first: { readonly reason: unknown } | undefined; readonly stop: () => void } {
  const onRejection = (reason: unknown) => {
    watch.first ??= { reason };
  };
  const watch: ReturnType<typeof watchRejections> = {
    first: undefined,
    stop: () => process.off("unhandledRejection", onRejection),
  };
  process.on("unhandledRejection", onRejection);
  return watch;
}
