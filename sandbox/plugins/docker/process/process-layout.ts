import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { ImageRecipe } from "./dockerfile.ts";
import type { ContainerRecord, ImageRecord } from "./process-store.ts";

/** The part of the Engine API's request for a container that a process can follow. */
const containerBody = z.object({
  Env: z.array(z.string()).default([]),
  Entrypoint: z.array(z.string()).optional(),
  Cmd: z.array(z.string()).optional(),
  Healthcheck: z.object({ Test: z.array(z.string()) }).optional(),
  HostConfig: z.object({
    Binds: z.array(z.string()).default([]),
    Mounts: z
      .array(z.object({ Type: z.string(), Source: z.string().default(""), Target: z.string() }))
      .default([]),
    PortBindings: z
      .record(z.string(), z.array(z.object({ HostIp: z.string(), HostPort: z.string() })))
      .default({}),
  }),
});

/** How a container is run as a process. */
export interface ProcessLayout {
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Where a path of the container lies on this machine. */
  readonly locate: (path: string) => string;
}

/**
 * Translates a container to this machine: volumes become folders, paths of the image become paths of the build
 * context, and the published port becomes the port to listen on.
 * @param dirs where volumes and everything else of the container's file system lie
 */
export function layOutProcess(
  record: ContainerRecord,
  image: ImageRecord,
  recipe: ImageRecipe,
  dirs: { readonly volumes: string; readonly root: string },
): ProcessLayout {
  const body = containerBody.parse(record.body);
  const mounts = readMounts(body, dirs.volumes);
  const folders = new Map([
    ...recipe.volumes.map((target) => [target, join(dirs.root, target)] as const),
    ...mounts,
  ]);
  const copies = recipe.copies
    .map(([target, source]) => [target, join(image.context, source)] as const)
    .toReversed();
  const translate = (path: string) => locateIn([...folders, ...copies], path);
  const argument = (word: string) => (word.startsWith("/") ? (translate(word) ?? word) : word);
  const commandOf = (words: readonly string[]) =>
    words.map((word, index) => (index === 0 && isNode(word) ? process.execPath : argument(word)));
  const environment = { ...recipe.env, ...Object.fromEntries(body.Env.map(splitVariable)) };
  return {
    command: commandOf([...(body.Entrypoint ?? recipe.entrypoint), ...(body.Cmd ?? recipe.command)]),
    healthcheck: commandOf((body.Healthcheck?.Test ?? recipe.healthcheck).filter((word) => word !== "CMD")),
    environment: {
      ...Object.fromEntries(
        Object.entries(environment).map(([name, value]) => [name, moveValue(value, folders)]),
      ),
      ...readPort(body.HostConfig.PortBindings),
      PATH: process.env["PATH"] ?? "",
    },
    locate: (path) => translate(path) ?? join(dirs.root, path),
  };
}

function readMounts(body: z.infer<typeof containerBody>, volumes: string): [string, string][] {
  const binds = body.HostConfig.Binds.map((bind): [string, string] => {
    const [source = "", target = ""] = bind.split(":");
    return [target, source.startsWith("/") ? source : join(volumes, source)];
  });
  const mounts = body.HostConfig.Mounts.filter((mount) => mount.Type !== "tmpfs").map(
    (mount): [string, string] => [
      mount.Target,
      mount.Type === "bind" ? mount.Source : join(volumes, mount.Source),
    ],
  );
  return [...binds, ...mounts];
}

/** The longest mapping that covers the path wins; of equal ones the first that has it. */
function locateIn(mappings: readonly (readonly [string, string])[], path: string): string | undefined {
  const covering = mappings.filter(([target]) => path === target || path.startsWith(`${target}/`));
  covering.sort(([left], [right]) => right.length - left.length);
  const places = covering.map(([target, source]) => join(source, path.slice(target.length)));
  const [longest] = covering;
  const equal = places.slice(0, covering.filter(([target]) => target === longest?.[0]).length);
  return equal.find((place) => existsSync(place)) ?? places[0];
}

/** A variable's value that names a path, alone or in a URL. */
function moveValue(value: string, folders: ReadonlyMap<string, string>): string {
  const [, scheme = "", path = ""] = /^(\w+:\/\/)?(\/.*)$/.exec(value) ?? [];
  const moved = path === "" ? undefined : locateIn([...folders], path);
  return moved === undefined ? value : `${scheme}${moved}`;
}

/** The bundled server reads where to listen from these variables. */
function readPort(bindings: Readonly<Record<string, readonly { HostIp: string; HostPort: string }[]>>) {
  const binding = Object.values(bindings)[0]?.[0];
  if (binding === undefined) return {};
  return { SCIM_SERVER_HOST: binding.HostIp || "0.0.0.0", SCIM_SERVER_PORT: binding.HostPort };
}

function splitVariable(variable: string): [string, string] {
  const at = variable.indexOf("=");
  return at < 0 ? [variable, ""] : [variable.slice(0, at), variable.slice(at + 1)];
}

function isNode(word: string): boolean {
  return word === "node" || word.endsWith("/node");
}
