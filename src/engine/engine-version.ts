import { homedir } from "node:os";
import { join } from "node:path";

/** The engine that is installed where there is none; `tools/go.mod` pins the same. */
export const engineVersion = "3.256.0";
/** Since this version a failing post-deploy check fails the update (pulumi/pulumi#22935). */
export const minimumEngineVersion = "3.238.0";

/** Where engines are kept, outside the repository: `$OKTA_SCIM_HOME/engine`, else `~/.okta-scim/engine`. */
export function engineCacheDir(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  return join(environment["OKTA_SCIM_HOME"] ?? join(homedir(), ".okta-scim"), "engine");
}

/** The installation root of a version: its `bin/` holds the `pulumi` command. */
export function engineRoot(cacheDir: string, version = engineVersion): string {
  return join(cacheDir, `v${version}`);
}

/** The command inside an installation root. */
export function engineCommand(root: string): string {
  return join(root, "bin", process.platform === "win32" ? "pulumi.exe" : "pulumi");
}

/**
 * What a `pulumi version` answer is worth.
 * @param text such as `v3.256.0` or `v3.257.0-dev.0`
 * @returns the version without its `v`, or why it can't be used
 */
export function checkEngineVersion(text: string): { readonly version: string } | { readonly reason: string } {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(.*)$/.exec(text.trim());
  if (match === null) return { reason: `its version can't be read: ${JSON.stringify(text.trim())}` };
  const version = text.trim().replace(/^v/, "");
  const [major, minor] = [Number(match[1]), Number(match[2])];
  const [minMajor = 0, minMinor = 0] = minimumEngineVersion.split(".").map(Number);
  if (major !== minMajor) return { reason: `version ${version} is of another major than ${minMajor}` };
  if (minor < minMinor) return { reason: `version ${version} is older than ${minimumEngineVersion}` };
  return { version };
}
