import { z } from "zod";
import type { JsonObject } from "../../protocol/property-value.ts";
import { collectContext } from "../build/build-context.ts";
import { type TarEntry, writeTar } from "../build/tar.ts";
import {
  type ContainerRuntime,
  containerDetails,
  type ImageBuild,
  imageDetails,
  networkDetails,
  RuntimeError,
  type UploadedFile,
  volumeDetails,
} from "../runtime.ts";
import type { EngineClient } from "./engine-client.ts";

const created = z.object({ Id: z.string() });

/** Containers by a Docker daemon, through its Engine API. */
export function createEngineRuntime(client: EngineClient): ContainerRuntime {
  const post = (path: string, body: JsonObject, query: Record<string, string | undefined> = {}) =>
    client.call({ method: "POST", path, body, query });
  return {
    buildImage: (build, onLine) => buildImage(client, build, onLine),
    findImage: async (reference) =>
      parse(imageDetails, await client.find(`/images/${escapeName(reference)}/json`)),
    pullImage: (reference, platform) =>
      client.follow(
        { method: "POST", path: "/images/create", query: { ...splitReference(reference), platform } },
        () => {},
      ),
    pushImage: (reference, credentials) =>
      client.follow(
        {
          method: "POST",
          path: `/images/${escapeName(splitReference(reference).fromImage)}/push`,
          query: { tag: splitReference(reference).tag },
          headers: {
            "X-Registry-Auth": Buffer.from(JSON.stringify(credentials ?? {})).toString("base64url"),
          },
        },
        () => {},
      ),
    removeImage: async (reference, force) => {
      await ignoreAbsent(
        client.call({
          method: "DELETE",
          path: `/images/${escapeName(reference)}`,
          query: { force: String(force) },
        }),
      );
    },
    createNetwork: async (network) => created.parse(await post("/networks/create", network)).Id,
    findNetwork: async (id) => parse(networkDetails, await client.find(`/networks/${id}`)),
    removeNetwork: async (id) => {
      await ignoreAbsent(client.call({ method: "DELETE", path: `/networks/${id}` }));
    },
    createVolume: async (volume) => volumeDetails.parse(await post("/volumes/create", volume)),
    findVolume: async (name) =>
      parse(volumeDetails, await client.find(`/volumes/${encodeURIComponent(name)}`)),
    removeVolume: async (name) => {
      await ignoreAbsent(client.call({ method: "DELETE", path: `/volumes/${encodeURIComponent(name)}` }));
    },
    createContainer: async (name, container, platform) =>
      created.parse(await post("/containers/create", container, { name, platform })).Id,
    connectNetwork: async (id, network, endpoint) => {
      await post(`/networks/${network}/connect`, { Container: id, EndpointConfig: endpoint });
    },
    disconnectNetwork: async (id, network) => {
      await post(`/networks/${network}/disconnect`, { Container: id, Force: false });
    },
    uploadFiles: async (id, files) => {
      await client.call({
        method: "PUT",
        path: `/containers/${id}/archive`,
        query: { path: "/" },
        archive: writeTar(files.map(toTarEntry)),
      });
    },
    startContainer: async (id) => {
      await client.call({ method: "POST", path: `/containers/${id}/start` });
    },
    findContainer: async (id) => parse(containerDetails, await client.find(`/containers/${id}/json`)),
    updateContainer: async (id, change) => {
      await post(`/containers/${id}/update`, change);
    },
    stopContainer: async (id, graceSeconds) => {
      const query = { t: String(graceSeconds) };
      await ignoreAbsent(client.call({ method: "POST", path: `/containers/${id}/stop`, query }));
    },
    removeContainer: async (id, removeVolumes) => {
      const query = { force: "true", v: String(removeVolumes) };
      await ignoreAbsent(client.call({ method: "DELETE", path: `/containers/${id}`, query }));
    },
    readLog: async (id, lines) => {
      const query = { stdout: "true", stderr: "true", tail: String(lines) };
      return readLogFrames(
        await client.callForBytes({ method: "GET", path: `/containers/${id}/logs`, query }),
      );
    },
  };
}

async function buildImage(
  client: EngineClient,
  build: ImageBuild,
  onLine: (line: string) => void,
): Promise<void> {
  const context = await collectContext(build.context, build.dockerfile);
  const query = {
    t: build.tags,
    dockerfile: context.dockerfile,
    buildargs: JSON.stringify(build.args),
    target: build.target,
    platform: build.platform,
    networkmode: build.network,
    extrahosts: build.addHosts.length > 0 ? build.addHosts.join(",") : undefined,
    cachefrom: build.cacheFrom.length > 0 ? JSON.stringify(build.cacheFrom) : undefined,
    nocache: build.noCache ? "true" : undefined,
    version: build.useBuildKit ? "2" : "1",
  };
  const send = (version: string) =>
    client.follow(
      { method: "POST", path: "/build", query: { ...query, version }, archive: writeTar(context.entries) },
      onLine,
    );
  try {
    await send(query.version);
  } catch (error) {
    // Daemons without BuildKit say so; the classic builder then does the same.
    const lacksBuildKit =
      error instanceof RuntimeError && /buildkit/i.test(error.message) && build.useBuildKit;
    if (!lacksBuildKit) throw error;
    await send("1");
  }
}

function toTarEntry(file: UploadedFile): TarEntry {
  return { path: file.path.replace(/^\/+/, ""), mode: file.mode, kind: "file", content: file.content };
}

/** Name and tag or digest; `latest` where there is neither, since the API would else pull every tag. */
function splitReference(reference: string): { fromImage: string; tag: string } {
  if (reference.includes("@")) return { fromImage: reference, tag: "" };
  const colon = reference.lastIndexOf(":");
  if (colon > reference.lastIndexOf("/")) {
    return { fromImage: reference.slice(0, colon), tag: reference.slice(colon + 1) };
  }
  return { fromImage: reference, tag: "latest" };
}

function escapeName(reference: string): string {
  return reference.split("/").map(encodeURIComponent).join("/");
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T | undefined {
  return value === undefined ? undefined : schema.parse(value);
}

async function ignoreAbsent(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof RuntimeError && error.status === 404)) throw error;
  }
}

/** Output without a terminal comes in frames: 8 bytes of header, the last 4 of which are the length. */
function readLogFrames(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes);
  let text = "";
  for (let offset = 0; offset + 8 <= buffer.length; ) {
    const length = buffer.readUInt32BE(offset + 4);
    text += buffer.toString("utf8", offset + 8, offset + 8 + length);
    offset += 8 + length;
  }
  return text;
}
