import { expect, it } from "vitest";
import type { CheckReport, CheckResult } from "../../../../src/checks/check-report.ts";
import type { Breakage } from "./breaking-proxy.ts";
import { expectOnly } from "./expect-only.ts";
import type { World } from "./world.ts";

/** One way in which a world is broken, and the check that tells it. */
export interface BrokenCase {
  /** The check. */
  readonly id: string;
  /** What is broken, where the id does not say it. */
  readonly how?: string;
  /** Breaks the world, checks it and mends it again. */
  readonly run: (world: World) => Promise<CheckReport>;
  /** Other checks that rightly tell the same. */
  readonly also?: readonly string[];
  readonly outcome?: "fail" | "warn" | "waiting";
  /** Part of what the check says to do. */
  readonly remedy: string;
  /** What the check says that it saw. */
  readonly evidence?: RegExp;
  readonly details?: readonly unknown[];
  /** What else must be so. */
  readonly verify?: (result: CheckResult, report: CheckReport) => void;
}

/** The server behind the proxy, broken in one way while all checks run. */
export function breakServer(id: string, breakage: (world: World) => Breakage, remedy: string): BrokenCase {
  return { id, remedy, run: (world) => world.proxy.broken(breakage(world), () => world.check()) };
}

/** The one check that asks nobody. */
export const decidedByTheAddress = "server.tls.https";

/** A test for each case: only that check, and what needs it, tells it, with the right remedy and without secrets. */
export function testBrokenCases(cases: readonly BrokenCase[], getWorld: () => World): void {
  it.each(
    cases.map((broken) => [broken.how === undefined ? broken.id : `${broken.id}: ${broken.how}`, broken]),
  )("%s", async (_name, broken) => {
    if (typeof broken === "string") throw new Error("not a case");
    const report = await broken.run(getWorld());
    const result = expectOnly(report, [broken.id, ...(broken.also ?? [])], broken.outcome);
    expect(result.remedy).toContain(broken.remedy);
    if (broken.id !== decidedByTheAddress)
      expect(result.exchange).toEqual({
        request: expect.stringMatching(/./),
        answer: expect.stringMatching(/./),
      });
    if (broken.evidence !== undefined) expect(result.evidence).toMatch(broken.evidence);
    if (broken.details !== undefined) expect(result.details).toEqual(broken.details);
    expect(JSON.stringify(report)).not.toContain("Kx-Token");
    broken.verify?.(result, report);
  });
}
