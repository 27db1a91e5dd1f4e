import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { isMarked, ThrowAways } from "../../../src/checks/throw-aways.ts";

const now = new Date("2026-11-22T22:00:00Z");

describe("names of throw-aways", () => {
  const throwAways = new ThrowAways("dev");

  it("tell stack, machine, process and time, and never repeat", () => {
    const names = new Set(Array.from({ length: 1000 }, () => throwAways.makeName(now)));
    expect(names.size).toBe(1000);
    for (const name of names)
      expect(name).toMatch(/^okta-scim-check-dev-[0-9a-f]{6}-[0-9a-z]+-[0-9a-z]+-[0-9a-f]{12}$/);
  });

  it("of a process that lives are left-overs after ten minutes only, when its number may be another's", () => {
    const name = throwAways.makeName(now);
    expect(throwAways.isLeftOver(name, new Date(now.getTime() + 9 * 60_000))).toBe(false);
    expect(throwAways.isLeftOver(name, new Date(now.getTime() + 11 * 60_000))).toBe(true);
  });

  it("of a process that has ended are left-overs at once", () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    const name = throwAways.makeName(now).replace(`-${process.pid.toString(36)}-`, `-${pid.toString(36)}-`);
    expect(throwAways.isLeftOver(name, now)).toBe(true);
    expect(throwAways.isLeftOver(`${name}@Example.invalid`, now)).toBe(true);
    expect(throwAways.isLeftOver(throwAways.rename(name), now)).toBe(true);
  });

  it("of another machine are left-overs after ten minutes", () => {
    const elsewhere = throwAways.makeName(now).replace(/dev-[0-9a-f]{6}-/, "dev-abcdef-");
    expect(throwAways.isLeftOver(elsewhere, new Date(now.getTime() + 9 * 60_000))).toBe(false);
    expect(throwAways.isLeftOver(elsewhere, new Date(now.getTime() + 11 * 60_000))).toBe(true);
  });

  it("of other stacks are never touched, not even where one name begins with the other", () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    for (const stack of ["prod", "dev-eu"]) {
      const name = new ThrowAways(stack)
        .makeName(new Date(0))
        .replace(`-${process.pid.toString(36)}-`, `-${pid.toString(36)}-`);
      expect(isMarked(name)).toBe(true);
      expect(throwAways.isLeftOver(name, now)).toBe(false);
    }
  });

  it("of people are never mistaken for them", () => {
    expect(throwAways.isLeftOver("ada@example.com", now)).toBe(false);
    expect(throwAways.isLeftOver("okta-scim-check-dev-", now)).toBe(false);
  });
});
