import { createRequire } from "node:module";
import { z } from "zod";

const packageFile = z.object({ version: z.string() });

/** The version of a provider's Node SDK, which asks for a plugin of the same version. */
export function readSdkVersion(provider: "okta" | "docker"): string {
  return packageFile.parse(createRequire(import.meta.url)(`@pulumi/${provider}/package.json`)).version;
}
