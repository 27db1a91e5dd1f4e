import { describe, expect, it } from "vitest";
import { shareRead, shareReads } from "../../../src/checks/shared-read.ts";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("a shared read", () => {
  it("is made once for all who ask, at the same time or later", async () => {
    let readings = 0;
    const read = shareRead(async () => {
      readings += 1;
      await pause(5);
      return readings;
    });
    expect(await Promise.all([read(), read(1_000)])).toEqual([1, 1]);
    expect(await read()).toBe(1);
  });

  it("is made again for whoever wants it younger", async () => {
    let readings = 0;
    const read = shareRead(async () => {
      readings += 1;
      return readings;
    });
    expect(await read(1_000)).toBe(1);
    await pause(15);
    expect(await read(1_000)).toBe(1);
    expect(await read(10)).toBe(2);
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
    await expect(read()).rejects.toThrow("not now");
    expect(readings).toBe(1);
    await pause(520);
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
