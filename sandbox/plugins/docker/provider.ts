import { join } from "node:path";
import type { ProviderDefinition } from "../protocol/definition.ts";
import { parsePackageSchema } from "../protocol/package-schema.ts";
import { readSdkVersion } from "../protocol/sdk-version.ts";
import { connectRuntime } from "./config.ts";
import { container } from "./resources/container.ts";
import { image } from "./resources/image.ts";
import { network } from "./resources/network.ts";
import { remoteImage } from "./resources/remote-image.ts";
import { volume } from "./resources/volume.ts";
import type { ContainerRuntime } from "./runtime.ts";
import schemaDocument from "./schema.json" with { type: "json" };

/** A stand-in for the official docker plugin, attached only where that one can't be had. */
export const dockerProvider: ProviderDefinition<ContainerRuntime> = {
  schema: parsePackageSchema(schemaDocument),
  version: readSdkVersion("docker"),
  typeDefaults: { "docker:index/ContainerPort:ContainerPort": { ip: "0.0.0.0", protocol: "tcp" } },
  resources: [container, image, network, remoteImage, volume],
  functions: [],
  configure: (config, context) => {
    const sandboxDir = process.env["OKTA_SCIM_SANDBOX_DIR"] ?? join(process.cwd(), ".sandbox");
    return connectRuntime(config, process.env, sandboxDir, context);
  },
};
