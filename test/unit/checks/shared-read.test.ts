import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { shareRead, shareReads } from "../../../src/checks/shared-read.ts";

describe("a shared read", () => {
  // The ages are those of a clock that only the test moves: a machine that stalls between two lines changes nothing.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is made once for all who ask, at the same time or later", async () => {
    let readings = 0;
    const read = shareRead(async () => {
      readings += 1;
      return readings;
    });
    expect(await Promise.all([read(), read(1_000)])).toEqual([1, 1]);
    vi.advanceTimersByTime(3_600_000);
    expect(await read()).toBe(1);
  });

  it("is made again for whoever wants it younger", async () => {
    let readings = 0;
    const read = shareRead(async () => {
      readings += 1;
      return readings;
    });
    expect(await read(1_000)).toBe(1);
    vi.advanceTimersByTime(15);
    expect(await read(15)).toBe(1);
    expect(await read(14)).toBe(2);
    expect(await read()).toBe(2);
  });

  it("that failed is told to others at once, and made again a moment later", async () => {
    let readings = 0;
    const read = shareRead(async () => {
      readings += 1;
      if (readings === 1) throw new Error("not now");
      return readings;
    });
    await expect(read()).rejects.toThrow("not now");
    vi.advanceTimersByTime(500);
    await expect(read()).rejects.toThrow("not now");
    expect(readings).toBe(1);
    vi.advanceTimersByTime(1);
    expect(await read()).toBe(2);
  });

  it("by key is one per key", async () => {
    const asked: string[] = [];
    const read = shareReads(async (key) => {
      asked.push(key);
      return key.toUpperCase();
    });
    expect(await Promise.all([read("a"), read("b"), read("a")])).toEqual(["A", "B", "A"]);
    expect(asked).toEqual(["a", "b"]);
  });
});
