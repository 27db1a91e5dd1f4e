import { readFileSync } from "node:fs";
import { access } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { z } from "zod";

/** A resource plugin that the program needs. */
export interface PluginPackage {
  readonly name: "okta" | "docker";
  /** The version that the SDK in node_modules asks for. */
  readonly version: string;
}

const sdkPackage = z.object({ version: z.string(), pulumi: z.object({ version: z.string().optional() }) });

/** The plugins of the SDKs that the program imports. @throws when an SDK is not installed */
export function readPluginPackages(): PluginPackage[] {
  const require = createRequire(import.meta.url);
  return (["okta", "docker"] as const).map((name) => {
    const path = require.resolve(`@pulumi/${name}/package.json`);
    const sdk = sdkPackage.parse(JSON.parse(readFileSync(path, "utf8")));
    return { name, version: sdk.pulumi.version ?? sdk.version };
  });
}

/** Whether the official plugin is in the plugin cache or on PATH. */
export async function isPluginInstalled(
  plugin: PluginPackage,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<boolean> {
  const home = environment["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
  const file = `pulumi-resource-${plugin.name}${process.platform === "win32" ? ".exe" : ""}`;
  const onPath = (environment["PATH"] ?? "").split(delimiter).filter(Boolean);
  const folders = [join(home, "plugins", `resource-${plugin.name}-v${plugin.version}`), ...onPath];
  const found = await Promise.all(
    folders.map((folder) =>
      access(join(folder, file)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}
