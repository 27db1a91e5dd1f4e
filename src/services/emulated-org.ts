import { spawn } from "node:child_process";
import { closeSync, existsSync, fstatSync, mkdirSync, openSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import { z } from "zod";
import { ServiceError } from "./service-error.ts";

const addressSchema = z.object({
  url: z.url(),
  adminUrl: z.url(),
  apiToken: z.string(),
  pid: z.int(),
});

const statusSchema = z.looseObject({
  ok: z.boolean(),
  users: z.int(),
  groups: z.int(),
  apps: z.int(),
  queue: z.looseObject({ pending: z.int(), running: z.int(), failed: z.int() }),
});

/** Where the emulated org listens and how to authenticate; the file it writes when it listens. */
export type EmulatedOrgAddress = z.infer<typeof addressSchema>;
/** What the emulated org says of itself on `/sandbox/status`. */
export type EmulatedOrgStatus = z.infer<typeof statusSchema>;

/** The folder, below the project, that holds all state of the sandbox. */
export const sandboxFolder = ".sandbox";
export const emulatedOrgPort = 8600;

const startDeadline = 20_000;
const stopDeadline = 10_000;

/** Reads the address that the emulated org left, running or not; `undefined` where it never ran. */
export async function readEmulatedOrgAddress(projectDir: string): Promise<EmulatedOrgAddress | undefined> {
  const path = join(projectDir, sandboxFolder, "okta", "address.json");
  try {
    return addressSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    // There is none, or a machine that lost its power left half of it: the next start writes it anew.
    return undefined;
  }
}

/** Asks the emulated org how it is; `undefined` when it does not answer within 2 seconds. */
export async function readEmulatedOrgStatus(
  address: EmulatedOrgAddress,
): Promise<EmulatedOrgStatus | undefined> {
  try {
    const answer = await request(new URL("/sandbox/status", address.url), {
      headersTimeout: 2000,
      bodyTimeout: 2000,
    });
    const parsed = statusSchema.safeParse(await answer.body.json());
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Starts the emulated Okta org as a detached process that holds no terminal and logs to `.sandbox/okta/okta.log`, or finds it running.
 * @param options.snapshot a file that a new org begins with, instead of sandbox/org.yaml
 * @throws ServiceError SANDBOX_NOT_STARTED with the end of its log; SANDBOX_NOT_NEW for a snapshot where there is an org already.
 */
export async function startEmulatedOrg(
  projectDir: string,
  options: { readonly port?: number; readonly snapshot?: string | undefined } = {},
): Promise<{ readonly address: EmulatedOrgAddress; readonly started: boolean }> {
  const dataDir = join(projectDir, sandboxFolder, "okta");
  if (options.snapshot !== undefined && existsSync(join(dataDir, "org.sqlite"))) {
    throw new ServiceError(
      "SANDBOX_NOT_NEW",
      "The emulated org has been started before: a snapshot is what a new one begins with.",
      "Delete it with: npx okta-scim sandbox reset. Then start it with the snapshot.",
    );
  }
  const running = await findRunningOrg(projectDir);
  if (running !== undefined) return { address: running, started: false };

  mkdirSync(dataDir, { recursive: true });
  await rm(join(dataDir, "address.json"), { force: true });
  const logFile = join(dataDir, "okta.log");
  const log = openSync(logFile, "a", 0o600);
  const { size: sizeBefore } = fstatSync(log);
  const child = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      join(projectDir, "sandbox", "okta", "main.ts"),
      "--data",
      dataDir,
      "--org",
      join(projectDir, "sandbox", "org.yaml"),
      "--port",
      String(options.port ?? emulatedOrgPort),
      ...(options.snapshot === undefined ? [] : ["--snapshot", options.snapshot]),
    ],
    { cwd: projectDir, detached: true, stdio: ["ignore", log, log] },
  );
  closeSync(log);
  child.unref();
  let exited = false;
  child.once("exit", () => {
    exited = true;
  });

  const deadline = Date.now() + startDeadline;
  while (Date.now() < deadline && !exited) {
    const address = await findRunningOrg(projectDir);
    if (address !== undefined) return { address, started: true };
    await sleep(50);
  }
  const said = (await readFile(logFile).catch(() => Buffer.alloc(0))).subarray(sizeBefore).toString("utf8");
  const lastLines =
    said === ""
      ? "it wrote nothing to its log: the disk may be full"
      : said.trimEnd().split("\n").slice(-6).join("\n");
  throw new ServiceError(
    "SANDBOX_NOT_STARTED",
    exited
      ? `The emulated Okta org ended right after its start:\n${lastLines}`
      : `The emulated Okta org did not answer within 20 s:\n${lastLines}`,
    "Read .sandbox/okta/okta.log. If the port is taken, end what listens on it or choose another: npx okta-scim sandbox start --port 8700.",
  );
}

/** Stops the emulated org gracefully; answers whether one ran. */
export async function stopEmulatedOrg(projectDir: string): Promise<boolean> {
  const address = await findRunningOrg(projectDir);
  if (address === undefined) return false;
  process.kill(address.pid, "SIGTERM");
  const deadline = Date.now() + stopDeadline;
  while (isAlive(address.pid)) {
    if (Date.now() > deadline) process.kill(address.pid, "SIGKILL");
    await sleep(50);
  }
  return true;
}

async function findRunningOrg(projectDir: string): Promise<EmulatedOrgAddress | undefined> {
  const address = await readEmulatedOrgAddress(projectDir);
  if (address === undefined || !isAlive(address.pid)) return undefined;
  return (await readEmulatedOrgStatus(address)) === undefined ? undefined : address;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process is alive, too.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
