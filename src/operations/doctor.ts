import { existsSync } from "node:fs";
import { join } from "node:path";
import { choosePlugins } from "../engine/choose-plugins.ts";
import { minimumEngineVersion } from "../engine/engine-version.ts";
import { findEngine, findInstalledEngine } from "../engine/find-engine.ts";
import { isDockerListening } from "../services/docker-daemon.ts";
import { readEmulatedOrgAddress, readEmulatedOrgStatus } from "../services/emulated-org.ts";
import { readStackSettings } from "../services/stack-settings.ts";
import { listStacks, loadStack } from "../spec/load-stack.ts";

export interface Diagnosis {
  readonly subject: string;
  readonly outcome: "ok" | "note" | "problem";
  readonly finding: string;
  /** What to do; only where something is to do. */
  readonly remedy?: string;
}

const oldestNode = 20;

/** Looks at everything this project needs on a machine, installs nothing, and says what to do about what is missing. */
export async function diagnose(projectDir: string): Promise<Diagnosis[]> {
  return [
    diagnoseNode(),
    ...(await diagnoseEngine()),
    await diagnoseDocker(),
    await diagnoseSandbox(projectDir),
    ...listStacks(projectDir).map((stack) => diagnoseStack(projectDir, stack)),
  ];
}

/** Installs the engine where it is missing (a download, or a build of about 5 minutes), so that nothing later has to. */
export async function installEngine(projectDir: string, progress: (text: string) => void): Promise<string> {
  const engine = await findEngine({
    projectDir,
    onProgress: (step) =>
      progress(
        step.step === "build"
          ? `building pulumi ${step.version} from source, ${step.packages ?? 0} packages so far`
          : step.step,
      ),
  });
  return `pulumi ${engine.version} (${engine.source})`;
}

function diagnoseNode(): Diagnosis {
  const major = Number(process.versions.node.split(".")[0]);
  return major >= oldestNode
    ? { subject: "Node", outcome: "ok", finding: process.version }
    : {
        subject: "Node",
        outcome: "problem",
        finding: process.version,
        remedy: `Install Node ${oldestNode} or later, then npm ci.`,
      };
}

async function diagnoseEngine(): Promise<Diagnosis[]> {
  const found = await findInstalledEngine({});
  if (!("command" in found))
    return [
      {
        subject: "Pulumi engine",
        outcome: "note",
        finding: found.tried.join("; "),
        remedy: `npm start gets it (download, or a build with Go); or install the Pulumi CLI ${minimumEngineVersion} or later.`,
      },
    ];
  const plugins = await choosePlugins(found);
  return [
    { subject: "Pulumi engine", outcome: "ok", finding: `${found.version} (${found.source})` },
    { subject: "Plugins", outcome: plugins.standIns.length === 0 ? "ok" : "note", finding: plugins.line },
  ];
}

async function diagnoseDocker(): Promise<Diagnosis> {
  if (await isDockerListening()) return { subject: "Docker", outcome: "ok", finding: "a daemon listens" };
  return {
    subject: "Docker",
    outcome: "note",
    finding: "no daemon listens",
    remedy:
      "Without Docker the sandbox runs the SCIM server as a plain process; a real environment needs Docker.",
  };
}

async function diagnoseSandbox(projectDir: string): Promise<Diagnosis> {
  const address = await readEmulatedOrgAddress(projectDir);
  const status = address === undefined ? undefined : await readEmulatedOrgStatus(address);
  return status === undefined || address === undefined
    ? {
        subject: "Emulated Okta org",
        outcome: "note",
        finding: "not running",
        remedy: "npm start starts it.",
      }
    : {
        subject: "Emulated Okta org",
        outcome: "ok",
        finding: `${address.url}, ${status.users} people, ${status.apps} apps`,
      };
}

function diagnoseStack(projectDir: string, stack: string): Diagnosis {
  const subject = `Stack ${stack}`;
  if (!existsSync(join(projectDir, `Pulumi.${stack}.yaml`)))
    return {
      subject,
      outcome: "problem",
      finding: `Pulumi.${stack}.yaml is missing`,
      remedy: "docs/production.md shows what it holds.",
    };
  try {
    readStackSettings(projectDir, stack);
  } catch (error) {
    return {
      subject,
      outcome: "problem",
      finding: error instanceof Error ? error.message : String(error),
      remedy: `Correct Pulumi.${stack}.yaml.`,
    };
  }
  const { specs, issues } = loadStack(projectDir, stack);
  const errors = issues.filter((issue) => issue.severity === "error").length;
  return errors === 0
    ? { subject, outcome: "ok", finding: `${specs.length} valid specs` }
    : {
        subject,
        outcome: "problem",
        finding: `${errors} errors in its specs`,
        remedy: "npm run validate shows each with its line.",
      };
}
