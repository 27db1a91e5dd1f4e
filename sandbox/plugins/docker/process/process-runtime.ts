import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { isJsonObject } from "../../protocol/properties.ts";
import type { JsonObject } from "../../protocol/property-value.ts";
import { collectContext, hashContext } from "../build/build-context.ts";
import { type ContainerDetails, type ContainerRuntime, containerDetails, RuntimeError } from "../runtime.ts";
import { parseDockerfile } from "./dockerfile.ts";
import { isRunning, runHealthcheck, startDetached, stopProcess } from "./process-control.ts";
import { layOutProcess, type ProcessLayout } from "./process-layout.ts";
import {
  type ContainerRecord,
  containerRecord,
  type ImageRecord,
  imageRecord,
  networkRecord,
  RecordStore,
  volumeRecord,
} from "./process-store.ts";

/** Milliseconds for a process to end by itself when its container is removed: its data is to be whole. */
const removalGrace = 10_000;

/**
 * Containers as plain processes, for machines without Docker: an image is a folder and its hash, a container a
 * process, a volume a folder.
 * @param sandboxDir where all of it is kept
 */
export function createProcessRuntime(sandboxDir: string): ContainerRuntime {
  return new ProcessRuntime(sandboxDir);
}

class ProcessRuntime implements ContainerRuntime {
  private readonly sandboxDir: string;
  private readonly volumesDir: string;
  private readonly images: RecordStore<ImageRecord>;
  private readonly networks: RecordStore<{ id: string; body: JsonObject }>;
  private readonly volumes: RecordStore<{ name: string; labels: Record<string, string> }>;
  private readonly containers: RecordStore<ContainerRecord>;

  constructor(sandboxDir: string) {
    this.sandboxDir = sandboxDir;
    this.volumesDir = join(sandboxDir, "volumes");
    const records = join(sandboxDir, "processes");
    this.images = new RecordStore(join(records, "images"), imageRecord);
    this.networks = new RecordStore(join(records, "networks"), networkRecord);
    this.volumes = new RecordStore(join(records, "volumes"), volumeRecord);
    this.containers = new RecordStore(join(records, "containers"), containerRecord);
  }

  buildImage: ContainerRuntime["buildImage"] = async (build) => {
    const context = resolve(build.context);
    const id = `sha256:${await hashContext(await collectContext(context, build.dockerfile))}`;
    for (const other of await this.images.list()) {
      const tags = other.tags.filter((tag) => !build.tags.includes(tag));
      if (tags.length < other.tags.length) await this.images.write(other.id, { ...other, tags });
    }
    await this.images.write(id, {
      id,
      tags: [...build.tags],
      context,
      dockerfile: resolve(build.dockerfile),
    });
  };

  findImage: ContainerRuntime["findImage"] = async (reference) => {
    const image = await this.findImageRecord(reference);
    return image && { Id: image.id, RepoTags: image.tags, RepoDigests: [] };
  };

  pullImage: ContainerRuntime["pullImage"] = async (reference) => {
    throw new RuntimeError(
      501,
      `${reference} can't be pulled: there is no Docker here, and a registry's image is no process.`,
    );
  };

  pushImage: ContainerRuntime["pushImage"] = async (reference) => {
    throw new RuntimeError(501, `${reference} can't be pushed: there is no Docker here.`);
  };

  removeImage: ContainerRuntime["removeImage"] = async (reference) => {
    const image = await this.findImageRecord(reference);
    if (image !== undefined) await this.images.remove(image.id);
  };

  createNetwork: ContainerRuntime["createNetwork"] = async (body) => {
    const id = createId();
    await this.networks.write(id, { id, body });
    return id;
  };

  findNetwork: ContainerRuntime["findNetwork"] = async (id) => {
    const networks = await this.networks.list();
    const network = networks.find((candidate) => candidate.id === id || candidate.body["Name"] === id);
    if (network === undefined) return undefined;
    const labels = network.body["Labels"];
    return {
      Id: network.id,
      Name: String(network.body["Name"]),
      Scope: "local",
      Driver: String(network.body["Driver"] ?? "bridge"),
      Internal: network.body["Internal"] === true,
      Attachable: network.body["Attachable"] === true,
      Ingress: false,
      EnableIPv6: network.body["EnableIPv6"] === true,
      Options: {},
      Labels: toTexts(labels),
    };
  };

  removeNetwork: ContainerRuntime["removeNetwork"] = (id) => this.networks.remove(id);

  createVolume: ContainerRuntime["createVolume"] = async (body) => {
    const name = String(body["Name"]);
    await mkdir(join(this.volumesDir, name), { recursive: true, mode: 0o700 });
    await this.volumes.write(name, { name, labels: toTexts(body["Labels"]) });
    return describeVolume(name, this.volumesDir, toTexts(body["Labels"]));
  };

  findVolume: ContainerRuntime["findVolume"] = async (name) => {
    const volume = await this.volumes.read(name);
    return volume && describeVolume(name, this.volumesDir, volume.labels);
  };

  removeVolume: ContainerRuntime["removeVolume"] = async (name) => {
    await this.volumes.remove(name);
    await rm(join(this.volumesDir, name), { recursive: true, force: true });
  };

  createContainer: ContainerRuntime["createContainer"] = async (name, body) => {
    const image = await this.findImageRecord(String(body["Image"]));
    if (image === undefined) throw new RuntimeError(404, `No such image: ${String(body["Image"])}`);
    if ((await this.containers.list()).some((container) => container.name === name)) {
      throw new RuntimeError(409, `The container name "/${name}" is already in use.`);
    }
    const id = createId();
    await this.containers.write(id, { id, name, image: image.id, body });
    return id;
  };

  connectNetwork: ContainerRuntime["connectNetwork"] = async () => {};

  disconnectNetwork: ContainerRuntime["disconnectNetwork"] = async () => {};

  uploadFiles: ContainerRuntime["uploadFiles"] = async (id, files) => {
    const { layout } = await this.layOut(await this.findOrFail(id));
    for (const file of files) {
      const path = layout.locate(file.path);
      await mkdir(dirname(path), { recursive: true });
      // A server that watches the file must never see half of it.
      await writeFile(`${path}.new`, file.content, { mode: file.mode });
      await rename(`${path}.new`, path);
    }
  };

  startContainer: ContainerRuntime["startContainer"] = async (id) => {
    const record = await this.findOrFail(id);
    const { layout, rootDir } = await this.layOut(record);
    await mkdir(rootDir, { recursive: true });
    const started = await startDetached(
      layout.command,
      layout.environment,
      rootDir,
      this.logFileOf(record),
      (exitCode) => {
        void this.containers
          .read(id)
          .then((latest) => latest && this.containers.write(id, { ...latest, exitCode }));
      },
    );
    await this.containers.write(id, {
      ...record,
      pid: started.pid,
      ...(started.startTicks && { startTicks: started.startTicks }),
    });
  };

  findContainer: ContainerRuntime["findContainer"] = async (id) => {
    const record = await this.findRecord(id);
    return record && this.describe(record);
  };

  updateContainer: ContainerRuntime["updateContainer"] = async (id, change) => {
    const record = await this.findOrFail(id);
    const host = record.body["HostConfig"];
    const merged = { ...(isJsonObject(host) ? host : {}), ...change };
    await this.containers.write(id, { ...record, body: { ...record.body, HostConfig: merged } });
  };

  stopContainer: ContainerRuntime["stopContainer"] = async (id, graceSeconds) => {
    await stopProcess((await this.containers.read(id)) ?? {}, graceSeconds * 1000);
  };

  removeContainer: ContainerRuntime["removeContainer"] = async (id) => {
    const record = await this.containers.read(id);
    if (record === undefined) return;
    await stopProcess(record, removalGrace);
    await this.containers.remove(id);
    await rm(this.rootDirOf(id), { recursive: true, force: true });
  };

  readLog: ContainerRuntime["readLog"] = async (id, lines) => {
    const record = await this.findOrFail(id);
    const text = await readFile(this.logFileOf(record), "utf8").catch(() => "");
    return text.trimEnd().split("\n").slice(-lines).join("\n");
  };

  private async describe(record: ContainerRecord): Promise<ContainerDetails> {
    const running = await isRunning(record);
    const { layout } = await this.layOut(record);
    const hasCheck = layout.healthcheck.length > 0;
    const healthy = running && hasCheck && (await runHealthcheck(layout.healthcheck, layout.environment));
    const status = running ? "running" : record.pid === undefined ? "created" : "exited";
    return containerDetails.parse({
      Id: record.id,
      Name: `/${record.name}`,
      Image: record.image,
      State: {
        Running: running,
        Status: status,
        ExitCode: record.exitCode ?? 0,
        ...(hasCheck && { Health: { Status: healthy ? "healthy" : "starting" } }),
      },
      Config: { ...record.body, Image: record.image },
      HostConfig: record.body["HostConfig"] ?? {},
      NetworkSettings: {},
    });
  }

  private async layOut(record: ContainerRecord): Promise<{ layout: ProcessLayout; rootDir: string }> {
    const image = await this.images.read(record.image);
    if (image === undefined) throw new RuntimeError(404, `No such image: ${record.image}`);
    const recipe = parseDockerfile(await readFile(image.dockerfile, "utf8"));
    const rootDir = this.rootDirOf(record.id);
    return {
      layout: layOutProcess(record, image, recipe, { volumes: this.volumesDir, root: rootDir }),
      rootDir,
    };
  }

  private async findImageRecord(reference: string): Promise<ImageRecord | undefined> {
    const images = await this.images.list();
    return images.find((image) => image.id === reference || image.tags.includes(reference));
  }

  /** By id or by name, as Docker does. */
  private async findRecord(reference: string): Promise<ContainerRecord | undefined> {
    const found = await this.containers.read(reference);
    return found ?? (await this.containers.list()).find((container) => container.name === reference);
  }

  private async findOrFail(id: string): Promise<ContainerRecord> {
    const record = await this.containers.read(id);
    if (record === undefined) throw new RuntimeError(404, `No such container: ${id}`);
    return record;
  }

  private rootDirOf(id: string): string {
    return join(this.sandboxDir, "processes", "roots", id);
  }

  private logFileOf(record: ContainerRecord): string {
    return join(this.sandboxDir, `${record.name}.log`);
  }
}

function describeVolume(name: string, volumesDir: string, labels: Record<string, string>) {
  return { Name: name, Driver: "local", Mountpoint: join(volumesDir, name), Options: {}, Labels: labels };
}

function toTexts(value: JsonObject[string] | undefined): Record<string, string> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]));
}

function createId(): string {
  return randomBytes(32).toString("hex");
}
