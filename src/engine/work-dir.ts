import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseDocument, stringify } from "yaml";
import { z } from "zod";
import { parseJson } from "../spec/json-value.ts";
import { EngineError } from "./engine-error.ts";

/** Where the engine works on a stack, and with which backend and secrets. */
export interface StackPlace {
  /** Holds Pulumi.yaml and Pulumi.<stack>.yaml. */
  readonly workDir: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The file backend's folder; undefined when the user's own backend is used. */
  readonly stateDir: string | undefined;
  readonly project: string;
}

const projectFile = z.looseObject({ name: z.string(), main: z.string().optional() });
const stackFile = z.looseObject({ config: z.record(z.string(), z.unknown()).optional() });
/** Keys of a stack file that tell how its secrets are encrypted. */
const secretsKeys = ["encryptionsalt", "encryptedkey", "secretsprovider"] as const;
const credentialsFile = z.looseObject({ current: z.string().optional() });

/** The project's name, as in Pulumi.yaml. */
export async function readProjectName(projectDir: string): Promise<string> {
  return projectFile.parse(await readYaml(join(projectDir, "Pulumi.yaml"))).name;
}

/**
 * Chooses where a stack lives. A sandbox stack of a user without a backend of their own is kept in `.sandbox/`, with
 * a generated passphrase and copies of the Pulumi files, so that nothing the engine writes shows up in the user's
 * files. Every other stack uses the repository's files and the user's backend.
 * @throws EngineError ENGINE_PROJECT_INVALID
 */
export async function chooseStackPlace(
  projectDir: string,
  stack: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
  sandboxConfigured: readonly string[] = [],
): Promise<StackPlace> {
  const project = projectFile.parse(await readYaml(join(projectDir, "Pulumi.yaml")));
  const stackPath = join(projectDir, `Pulumi.${stack}.yaml`);
  const settings = stackFile.parse((await readYaml(stackPath)) ?? {});
  const isSandbox = settings.config?.["okta-scim:org"] === "sandbox";
  if (!isSandbox || (await hasBackend(environment))) {
    return { workDir: projectDir, environment: {}, stateDir: undefined, project: project.name };
  }
  const sandboxDir = environment["OKTA_SCIM_SANDBOX_DIR"] ?? join(projectDir, ".sandbox");
  const stateDir = join(sandboxDir, "pulumi", "state");
  const workDir = join(sandboxDir, "pulumi", stack);
  await mkdir(stateDir, { recursive: true });
  await mkdir(workDir, { recursive: true });
  const ownSecrets = secretsKeys.some((key) => settings[key] !== undefined);
  // An inline program has no file to run, and the copy has none next to it.
  const { main: _main, ...projectCopy } = project;
  await writeFile(join(workDir, "Pulumi.yaml"), stringify({ ...projectCopy, runtime: "nodejs" }));
  const config =
    sandboxConfigured.length === 0
      ? settings.config
      : { ...settings.config, "okta-scim:sandboxConfigured": [...sandboxConfigured] };
  await copyStackFile({ ...settings, ...(config && { config }) }, join(workDir, `Pulumi.${stack}.yaml`));
  return {
    workDir,
    stateDir,
    project: project.name,
    environment: {
      PULUMI_BACKEND_URL: pathToFileURL(stateDir).href,
      ...(!ownSecrets && { PULUMI_CONFIG_PASSPHRASE_FILE: await ensurePassphrase(sandboxDir) }),
    },
  };
}

/** The user's settings over what the engine itself wrote into the copy (its salt). */
async function copyStackFile(settings: z.infer<typeof stackFile>, target: string): Promise<void> {
  const before = stackFile.safeParse((await readYaml(target)) ?? {}).data ?? {};
  const kept = Object.fromEntries(
    secretsKeys.filter((key) => before[key] !== undefined).map((key) => [key, before[key]]),
  );
  const text = stringify({ ...kept, ...settings });
  const old = await readFile(target, "utf8").catch(() => undefined);
  if (old !== text) await writeFile(target, text);
}

async function ensurePassphrase(sandboxDir: string): Promise<string> {
  const path = join(sandboxDir, "passphrase");
  try {
    await writeFile(path, randomBytes(24).toString("base64url"), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  await chmod(path, 0o600);
  return path;
}

async function hasBackend(environment: Readonly<Record<string, string | undefined>>): Promise<boolean> {
  if (environment["PULUMI_BACKEND_URL"] || environment["PULUMI_ACCESS_TOKEN"]) return true;
  const home = environment["PULUMI_HOME"] ?? join(environment["HOME"] ?? homedir(), ".pulumi");
  const text = await readFile(join(home, "credentials.json"), "utf8").catch(() => undefined);
  if (text === undefined) return false;
  const credentials = credentialsFile.safeParse(parseJson(text));
  return Boolean(credentials.data?.current);
}

async function readYaml(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const document = parseDocument(text);
  const error = document.errors[0];
  if (error !== undefined) {
    throw new EngineError(
      "ENGINE_PROJECT_INVALID",
      `${path}: ${error.message}`,
      "Correct the YAML of that file.",
    );
  }
  return document.toJS();
}
