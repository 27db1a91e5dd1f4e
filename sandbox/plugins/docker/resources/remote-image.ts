import { join } from "node:path";
import type { Context, ResourceDefinition } from "../../protocol/definition.ts";
import type { Properties } from "../../protocol/properties.ts";
import type { JsonObject } from "../../protocol/property-value.ts";
import type { ContainerRuntime, ImageDetails } from "../runtime.ts";

/** An image that is pulled, or built without being pushed. One that is there already is not pulled again. */
export const remoteImage: ResourceDefinition<ContainerRuntime> = {
  token: "docker:index/remoteImage:RemoteImage",
  sets: { pullTriggers: null },
  create: async (context, inputs) => {
    const details = await ensureImage(context, inputs);
    return { id: `${details.Id}${inputs.text("name")}`, state: readState(details) };
  },
  read: async ({ client }, _id, state) => {
    const details = await client.findImage(state.text("name"));
    return details && { state: readState(details) };
  },
  update: async (context, _id, _state, inputs) => readState(await ensureImage(context, inputs)),
  delete: async ({ client }, _id, state) => {
    if (!state.flag("keepLocally")) await client.removeImage(state.text("name"), state.flag("forceRemove"));
  },
};

async function ensureImage(
  { client, log }: Context<ContainerRuntime>,
  inputs: Properties,
): Promise<ImageDetails> {
  const name = inputs.text("name");
  const build = inputs.object("build");
  if (build !== undefined) {
    const context = build.text("context");
    await client.buildImage(
      {
        tags: [name, ...build.texts("tags")],
        context,
        dockerfile: join(context, build.optionalText("dockerfile") ?? "Dockerfile"),
        args: build.record("buildArgs"),
        target: build.optionalText("target"),
        platform: build.optionalText("platform"),
        network: build.optionalText("networkMode"),
        addHosts: build.texts("extraHosts"),
        cacheFrom: build.texts("cacheFroms"),
        useBuildKit: !build.flag("useLegacyBuilder"),
        noCache: build.flag("noCache"),
      },
      () => {},
    );
  }
  const found = await client.findImage(name);
  if (found !== undefined) return found;
  log("info", `Pulling ${name}`);
  await client.pullImage(name, inputs.optionalText("platform"));
  const pulled = await client.findImage(name);
  if (pulled === undefined) throw new Error(`unable to find or pull image ${name}`);
  return pulled;
}

function readState(details: ImageDetails): JsonObject {
  return { imageId: details.Id, repoDigest: details.RepoDigests?.[0] ?? null };
}
