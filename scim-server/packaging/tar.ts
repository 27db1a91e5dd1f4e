/** One entry of an archive. A directory has no content. */
export interface TarEntry {
  /** Relative, without a leading slash; at most 100 bytes, or 255 with a slash to split at. */
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  /** User and group alike. */
  readonly owner: number;
  readonly content: Buffer | undefined;
}

const blockSize = 512;

/** Writes a POSIX archive (ustar). Equal entries and time give equal bytes. */
export function writeTar(entries: readonly TarEntry[], time: Date): Buffer {
  const blocks: Buffer[] = [];
  for (const entry of entries) {
    blocks.push(headerOf(entry, time));
    if (entry.content === undefined) continue;
    blocks.push(entry.content, Buffer.alloc(-entry.content.length & (blockSize - 1)));
  }
  blocks.push(Buffer.alloc(2 * blockSize));
  return Buffer.concat(blocks);
}

function headerOf(entry: TarEntry, time: Date): Buffer {
  const header = Buffer.alloc(blockSize);
  const [prefix, name] = splitPath(entry.content === undefined ? `${entry.path}/` : entry.path);
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, "0")}\0`;
  header.write(name, 0);
  header.write(octal(entry.mode, 8), 100);
  header.write(octal(entry.owner, 8), 108);
  header.write(octal(entry.owner, 8), 116);
  header.write(octal(entry.content?.length ?? 0, 12), 124);
  header.write(octal(time.getTime() / 1000, 12), 136);
  header.write(entry.content === undefined ? "5" : "0", 156);
  header.write("ustar\u000000", 257);
  header.write(prefix, 345);
  // The checksum counts its own field as spaces.
  header.write(" ".repeat(8), 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

function splitPath(path: string): readonly [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= 100) return ["", path];
  const slash = path.indexOf("/", path.length - 101);
  const [prefix, name] = [path.slice(0, slash), path.slice(slash + 1)];
  if (slash < 1 || Buffer.byteLength(prefix) > 155 || Buffer.byteLength(name) > 100) {
    throw new RangeError(`the path is too long for an archive: ${path}`);
  }
  return [prefix, name];
}
