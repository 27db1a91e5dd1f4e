import { expect, it } from "vitest";
import { Slots } from "../../../src/okta/slots.ts";

it("slots let in at most so many at once, in order, also after they were all free again", async () => {
  const slots = new Slots(2);
  for (let index = 0; index < 5; index += 1) await slots.run(async () => undefined);
  const releases: (() => void)[] = [];
  const began: number[] = [];
  const work = (index: number): Promise<void> =>
    slots.run(() => {
      began.push(index);
      return new Promise((resolve) => releases.push(resolve));
    });
  const all = Promise.all([0, 1, 2, 3].map(work));
  await expect.poll(() => began, { timeout: 10_000 }).toEqual([0, 1]);
  releases[1]?.();
  await expect.poll(() => began, { timeout: 10_000 }).toEqual([0, 1, 2]);
  for (let index = 0; index < 4; index += 1) {
    await expect.poll(() => releases.length, { timeout: 10_000 }).toBeGreaterThan(index);
    releases[index]?.();
  }
  await all;
  expect(began).toEqual([0, 1, 2, 3]);
});

it("a slot is given back by work that fails", async () => {
  const slots = new Slots(1);
  await expect(slots.run(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await slots.run(async () => "next")).toBe("next");
});
