import type { TracedCall } from "./syscall-trace.ts";

/** A disk writes this much at once or not at all; what is larger can be torn. */
const sectorBytes = 512;

type Change = Extract<TracedCall, { kind: "write" | "truncate" }>;

/**
 * Files as a disk may have them after a power cut: what was flushed is there, and of what was not, any part may be, in
 * any order and torn between sectors. That is harsher than file systems are, and what POSIX promises.
 */
export class DiskModel {
  readonly #durable = new Map<string, Buffer>();
  #pending: Change[] = [];
  readonly #flushes = new Map<number, readonly Change[]>();

  /** A file that was there, and flushed, before the first call. */
  add(file: string, content: Buffer): void {
    this.#durable.set(file, content);
  }

  apply(call: TracedCall): void {
    switch (call.kind) {
      case "write":
      case "truncate":
        this.#pending.push(call);
        break;
      case "flush-begins":
        this.#flushes.set(
          call.flush,
          this.#pending.filter(({ file }) => file === call.file),
        );
        break;
      case "flush-ended":
        this.#settle(call.flush);
        break;
      case "sent":
        break;
    }
  }

  #settle(flush: number): void {
    const settled = new Set(this.#flushes.get(flush));
    this.#flushes.delete(flush);
    for (const change of this.#pending) if (settled.has(change)) changeFile(this.#durable, change);
    this.#pending = this.#pending.filter((change) => !settled.has(change));
  }

  get unflushed(): number {
    return this.#pending.length;
  }

  /** The files after a power cut at this moment. `random` answers numbers from 0 to below 1. */
  cut(random: () => number): ReadonlyMap<string, Buffer> {
    const files = new Map([...this.#durable].map(([file, content]) => [file, Buffer.from(content)]));
    // Now everything, now next to nothing has reached the disk by itself.
    const share = random();
    for (const change of shuffle(this.#pending, random)) {
      if (random() > share) continue;
      if (change.kind === "write" && random() < 0.3) {
        for (const part of sectorsOf(change)) if (random() < 0.5) changeFile(files, part);
      } else {
        changeFile(files, change);
      }
    }
    return files;
  }
}

function changeFile(files: Map<string, Buffer>, change: Change): void {
  const content = files.get(change.file) ?? Buffer.alloc(0);
  if (change.kind === "truncate") {
    const resized = Buffer.alloc(change.size);
    content.copy(resized);
    files.set(change.file, resized);
    return;
  }
  const end = change.offset + change.bytes.length;
  const target =
    end <= content.length ? content : Buffer.concat([content, Buffer.alloc(end - content.length)]);
  change.bytes.copy(target, change.offset);
  files.set(change.file, target);
}

function sectorsOf(write: Extract<Change, { kind: "write" }>): readonly Change[] {
  const sectors: Change[] = [];
  for (let from = 0; from < write.bytes.length; ) {
    const to = Math.min(write.bytes.length, from + sectorBytes - ((write.offset + from) % sectorBytes));
    sectors.push({ ...write, offset: write.offset + from, bytes: write.bytes.subarray(from, to) });
    from = to;
  }
  return sectors;
}

function shuffle<T>(items: readonly T[], random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, key: random() }))
    .toSorted((one, other) => one.key - other.key)
    .map(({ item }) => item);
}
