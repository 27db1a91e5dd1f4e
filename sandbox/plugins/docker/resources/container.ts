import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { CheckFailure, Context, ResourceDefinition } from "../../protocol/definition.ts";
import type { Properties } from "../../protocol/properties.ts";
import type { JsonObject } from "../../protocol/property-value.ts";
import { type ContainerDetails, type ContainerRuntime, RuntimeError, type UploadedFile } from "../runtime.ts";
import { buildContainer, buildEndpoint, buildUpdate, ownerLabel } from "./container-body.ts";
import { readContainerState } from "./container-state.ts";

type ContainerContext = Context<ContainerRuntime>;

/** Milliseconds between looks at a container that is waited for. */
const pollInterval = 250;
/** Milliseconds for a container to stay up before it counts as running. */
const settleTime = 300;
/** Lines of a container's log that go into the text of its failure. */
const logLines = 20;

/** @see https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container */
export const container: ResourceDefinition<ContainerRuntime> = {
  token: "docker:index/container:Container",
  autoName: "name",
  defaults: {
    attach: false,
    logs: false,
    mustRun: true,
    readOnly: false,
    removeVolumes: true,
    restart: "no",
    rm: false,
    start: true,
    stdinOpen: false,
    tty: false,
    wait: false,
    waitTimeout: 60,
    containerReadRefreshTimeoutMilliseconds: 15_000,
  },
  allowed: { restart: ["no", "on-failure", "always", "unless-stopped"] },
  computed: [
    "command",
    "entrypoints",
    "hostname",
    "init",
    "ipcMode",
    "logDriver",
    "networkMode",
    "runtime",
    "securityOpts",
    "shmSize",
    "stopSignal",
    "stopTimeout",
    "user",
    "workingDir",
    "maxRetryCount",
  ],
  sets: {
    envs: null,
    labels: "label",
    volumes: null,
    mounts: "target",
    networksAdvanced: "name",
    uploads: "file",
    securityOpts: null,
    hosts: "host",
    ulimits: "name",
  },
  volatile: ["networkDatas"],
  validate: checkUploads,
  create: async (context, inputs) => {
    const { client } = context;
    const id = await createInPlace(client, inputs);
    try {
      await prepare(context, id, inputs);
      return { id, state: readContainerState(await findOrFail(context, id), inputs) };
    } catch (error) {
      // Half a container would hold the name and be taken for a whole one.
      await client.removeContainer(id, true);
      throw error;
    }
  },
  read: async ({ client }, id, state) => {
    const details = await client.findContainer(id);
    if (details === undefined) return undefined;
    const isImport = !state.has("name");
    const mustRun = isImport ? false : state.flag("mustRun");
    // What should run and doesn't counts as gone. The official plugin removes it here; but reading is part of previews,
    // so its successor removes it.
    if (!details.State.Running && mustRun) return undefined;
    return {
      id: details.Id,
      state: { ...readContainerState(details, state), image: await readImage(client, details, state) },
    };
  },
  update: async (context, id, state, inputs) => {
    // The official plugin sends the swap limit that it once read along, also where the program ignores it: Docker refuses more memory than that.
    const swap = inputs.optionalNumber("memorySwap") ?? state.optionalNumber("memorySwap") ?? 0;
    await context.client.updateContainer(id, {
      ...buildUpdate(inputs),
      ...(swap !== 0 && { MemorySwap: swap > 0 ? swap * 1024 * 1024 : swap }),
    });
    return readContainerState(await findOrFail(context, id), inputs);
  },
  delete: async ({ client }, id, state) => {
    const grace = state.optionalNumber("destroyGraceSeconds") ?? 0;
    if (grace > 0) await client.stopContainer(id, grace);
    await client.removeContainer(id, state.flag("removeVolumes"));
  },
};

function checkUploads(inputs: Properties): CheckFailure[] {
  return inputs.objects("uploads").flatMap((upload, index) => {
    const given = ["content", "contentBase64", "source"].filter((name) => upload.optionalText(name));
    return given.length === 1
      ? []
      : [
          {
            path: `uploads[${index}]`,
            reason: "exactly one of content, contentBase64 and source must be set",
          },
        ];
  });
}

/** A stopped container of the same name that an earlier update made gives way; anybody else's does not. */
async function createInPlace(client: ContainerRuntime, inputs: Properties): Promise<string> {
  const name = inputs.text("name");
  const create = () => client.createContainer(name, buildContainer(inputs), inputs.optionalText("platform"));
  try {
    return await create();
  } catch (error) {
    const existing = await client.findContainer(name);
    const isOwn = existing?.Config.Labels?.[ownerLabel] === "true" && !existing.State.Running;
    if (!(error instanceof RuntimeError) || error.status !== 409 || existing === undefined || !isOwn)
      throw error;
    await client.removeContainer(existing.Id, true);
    return create();
  }
}

async function prepare(context: ContainerContext, id: string, inputs: Properties): Promise<void> {
  const { client } = context;
  const networks = inputs.objects("networksAdvanced");
  if (networks.length > 0) {
    await client.disconnectNetwork(id, "bridge").catch(ignoreNotConnected);
    for (const network of networks)
      await client.connectNetwork(id, network.text("name"), buildEndpoint(network));
  }
  const uploads = await Promise.all(inputs.objects("uploads").map(readUpload));
  if (uploads.length > 0) await client.uploadFiles(id, uploads);
  if (!inputs.flag("start")) return;
  await client.startContainer(id);
  if (inputs.flag("wait")) await waitUntilHealthy(context, id, inputs.optionalNumber("waitTimeout") ?? 60);
  else if (inputs.flag("mustRun")) await waitUntilRunning(context, id);
}

async function readUpload(upload: Properties): Promise<UploadedFile> {
  const source = upload.optionalText("source");
  const base64 = upload.optionalText("contentBase64");
  const content = source
    ? await readFile(source)
    : base64
      ? Buffer.from(base64, "base64")
      : Buffer.from(upload.optionalText("content") ?? "");
  const permissions = upload.optionalText("permissions");
  const mode = permissions ? Number.parseInt(permissions, 8) : upload.flag("executable") ? 0o744 : 0o644;
  return { path: upload.text("file"), content, mode };
}

async function waitUntilRunning(context: ContainerContext, id: string): Promise<void> {
  await sleep(settleTime, undefined, { signal: context.signal });
  const details = await findOrFail(context, id);
  if (!details.State.Running) throw await describeEnd(context, id, details);
}

async function waitUntilHealthy(
  context: ContainerContext,
  id: string,
  timeoutSeconds: number,
): Promise<void> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const details = await findOrFail(context, id);
    const health = details.State.Health?.Status;
    if (health === "healthy") return;
    if (!details.State.Running) throw await describeEnd(context, id, details);
    if (health === undefined) {
      throw new Error("you have supplied wait=true but the container has no health check");
    }
    if (health === "unhealthy" || Date.now() > deadline) {
      const log = await context.client.readLog(id, logLines);
      throw new Error(
        `the container is ${health} after ${timeoutSeconds} s at most. Its log ends with:\n${log}`,
      );
    }
    await sleep(pollInterval, undefined, { signal: context.signal });
  }
}

async function describeEnd(context: ContainerContext, id: string, details: ContainerDetails): Promise<Error> {
  const log = await context.client.readLog(id, logLines);
  return new Error(
    `container exited immediately (exit code ${details.State.ExitCode})${log.trim() === "" ? "" : `. Its log ends with:\n${log}`}`,
  );
}

async function findOrFail({ client }: ContainerContext, id: string): Promise<ContainerDetails> {
  const details = await client.findContainer(id);
  if (details === undefined) throw new Error(`the container ${id} is gone`);
  return details;
}

/** The image as the program wrote it, as long as that still is the image that the container was made from. */
async function readImage(
  client: ContainerRuntime,
  details: ContainerDetails,
  state: Properties,
): Promise<JsonObject[string]> {
  const given = state.optionalText("image");
  if (given === undefined) return details.Image;
  if (given === details.Image) return given;
  return (await client.findImage(given))?.Id === details.Image ? given : details.Image;
}

function ignoreNotConnected(error: unknown): void {
  if (error instanceof RuntimeError && /is not connected to (the )?network/.test(error.message)) return;
  throw error;
}
