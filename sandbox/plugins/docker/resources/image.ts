import { join } from "node:path";
import type { Context, ResourceDefinition } from "../../protocol/definition.ts";
import { Properties } from "../../protocol/properties.ts";
import type { JsonObject } from "../../protocol/property-value.ts";
import { collectContext, hashContext } from "../build/build-context.ts";
import type { ContainerRuntime, RegistryCredentials } from "../runtime.ts";

/**
 * An image built from a folder. It is built again when an input changes, and the folder's content is one of them:
 * its hash is taken where the program runs and kept in `build.contextDigest`.
 */
export const image: ResourceDefinition<ContainerRuntime> = {
  token: "docker:index/image:Image",
  defaults: { buildOnPreview: false, skipPush: false },
  volatile: ["repoDigest"],
  // An image keeps its name when it is built again, so there is never a second one to make first.
  deleteBeforeReplace: false,
  derive: async (inputs) => {
    const { context, dockerfile } = readBuild(inputs);
    const digest = await hashContext(await collectContext(context, dockerfile));
    return { build: { context, dockerfile, contextDigest: digest } };
  },
  create: async (context, inputs) => {
    const state = await buildImage(context, inputs);
    return { id: inputs.text("imageName"), state };
  },
  read: async ({ client }, _id, state) => {
    const digest = state.optionalText("repoDigest");
    if (digest === undefined) return { state: {} };
    // An image that someone removed is to be built again, though the official plugin would not notice.
    return (await client.findImage(digest)) === undefined ? undefined : { state: {} };
  },
  update: (context, _id, _state, inputs) => buildImage(context, inputs),
  // As in the official plugin: other things may use the image.
  delete: async () => {},
};

function readBuild(inputs: Properties) {
  const build = inputs.object("build") ?? new Properties({});
  const context = build.optionalText("context") ?? ".";
  return { build, context, dockerfile: build.optionalText("dockerfile") ?? join(context, "Dockerfile") };
}

async function buildImage(
  { client, log }: Context<ContainerRuntime>,
  inputs: Properties,
): Promise<JsonObject> {
  const name = inputs.text("imageName");
  const { build, context, dockerfile } = readBuild(inputs);
  const lines: string[] = [];
  try {
    await client.buildImage(
      {
        tags: [name],
        context,
        dockerfile,
        args: build.record("args"),
        target: build.optionalText("target"),
        platform: build.optionalText("platform"),
        network: build.optionalText("network"),
        addHosts: build.texts("addHosts"),
        cacheFrom: build.object("cacheFrom")?.texts("images") ?? [],
        useBuildKit: build.optionalText("builderVersion") !== "BuilderV1",
        noCache: false,
      },
      (line) => lines.push(line),
    );
  } catch (error) {
    const tail = lines.slice(-20).join("\n");
    throw new Error(`${error instanceof Error ? error.message : error}${tail === "" ? "" : `\n${tail}`}`, {
      cause: error,
    });
  }
  const isLocal = inputs.flag("skipPush");
  if (!isLocal) {
    log("info", `Pushing ${name}`);
    await client.pushImage(name, readCredentials(inputs));
  }
  const details = await client.findImage(name);
  if (details === undefined) throw new Error(`${name} was built, but the daemon does not have it.`);
  return {
    baseImageName: name,
    imageName: name,
    context,
    dockerfile: dockerfile.startsWith(`${context}/`) ? dockerfile.slice(context.length + 1) : dockerfile,
    registryServer: inputs.object("registry")?.optionalText("server") ?? "",
    platform: build.optionalText("platform") ?? null,
    repoDigest: isLocal ? details.Id : (details.RepoDigests?.[0] ?? details.Id),
  };
}

function readCredentials(inputs: Properties): RegistryCredentials | undefined {
  const registry = inputs.object("registry");
  const username = registry?.optionalText("username");
  const password = registry?.optionalText("password");
  if (!username || !password) return undefined;
  return { username, password, serveraddress: registry?.optionalText("server") ?? "" };
}
