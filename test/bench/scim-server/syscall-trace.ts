import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

/** What a traced process did to its files, and what it sent, in the order in which the calls were made. */
export type TracedCall =
  | { readonly kind: "write"; readonly file: string; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: "truncate"; readonly file: string; readonly size: number }
  /** A flush begins: it is sure of what was written before this. */
  | { readonly kind: "flush-begins"; readonly file: string; readonly flush: number }
  | { readonly kind: "flush-ended"; readonly flush: number }
  | { readonly kind: "sent"; readonly text: string };

/** The calls to trace, and how: paths of descriptors, all bytes, in hexadecimal digits. */
export const traceOptions = [
  "-f",
  "-y",
  "-xx",
  "-s",
  "1000000",
  "-e",
  "trace=pwrite64,ftruncate,fdatasync,fsync,write,writev",
];

const callPattern = /^(\d+)\s+(\w+)\(\d+<([^>]*)>(.*)$/s;
const resumedPattern = /^(\d+)\s+<\.\.\. (\w+) resumed>/;

/** Reads what strace wrote with {@link traceOptions}. Throws for a line it cannot make sense of. */
export async function* readTrace(file: string): AsyncGenerator<TracedCall, void, undefined> {
  const running = new Map<string, number>();
  let flushes = 0;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const resumed = resumedPattern.exec(line);
    if (resumed !== null) {
      const flush = running.get(resumed[1] ?? "");
      running.delete(resumed[1] ?? "");
      if (flush !== undefined && isSync(resumed[2])) yield { kind: "flush-ended", flush };
      continue;
    }
    const call = callPattern.exec(line);
    if (call === null) continue;
    const [, thread = "", name = "", escapedPath = "", rest = ""] = call;
    const path = decodeHex(escapedPath).toString();
    if (isSync(name)) {
      flushes += 1;
      yield { kind: "flush-begins", file: path, flush: flushes };
      if (rest.includes("<unfinished")) running.set(thread, flushes);
      else yield { kind: "flush-ended", flush: flushes };
    } else if (name === "pwrite64") {
      const [, text, size, offset] = /^, "([^"]*)", (\d+), (\d+)/.exec(rest) ?? [];
      const bytes = decodeHex(text ?? "");
      if (bytes.length !== Number(size)) throw new Error(`a write was traced in part: ${line.slice(0, 200)}`);
      yield { kind: "write", file: path, offset: Number(offset), bytes };
    } else if (name === "ftruncate") {
      yield { kind: "truncate", file: path, size: Number(/^, (\d+)/.exec(rest)?.[1]) };
    } else if (path.startsWith("socket:") || path.startsWith("TCP:")) {
      const parts = [...rest.matchAll(/"([^"]*)"/g)].map(([, text]) => decodeHex(text ?? ""));
      yield { kind: "sent", text: Buffer.concat(parts).toString() };
    }
  }
}

function isSync(name: string | undefined): boolean {
  return name === "fdatasync" || name === "fsync";
}

function decodeHex(text: string): Buffer {
  return text.includes("\\x") ? Buffer.from(text.replaceAll("\\x", ""), "hex") : Buffer.from(text);
}
