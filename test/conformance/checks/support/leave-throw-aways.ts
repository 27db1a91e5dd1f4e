import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { World } from "./world.ts";

/** Leaves a throw-away user and a group in the world's SCIM server, as a killed run does. */
export async function leaveThrowAways({ scim, app }: World): Promise<void> {
  const script = join(import.meta.dirname, "throw-aways-process.ts");
  await promisify(execFile)(process.execPath, [script, scim.baseUrl, app.server.authorization]);
}
