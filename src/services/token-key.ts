import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sandboxFolder } from "./emulated-org.ts";

/**
 * Makes sure that the sandbox has a key from which its connection tokens are derived (256 bits, readable by its owner only). A real org's key
 * is a Pulumi secret instead, okta-scim:tokenKey.
 */
export async function ensureSandboxTokenKey(projectDir: string): Promise<void> {
  const file = join(projectDir, sandboxFolder, "token-key");
  await mkdir(join(projectDir, sandboxFolder), { recursive: true });
  const existing = await readFile(file, "utf8").catch(() => "");
  if (existing.trim() !== "") return;
  await writeFile(file, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600 });
}
