import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { parseDockerignore } from "./dockerignore.ts";
import type { TarEntry } from "./tar.ts";

/** A build context, ready to be sent. */
export interface BuildContext {
  /** In the order of their paths. */
  readonly entries: readonly TarEntry[];
  /** Where the Dockerfile is inside the context. */
  readonly dockerfile: string;
}

/** A Dockerfile from outside the context goes in under this name. */
const outsideDockerfile = ".dockerfile.okta-scim";

/**
 * Collects the files of a build context, without what .dockerignore leaves out; the Dockerfile is always in.
 * @throws Error when the context or the Dockerfile is not there
 */
export async function collectContext(context: string, dockerfile: string): Promise<BuildContext> {
  const ignoreText = await readFile(join(context, ".dockerignore"), "utf8").catch(() => "");
  const rules = parseDockerignore(ignoreText);
  const inside = relative(resolve(context), resolve(dockerfile)).split(sep).join("/");
  const isInside = inside !== "" && !inside.startsWith("../");
  const entries: TarEntry[] = [];
  const visit = async (folder: string): Promise<void> => {
    const names = (await readdir(join(context, folder))).sort();
    for (const name of names) {
      const path = folder === "" ? name : `${folder}/${name}`;
      const entry = await readEntry(context, path);
      const isIgnored = rules.ignores(path) && path !== inside;
      if (!isIgnored && entry !== undefined) entries.push(entry);
      if (
        entry?.kind === "directory" &&
        (!isIgnored || rules.hasExceptions || inside.startsWith(`${path}/`))
      ) {
        await visit(path);
      }
    }
  };
  await visit("");
  if (isInside) return { entries: withFolders(entries), dockerfile: inside };
  const content = await readFile(dockerfile);
  entries.push({ path: outsideDockerfile, mode: 0o644, kind: "file", content });
  return { entries: withFolders(entries), dockerfile: outsideDockerfile };
}

/**
 * What a context holds, as one hash: it changes when a path, a permission or a byte does, and with nothing else.
 * @returns hexadecimal SHA-256
 */
export async function hashContext(context: BuildContext): Promise<string> {
  const hash = createHash("sha256").update(`dockerfile ${context.dockerfile}\n`);
  for (const entry of context.entries) {
    hash.update(`${entry.kind} ${entry.mode.toString(8)} ${entry.path} ${entry.target ?? ""}\n`);
    if (entry.content instanceof Uint8Array) hash.update(entry.content);
    else if (entry.content !== undefined) {
      for await (const chunk of createReadStream(entry.content.file)) hash.update(chunk);
    }
    hash.update("\n");
  }
  return hash.digest("hex");
}

async function readEntry(context: string, path: string): Promise<TarEntry | undefined> {
  const file = join(context, path);
  const stats = await lstat(file);
  // Only the permission to execute is the content's; the rest is this machine's umask.
  const mode = stats.isDirectory() || (stats.mode & 0o111) !== 0 ? 0o755 : 0o644;
  if (stats.isDirectory()) return { path, mode, kind: "directory" };
  if (stats.isSymbolicLink()) return { path, mode: 0o777, kind: "link", target: await readlink(file) };
  if (stats.isFile()) return { path, mode, kind: "file", content: { file, size: stats.size } };
  return undefined;
}

/** A file that an exception brings back needs the folders above it, though those are ignored themselves. */
function withFolders(entries: readonly TarEntry[]): TarEntry[] {
  const known = new Map(entries.map((entry) => [entry.path, entry]));
  for (const entry of entries) {
    const parts = entry.path.split("/");
    for (let length = 1; length < parts.length; length++) {
      const path = parts.slice(0, length).join("/");
      if (!known.has(path)) known.set(path, { path, mode: 0o755, kind: "directory" });
    }
  }
  return [...known.values()].sort((left, right) => (left.path < right.path ? -1 : 1));
}
