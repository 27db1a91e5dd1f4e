import { expect, test } from "vitest";
import { LogStream } from "../../../scim-server/src/operation/log-stream.ts";

/** A log that takes text when it is told to. */
class SlowLog {
  readonly taken: string[] = [];
  #done: (() => void) | undefined;

  readonly write = (text: string, done: () => void): void => {
    if (this.#done !== undefined) throw new Error("two writes at a time would mix their lines");
    this.taken.push(text);
    this.#done = done;
  };

  take(): void {
    const done = this.#done;
    this.#done = undefined;
    done?.();
  }

  get isTaking(): boolean {
    return this.#done === undefined;
  }

  get lines(): readonly string[] {
    return this.taken.join("").trimEnd().split("\n");
  }
}

const line = (index: number): string => `{"n":${index},"text":"${"x".repeat(90)}"}\n`;

/** Takes until nothing is written any more. */
function drain(log: SlowLog, stream: LogStream): void {
  stream.flush(() => {});
  while (!log.isTaking) log.take();
}

test("lines arrive whole and in order, many in one write", () => {
  const log = new SlowLog();
  const stream = new LogStream(log.write);
  for (let index = 0; index < 1000; index += 1) stream.write(line(index));
  drain(log, stream);
  expect(log.lines.map((text) => JSON.parse(text).n)).toEqual(Array.from({ length: 1000 }, (_, n) => n));
  expect(log.taken.length).toBeLessThan(10);
});

test("a log that stands still holds a few megabytes, then lines are dropped, and a line says how many", () => {
  const log = new SlowLog();
  const stream = new LogStream(log.write);
  const written = 100_000;
  for (let index = 0; index < written; index += 1) stream.write(line(index));
  expect(log.taken).toHaveLength(1);
  drain(log, stream);
  const entries = log.lines.map((text) => JSON.parse(text));
  const lost = entries.find((entry) => "lost" in entry);
  expect(lost).toMatchObject({ level: "warn", msg: expect.stringContaining("lost") });
  expect(lost.lost).toBeGreaterThan(0);
  expect(entries.length - 1 + lost.lost).toBe(written);
  expect(log.taken.join("").length).toBeLessThan(5_000_000);
  // With room again, nothing is lost.
  stream.write(line(written));
  drain(log, stream);
  expect(JSON.parse(log.lines.at(-1) ?? "")).toMatchObject({ n: written });
});

test("flush calls back when all is written, also what came while it waited; the rest can be taken at once", () => {
  const log = new SlowLog();
  const stream = new LogStream(log.write);
  let flushed = false;
  stream.write(line(1));
  stream.flush(() => {
    flushed = true;
  });
  stream.write(line(2));
  expect(flushed).toBe(false);
  log.take();
  expect(flushed).toBe(false);
  log.take();
  expect(flushed).toBe(true);
  expect(log.taken).toEqual([line(1), line(2)]);
  stream.write(line(3));
  expect(stream.takeRest()).toBe(line(3));
  expect(stream.takeRest()).toBe("");
});
