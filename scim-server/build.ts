/**
 * Builds what the image is made of, below `build/`: the server as one file, and on Linux `rootfs/`, a base image's
 * content made of this machine's Node binary and the libraries it links, for hosts without a registry.
 * Writes only what changed and puts no time into anything, so that the same input makes the same image.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const output = join(here, "build");
const rootfs = join(output, "rootfs");
const require = createRequire(import.meta.url);

/** Content digests include times of files, as far as image builders keep them: one fixed time for all. */
const fixedTime = new Date("2000-01-01T00:00:00Z");

/** Bundled packages in CommonJS call `require`, which ES modules lack. */
const banner =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

async function bundle(): Promise<void> {
  const result = await build({
    entryPoints: [join(here, "src/main.ts")],
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    write: false,
    outfile: join(output, "server.mjs"),
    banner: { js: banner },
    external: ["pg-native"],
    legalComments: "none",
    logLevel: "warning",
  });
  for (const file of result.outputFiles) writeIfChanged(file.path, file.contents, 0o644);
}

function writeIfChanged(path: string, content: Uint8Array, mode: number): void {
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path) || !readFileSync(path).equals(content)) writeFileSync(path, content);
  chmodSync(path, mode);
  utimesSync(path, fixedTime, fixedTime);
}

function copyIfChanged(source: string, target: string, mode: number): void {
  mkdirSync(dirname(target), { recursive: true });
  const same =
    existsSync(target) &&
    statSync(target).size === statSync(source).size &&
    digest(target) === digest(source);
  if (!same) copyFileSync(source, target);
  chmodSync(target, mode);
  utimesSync(target, fixedTime, fixedTime);
}

/** Large files change together with their size and time; the digest is kept beside the copy's own state. */
function digest(path: string): string {
  const { size } = statSync(path);
  if (size < 4_000_000) return createHash("sha256").update(readFileSync(path)).digest("hex");
  const content = readFileSync(path);
  const sample = [
    content.subarray(0, 1_000_000),
    content.subarray(size / 2, size / 2 + 1_000_000),
    content.subarray(-1_000_000),
  ];
  return createHash("sha256").update(Buffer.concat(sample)).digest("hex");
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

function makeRootfs(): void {
  mkdirSync(rootfs, { recursive: true });
  if (process.platform !== "linux") return;
  const node = nodeBinary();
  const files = new Map<string, string>([["usr/local/bin/node", node]]);
  for (const library of linkedLibraries(node)) files.set(library.slice(1), realpathSync(library));
  const certificates = "/etc/ssl/certs/ca-certificates.crt";
  if (existsSync(certificates)) files.set(certificates.slice(1), realpathSync(certificates));
  for (const [target, source] of files) copyIfChanged(source, join(rootfs, target), 0o755);
  const text: Readonly<Record<string, string>> = {
    "etc/passwd": "root:x:0:0:root:/:/sbin/nologin\nscim:x:65532:65532:scim:/:/sbin/nologin\n",
    "etc/group": "root:x:0:\nscim:x:65532:\n",
    "etc/nsswitch.conf": "hosts: files dns\n",
  };
  for (const [target, content] of Object.entries(text)) {
    writeIfChanged(join(rootfs, target), Buffer.from(content), 0o644);
  }
  removeOthers(new Set([...files.keys(), ...Object.keys(text)]));
}

function removeOthers(wanted: ReadonlySet<string>): void {
  for (const entry of readdirSync(rootfs, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !wanted.has(relative(rootfs, path))) rmSync(path);
  }
}

/** Directories that a volume is mounted on take their owner from the image. */
function makeVolumes(): void {
  for (const name of ["config", "data"])
    writeIfChanged(join(output, "volumes", name, ".keep"), Buffer.from(""), 0o644);
}

await bundle();
makeRootfs();
makeVolumes();
