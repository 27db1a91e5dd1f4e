import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { type TarEntry, writeTar } from "./tar.ts";

/** How the image runs: the same as the Dockerfile says. */
export interface ImageSettings {
  readonly tag: string;
  readonly environment: readonly string[];
  readonly command: readonly string[];
  readonly entrypoint: readonly string[];
  readonly healthCommand: readonly string[];
  readonly port: number;
  readonly volume: string;
  readonly user: number;
}

const second = 1_000_000_000;

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** A folder's content as archive entries, sorted, directories first. */
export function readTree(folder: string, owner: number): readonly TarEntry[] {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
  return paths.map((name): TarEntry => {
    const path = join(folder, name);
    const stats = statSync(path);
    const isFolder = stats.isDirectory();
    return {
      path: relative(folder, path),
      mode: isFolder ? 0o755 : stats.mode & 0o777,
      owner,
      content: isFolder ? undefined : readFileSync(path),
    };
  });
}

/**
 * An image as `docker load` and `podman load` take it. Nothing but the layers, the settings and one fixed time goes in,
 * so equal input gives an equal file and an equal image id, whoever builds it and where.
 */
export function writeImageArchive(
  layers: readonly (readonly TarEntry[])[],
  settings: ImageSettings,
  time: Date,
): Buffer {
  const archives = layers.map((entries) => writeTar(entries, time));
  const digests = archives.map(sha256);
  const config = Buffer.from(JSON.stringify(configOf(digests, settings, time)));
  const configName = `${sha256(config)}.json`;
  const layerNames = digests.map((digest) => `${digest}/layer.tar`);
  const manifest = [{ Config: configName, RepoTags: [settings.tag], Layers: layerNames }];
  const file = (path: string, content: Buffer): TarEntry => ({ path, mode: 0o644, owner: 0, content });
  return writeTar(
    [
      file("manifest.json", Buffer.from(JSON.stringify(manifest))),
      file(configName, config),
      ...archives.map((archive, index) => file(layerNames[index] ?? "", archive)),
    ],
    time,
  );
}

/** The OCI image configuration, with Docker's health check. */
function configOf(digests: readonly string[], settings: ImageSettings, time: Date): object {
  const created = time.toISOString();
  return {
    architecture: process.arch === "x64" ? "amd64" : process.arch,
    os: "linux",
    created,
    config: {
      User: `${settings.user}:${settings.user}`,
      Env: settings.environment,
      Entrypoint: settings.entrypoint,
      Cmd: settings.command,
      WorkingDir: "/",
      ExposedPorts: { [`${settings.port}/tcp`]: {} },
      Volumes: { [settings.volume]: {} },
      Healthcheck: {
        Test: ["CMD", ...settings.healthCommand],
        Interval: 5 * second,
        Timeout: 5 * second,
        StartPeriod: 10 * second,
        Retries: 3,
      },
    },
    rootfs: { type: "layers", diff_ids: digests.map((digest) => `sha256:${digest}`) },
    history: digests.map(() => ({ created, created_by: "scim-server/build.ts" })),
  };
}
