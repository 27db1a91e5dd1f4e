import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ProgramError } from "./program-error.ts";

const addressSchema = z.object({ url: z.url(), apiToken: z.string().min(1), pid: z.int().optional() });

/** The emulated org as the program uses it. */
export interface SandboxOrg {
  readonly url: string;
  readonly apiToken: string;
}

/** The folder with the sandbox's state: `.sandbox`, or OKTA_SCIM_SANDBOX_DIR. */
function sandboxDirectory(projectDir: string, environment: NodeJS.ProcessEnv = process.env): string {
  return environment["OKTA_SCIM_SANDBOX_DIR"] ?? join(projectDir, ".sandbox");
}

/**
 * Finds the emulated org by the address file that it writes. OKTA_SCIM_SANDBOX_URL overrides the address.
 * @throws ProgramError SC1504 where it is not running
 */
export function findSandboxOrg(projectDir: string, environment: NodeJS.ProcessEnv = process.env): SandboxOrg {
  const file = join(sandboxDirectory(projectDir, environment), "okta", "address.json");
  const address = readAddress(file);
  const url = environment["OKTA_SCIM_SANDBOX_URL"];
  if (address === undefined) {
    throw new ProgramError(
      "SC1504",
      "The stack uses the emulated Okta org (okta-scim:org: sandbox), which is not running: it left no address. Start it: npx okta-scim sandbox start",
    );
  }
  if (url === undefined && address.pid !== undefined && !isAlive(address.pid)) {
    throw new ProgramError(
      "SC1504",
      `The emulated Okta org has ended (it was process ${address.pid}, at ${address.url}). Start it: npx okta-scim sandbox start`,
    );
  }
  return { url: (url ?? address.url).replace(/\/+$/, ""), apiToken: address.apiToken };
}

/** The key from which the sandbox's connection tokens are derived; `undefined` before the sandbox was first started. */
export function readSandboxTokenKey(
  projectDir: string,
  environment: NodeJS.ProcessEnv = process.env,
): string | undefined {
  try {
    const key = readFileSync(join(sandboxDirectory(projectDir, environment), "token-key"), "utf8").trim();
    return key === "" ? undefined : key;
  } catch {
    return undefined;
  }
}

function readAddress(file: string): z.infer<typeof addressSchema> | undefined {
  try {
    return addressSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
