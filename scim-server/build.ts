/**
 * Builds what the image is made of, below `build/`: the server as one file with its bill of materials, and on Linux
 * `rootfs/`, a base image's content made of this machine's Node binary and the libraries it links, for hosts without a
 * registry. Writes only what changed and puts no time into anything, so that the same input makes the same
 * image. With `--image <file>` also the whole image for `docker load`, the same bytes wherever it is built.
 */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { forgetBuild, isCurrent, recordBuild } from "./packaging/build-record.ts";
import { readTree, writeImageArchive } from "./packaging/image-archive.ts";
import { type Component, fileComponent, nodeComponent, npmComponents, writeSbom } from "./packaging/sbom.ts";

const here = dirname(fileURLToPath(import.meta.url));
const output = join(here, "build");
const serverFile = join(output, "server.mjs");
/** Copied to the root of the image as they are: builders then keep the folders' times as well. */
const tree = join(output, "app");
const rootfs = join(output, "rootfs");
const volumes = join(output, "volumes");
/** Every command of okta-scim builds before it does anything: mostly there is nothing to do. */
const record = { file: join(output, "record.json"), output };
const require = createRequire(import.meta.url);
const user = 65_532;

/** Content digests include times of files, as far as image builders keep them: one fixed time for all. */
const fixedTime = new Date("2000-01-01T00:00:00Z");

/** Bundled packages in CommonJS call `require`, which ES modules lack. */
const banner =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

/** @returns the files that the bundle and its bill of materials were made of */
async function bundle(): Promise<readonly string[]> {
  const result = await build({
    entryPoints: [join(here, "src/main.ts")],
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    write: false,
    metafile: true,
    // The bundle names its inputs relative to this folder, wherever the build was started.
    absWorkingDir: here,
    outfile: serverFile,
    banner: { js: banner },
    external: ["pg-native"],
    legalComments: "none",
    logLevel: "warning",
  });
  for (const file of result.outputFiles) writeIfChanged(file.path, file.contents, 0o644);
  copyIfChanged(serverFile, join(tree, "app/server.mjs"), 0o644);
  const sources = Object.keys(result.metafile.inputs);
  const lock = join(here, "../package-lock.json");
  const sbom = writeSbom(subject("scim-server"), npmComponents(sources, here, lock));
  writeIfChanged(join(tree, "app/sbom.cdx.json"), Buffer.from(sbom), 0o644);
  return [...sources.map((source) => join(here, source)), lock, ...ownSources()];
}

/** This program itself, and what configures the bundler. */
function ownSources(): readonly string[] {
  const packaging = readdirSync(join(here, "packaging")).map((name) => join(here, "packaging", name));
  const configuration = ["../tsconfig.json", "../package.json"].map((name) => join(here, name));
  return [fileURLToPath(import.meta.url), ...packaging, ...configuration.filter((path) => existsSync(path))];
}

function subject(name: string): Component {
  return { type: "application", "bom-ref": name, name };
}

function writeIfChanged(path: string, content: Uint8Array, mode: number): void {
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path) || !readFileSync(path).equals(content)) writeFileSync(path, content);
  chmodSync(path, mode);
}

function copyIfChanged(source: string, target: string, mode: number): void {
  mkdirSync(dirname(target), { recursive: true });
  const same = existsSync(target) && readFileSync(target).equals(readFileSync(source));
  if (!same) copyFileSync(source, target);
  chmodSync(target, mode);
}

/** The libraries a binary links, as `ldd` prints them: `name => /path (address)` or `/path (address)`. */
function linkedLibraries(binary: string): readonly string[] {
  const lines = execFileSync("ldd", [binary], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => /(?:=>\s+|^\s+)(\/\S+)\s+\(0x/.exec(line)?.[1] ?? []);
}

/** `npm ci` runs by whichever Node is installed; the image gets the version the package pins. */
function nodeBinary(): string {
  const fromPackage = join(dirname(require.resolve("node/package.json")), "bin/node");
  return existsSync(fromPackage) ? fromPackage : process.execPath;
}

/** @returns the files that were copied into it */
function makeRootfs(): readonly string[] {
  mkdirSync(rootfs, { recursive: true });
  if (process.platform !== "linux") return [];
  const node = nodeBinary();
  const system = linkedLibraries(node);
  const certificates = "/etc/ssl/certs/ca-certificates.crt";
  const copied = existsSync(certificates) ? [...system, certificates] : system;
  const files = new Map([["usr/local/bin/node", node]]);
  for (const path of copied) files.set(path.slice(1), realpathSync(path));
  for (const [target, source] of files) copyIfChanged(source, join(rootfs, target), 0o755);
  const components = copied.map((path) => fileComponent(path, path.slice(1)));
  const text: Readonly<Record<string, string>> = {
    "etc/passwd": `root:x:0:0:root:/:/sbin/nologin\nscim:x:${user}:${user}:scim:/:/sbin/nologin\n`,
    "etc/group": `root:x:0:\nscim:x:${user}:\n`,
    "etc/nsswitch.conf": "hosts: files dns\n",
    "usr/share/sbom/base.cdx.json": writeSbom(subject("scim-server-base"), [
      nodeComponent(node),
      ...components,
    ]),
  };
  for (const [target, content] of Object.entries(text)) {
    writeIfChanged(join(rootfs, target), Buffer.from(content), 0o644);
  }
  removeOthers(rootfs, new Set([...files.keys(), ...Object.keys(text)]));
  return [...files.values()];
}

/** Deepest first, so that a folder is empty when its turn comes. */
function pathsIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted().toReversed();
}

function removeOthers(folder: string, wanted: ReadonlySet<string>): void {
  for (const name of pathsIn(folder)) {
    if (wanted.has(name) || [...wanted].some((path) => path.startsWith(`${name}/`))) continue;
    rmSync(join(folder, name), { recursive: true });
  }
}

/** Directories that a volume is mounted on take their owner from the image. */
function makeVolumes(): void {
  for (const name of ["config", "data"]) writeIfChanged(join(volumes, name, ".keep"), Buffer.from(""), 0o644);
}

function setTimes(): void {
  const trees = [rootfs, tree, volumes].flatMap((folder) => [
    ...pathsIn(folder).map((name) => join(folder, name)),
    folder,
  ]);
  for (const path of [serverFile, ...trees]) utimesSync(path, fixedTime, fixedTime);
}

/** What the Dockerfile says, as an archive. */
function makeImage(file: string): void {
  const entrypoint = ["/usr/local/bin/node", "/app/server.mjs"];
  const archive = writeImageArchive(
    [readTree(rootfs, 0), [...readTree(tree, 0), ...readTree(volumes, user)]],
    {
      tag: "scim-server:latest",
      environment: [
        "PATH=/usr/local/bin:/usr/bin:/bin:/nodejs/bin",
        "NODE_ENV=production",
        "NODE_OPTIONS=--max-semi-space-size=8",
        "MALLOC_MMAP_THRESHOLD_=65536",
        "SCIM_SERVER_CONFIG=/config/tenants.json",
        "SCIM_SERVER_STORAGE=sqlite:///data/scim.sqlite",
      ],
      entrypoint,
      command: ["serve"],
      healthCommand: [...entrypoint, "healthcheck"],
      port: 8080,
      volume: "/data",
      user,
    },
    fixedTime,
  );
  writeFileSync(file, archive);
}

async function makeAll(): Promise<void> {
  const began = Date.now();
  forgetBuild(record);
  const sources = await bundle();
  const copied = makeRootfs();
  makeVolumes();
  setTimes();
  recordBuild(record, [...sources, ...copied], began);
}

if (!isCurrent(record)) await makeAll();
const { image } = parseArgs({ options: { image: { type: "string" } } }).values;
if (image !== undefined) makeImage(image);
