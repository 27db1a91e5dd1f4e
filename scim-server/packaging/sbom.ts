import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { basename, join } from "node:path";

/** A component of a CycloneDX 1.6 document. */
export interface Component {
  readonly type: "library" | "platform" | "file" | "application";
  readonly "bom-ref": string;
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly licenses?: readonly { readonly expression: string }[];
  readonly hashes?: readonly { readonly alg: "SHA-256" | "SHA-512"; readonly content: string }[];
  readonly components?: readonly Component[];
}

/** A software bill of materials (CycloneDX 1.6, JSON). It has no time and no serial number: equal parts, equal text. */
export function writeSbom(subject: Component, components: readonly Component[]): string {
  const sorted = components.toSorted((left, right) => (left["bom-ref"] < right["bom-ref"] ? -1 : 1));
  const document = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: subject },
    components: sorted,
    dependencies: [{ ref: subject["bom-ref"], dependsOn: sorted.map((component) => component["bom-ref"]) }],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function readJson(path: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(readFileSync(path, "utf8"));
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/**
 * The npm packages that a bundle has code of, from the paths of its inputs. `lockFile` gives the digests of what the
 * registry delivered.
 */
export function npmComponents(
  inputs: readonly string[],
  folder: string,
  lockFile: string,
): readonly Component[] {
  const places = new Set(
    inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []),
  );
  const locked = existsSync(lockFile) ? readJson(lockFile)["packages"] : undefined;
  return [...places].map((place): Component => {
    const description = readJson(join(folder, place, "package.json"));
    const name = textOf(description["name"]) ?? basename(place);
    const version = textOf(description["version"]) ?? "";
    const license = textOf(description["license"]);
    const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
    const integrity = integrityOf(locked, place.slice(place.indexOf("node_modules/")));
    return {
      type: "library",
      "bom-ref": purl,
      name,
      version,
      purl,
      ...(license === undefined ? {} : { licenses: [{ expression: license }] }),
      ...(integrity === undefined ? {} : { hashes: [integrity] }),
    };
  });
}

function integrityOf(locked: unknown, place: string): { alg: "SHA-512"; content: string } | undefined {
  if (typeof locked !== "object" || locked === null) return undefined;
  const entry: unknown = Reflect.get(locked, place);
  const integrity =
    typeof entry === "object" && entry !== null ? textOf(Reflect.get(entry, "integrity")) : undefined;
  if (integrity?.startsWith("sha512-") !== true) return undefined;
  return { alg: "SHA-512", content: Buffer.from(integrity.slice(7), "base64").toString("hex") };
}

/** Node itself, with the libraries that are compiled into it, as the binary tells them. */
export function nodeComponent(binary: string): Component {
  const versions: unknown = JSON.parse(
    execFileSync(binary, ["-p", "JSON.stringify(process.versions)"], { encoding: "utf8" }),
  );
  const entries = Object.entries(typeof versions === "object" && versions !== null ? versions : {});
  const version = textOf(entries.find(([name]) => name === "node")?.[1]) ?? "";
  const compiled = entries.flatMap(([name, value]): readonly Component[] => {
    const own = textOf(value);
    if (own === undefined || ["node", "modules", "napi"].includes(name)) return [];
    const purl = `pkg:generic/${name}@${own}`;
    return [{ type: "library", "bom-ref": `node/${purl}`, name, version: own, purl }];
  });
  const purl = `pkg:generic/node@${version}`;
  const hashes = [hashOf(binary)];
  return { type: "platform", "bom-ref": purl, name: "node", version, purl, hashes, components: compiled };
}

/** A file of the operating system: its digest, and the Debian package it is of where `dpkg` knows one. */
export function fileComponent(path: string, target: string): Component {
  const owner = debianPackageOf([path, realpathSync(path)]);
  const head: Component = {
    type: "file",
    "bom-ref": `file:/${target}`,
    name: `/${target}`,
    hashes: [hashOf(path)],
  };
  if (owner === undefined) return head;
  const purl = `pkg:deb/debian/${owner.name}@${owner.version}`;
  return { ...head, version: owner.version, purl };
}

function hashOf(path: string): { alg: "SHA-256"; content: string } {
  return { alg: "SHA-256", content: createHash("sha256").update(readFileSync(path)).digest("hex") };
}

/** Debian registers some files under /lib that are in /usr/lib, and the other way round. */
function debianPackageOf(paths: readonly string[]): { name: string; version: string } | undefined {
  const variants = paths.flatMap((path) => [path, path.replace(/^\/usr\//, "/"), `/usr${path}`]);
  for (const path of new Set(variants)) {
    const name = ask("dpkg-query", ["-S", path])?.split(":")[0];
    const version = name === undefined ? undefined : ask("dpkg-query", ["-W", name])?.split(/\s/)[1];
    if (name !== undefined && version !== undefined) return { name, version };
  }
  return undefined;
}

function ask(command: string, words: readonly string[]): string | undefined {
  try {
    return execFileSync(command, words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return undefined;
  }
}
