import { open } from "node:fs/promises";

/** One entry of a tar archive. */
export interface TarEntry {
  /** Relative, with `/`. */
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  readonly kind: "file" | "directory" | "link";
  /** What a file holds, or where it lies on this machine with its size in bytes. */
  readonly content?: Uint8Array | { readonly file: string; readonly size: number };
  /** Where a symbolic link points. */
  readonly target?: string;
}

const blockSize = 512;
const typeFlags = { file: "0", directory: "5", link: "2" } as const;

/**
 * Writes a POSIX tar archive (pax interchange format) as chunks. Owner and times are zero, so that the same content
 * makes the same archive wherever it is made.
 */
export async function* writeTar(
  entries: Iterable<TarEntry> | AsyncIterable<TarEntry>,
): AsyncGenerator<Uint8Array> {
  for await (const entry of entries) {
    const size = sizeOf(entry);
    const path = entry.kind === "directory" ? `${entry.path}/` : entry.path;
    const extended = buildExtendedRecords(path, entry.target ?? "");
    if (extended.length > 0) {
      yield buildHeader("PaxHeader", 0o644, extended.length, "x", "");
      yield pad(extended);
    }
    yield buildHeader(
      path.slice(-100),
      entry.mode,
      size,
      typeFlags[entry.kind],
      (entry.target ?? "").slice(0, 100),
    );
    if (entry.content instanceof Uint8Array) yield pad(entry.content);
    else if (entry.content !== undefined) yield* readPadded(entry.content.file, size);
  }
  yield new Uint8Array(2 * blockSize);
}

function sizeOf(entry: TarEntry): number {
  if (entry.content === undefined) return 0;
  return entry.content instanceof Uint8Array ? entry.content.length : entry.content.size;
}

async function* readPadded(path: string, size: number): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  let read = 0;
  try {
    for await (const chunk of file.createReadStream({ highWaterMark: 1 << 20 })) {
      read += chunk.length;
      yield chunk;
    }
  } finally {
    await file.close();
  }
  if (read !== size) throw new Error(`${path} changed while it was being read.`);
  yield new Uint8Array(paddingOf(size));
}

function buildHeader(path: string, mode: number, size: number, flag: string, target: string): Uint8Array {
  const header = Buffer.alloc(blockSize);
  header.write(path, 0, 100, "utf8");
  writeOctal(header, mode, 100, 8);
  writeOctal(header, 0, 108, 8);
  writeOctal(header, 0, 116, 8);
  writeOctal(header, size, 124, 12);
  writeOctal(header, 0, 136, 12);
  header.fill(" ", 148, 156);
  header.write(flag, 156, 1);
  header.write(target, 157, 100, "utf8");
  header.write("ustar\u000000", 257);
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, "0")}\u0000 `, 148);
  return header;
}

function writeOctal(header: Buffer, value: number, offset: number, length: number): void {
  header.write(`${value.toString(8).padStart(length - 1, "0")}\u0000`, offset);
}

/** What the fixed fields can't hold goes into a record of its own before the entry. */
function buildExtendedRecords(path: string, target: string): Uint8Array {
  const records: string[] = [];
  if (Buffer.byteLength(path) > 100) records.push(buildRecord("path", path));
  if (Buffer.byteLength(target) > 100) records.push(buildRecord("linkpath", target));
  return Buffer.from(records.join(""));
}

/** `<length> <key>=<value>\n`, where the length counts its own digits. */
function buildRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest);
  while (String(length).length + Buffer.byteLength(rest) !== length) {
    length = String(length).length + Buffer.byteLength(rest);
  }
  return `${length}${rest}`;
}

function pad(content: Uint8Array): Uint8Array {
  return Buffer.concat([content, new Uint8Array(paddingOf(content.length))]);
}

function paddingOf(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize;
}
