import { write } from "node:fs";

const flushMilliseconds = 200;
const flushBytes = 16_384;

/** What waits at most, in characters, while standard output takes nothing. */
const maxWaiting = 4_000_000;

/** Writes text somewhere, and calls back when it is written or given up. */
export type WriteText = (text: string, done: () => void) => void;

/**
 * Collects log lines and writes many at once: a write for each would cost as much as reading a person does. When
 * nobody takes them, such as a log driver that stands still, no more than a few megabytes wait; later lines are
 * dropped and counted, and a line tells how many as soon as there is room again. Requests never wait for the log.
 */
export class LogStream {
  readonly #write: WriteText;
  #waiting = "";
  #lost = 0;
  #writing = false;
  #timer: NodeJS.Timeout | undefined;
  #onIdle: (() => void)[] = [];

  constructor(write: WriteText) {
    this.#write = write;
  }

  /** Takes one line with its line break. */
  write(line: string): void {
    if (this.#waiting.length + line.length > maxWaiting) {
      this.#lost += 1;
      return;
    }
    this.#waiting += line;
    if (this.#waiting.length >= flushBytes) this.#flushNow();
    else this.#timer ??= setTimeout(() => this.#flushNow(), flushMilliseconds).unref();
  }

  /** Writes what there is; calls back when nothing waits any more. */
  flush(done: () => void): void {
    this.#onIdle.push(done);
    this.#flushNow();
  }

  /** Takes what waits, to be written by the caller: while a process ends, nothing else can be waited for. */
  takeRest(): string {
    const rest = this.#waiting + this.#reportLost();
    this.#waiting = "";
    return rest;
  }

  #flushNow(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#writing) return;
    const text = this.takeRest();
    if (text === "") {
      for (const done of this.#onIdle.splice(0)) done();
      return;
    }
    this.#writing = true;
    this.#write(text, () => {
      this.#writing = false;
      if (this.#waiting.length >= flushBytes || this.#lost > 0 || this.#onIdle.length > 0) this.#flushNow();
    });
  }

  #reportLost(): string {
    if (this.#lost === 0) return "";
    const lost = this.#lost;
    this.#lost = 0;
    const time = new Date().toISOString();
    return `{"level":"warn","time":"${time}","lost":${lost},"msg":"log lines lost: the log was not taken in time"}\n`;
  }
}

/** A stream to standard output. */
export function logToStandardOutput(): LogStream {
  return new LogStream((text, done) => writeAll(Buffer.from(text), done));
}

const retryMilliseconds = 50;

/** Writes all of it: a pipe may take a part, or, when it does not block, nothing for now. */
function writeAll(bytes: Buffer, done: () => void): void {
  write(1, bytes, (error, written) => {
    if (error?.code === "EAGAIN") setTimeout(() => writeAll(bytes, done), retryMilliseconds);
    else if (error === null && written < bytes.length) writeAll(bytes.subarray(written), done);
    // A log that can't be written has nowhere to say so; what comes next is tried again.
    else done();
  });
}
