import { findGo } from "../engine/build-engine.ts";
import { choosePlugins } from "../engine/choose-plugins.ts";
import { downloadHost, isDownloadHostKnown } from "../engine/download-host.ts";
import { minimumEngineVersion } from "../engine/engine-version.ts";
import { findEngine, findInstalledEngine } from "../engine/find-engine.ts";
import { askDocker } from "../services/docker-daemon.ts";
import { readEmulatedOrgAddress, readEmulatedOrgStatus } from "../services/emulated-org.ts";
import { listStacks } from "../spec/load-stack.ts";
import { InvalidSpecError } from "../spec/spec-issue.ts";
import { countOf } from "../text/count-of.ts";
import { diagnoseOrg } from "./diagnose-org.ts";
import { type Diagnosis, describeFailure } from "./diagnosis.ts";
import { readStackInput, type StackInput } from "./stack-session.ts";

const oldestNode = 20;

/**
 * Looks at everything this project needs on a machine, installs nothing, and says what to do about what is missing.
 * @param chosen the stack whose org is asked and whose secrets are read as well
 */
export async function diagnose(projectDir: string, chosen?: string): Promise<Diagnosis[]> {
  const found = await findInstalledEngine({});
  const engine = "command" in found ? found : undefined;
  const names = new Set([...listStacks(projectDir), ...(chosen === undefined ? [] : [chosen])]);
  const stacks = await Promise.all(
    [...names].map((stack) =>
      diagnoseStack(projectDir, stack, (input) =>
        stack === chosen ? diagnoseOrg(input, engine) : Promise.resolve([]),
      ),
    ),
  );
  return [
    diagnoseNode(),
    ...(await diagnoseEngine(found)),
    await diagnoseDocker(),
    await diagnoseSandbox(projectDir),
    ...stacks.flat(),
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

async function diagnoseEngine(found: Awaited<ReturnType<typeof findInstalledEngine>>): Promise<Diagnosis[]> {
  const subject = "Pulumi engine";
  if (!("command" in found)) {
    const finding = found.tried.join("; ");
    const ownWay = `install the Pulumi CLI ${minimumEngineVersion} or later`;
    const [canDownload, go] = await Promise.all([isDownloadHostKnown(), findGo()]);
    if (!canDownload && go === undefined)
      return [
        {
          subject,
          outcome: "problem",
          finding: `${finding}; ${downloadHost} can't be reached and there is no Go to build it with`,
          remedy: `Install Go (https://go.dev/dl/), or ${ownWay}.`,
        },
      ];
    const way = canDownload ? "downloads it" : "builds it with Go, about 5 minutes";
    return [{ subject, outcome: "note", finding, remedy: `npm start ${way}; or ${ownWay}.` }];
  }
  const plugins = await choosePlugins(found);
  return [
    { subject: "Pulumi engine", outcome: "ok", finding: `${found.version} (${found.source})` },
    { subject: "Plugins", outcome: plugins.standIns.length === 0 ? "ok" : "note", finding: plugins.line },
  ];
}

async function diagnoseDocker(): Promise<Diagnosis> {
  const docker = await askDocker();
  if (docker.listens) return { subject: "Docker", outcome: "ok", finding: "a daemon listens" };
  return {
    subject: "Docker",
    outcome: "note",
    finding: docker.reason,
    remedy: `${docker.remedy} Without Docker the sandbox runs the SCIM server as a plain process; a real environment needs Docker.`,
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

async function diagnoseStack(
  projectDir: string,
  stack: string,
  lookCloser: (input: StackInput) => Promise<Diagnosis[]>,
): Promise<Diagnosis[]> {
  const subject = `Stack ${stack}`;
  try {
    const input = readStackInput(projectDir, stack);
    const specs = countOf(input.plan.apps.length, "valid spec");
    return [{ subject, outcome: "ok", finding: specs }, ...(await lookCloser(input))];
  } catch (error) {
    const issues = error instanceof InvalidSpecError ? error.issues : [];
    const errors = issues.filter((issue) => issue.severity === "error").length;
    return [
      errors > 0
        ? {
            subject,
            outcome: "problem",
            finding: `${countOf(errors, "error")} in its specs or settings`,
            remedy: "npm run validate shows each with its line.",
          }
        : describeFailure(subject, error),
    ];
  }
}
