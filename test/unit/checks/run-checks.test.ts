import { MockAgent } from "undici";
import { describe, expect, it } from "vitest";
import { allChecks } from "../../../src/checks/all-checks.ts";
import { type Check, CheckFailure, pass } from "../../../src/checks/check.ts";
import type { AppCheckPlan, CheckPlan } from "../../../src/checks/check-plan.ts";
import { isAcceptable } from "../../../src/checks/check-report.ts";
import { renderMarkdown } from "../../../src/checks/reports/markdown.ts";
import { renderTerminal } from "../../../src/checks/reports/terminal.ts";
import { type CheckOptions, runChecks, selectChecks } from "../../../src/checks/run-checks.ts";
import { exitCodeOf } from "../../../src/cli/commands/check.ts";
import { buildCheckPlan } from "../../../src/program/check-plan.ts";
import { loadStack } from "../../../src/spec/load-stack.ts";
import { planStack } from "../../../src/spec/plan-stack.ts";
import { createMockOrg } from "../okta/mock-org.ts";
import { specWith, withProject } from "../spec/spec-project.ts";
import { makeApp } from "./run-for-app.ts";

const app = makeApp();

function check(id: string, more: Partial<Check> = {}): Check {
  return { id, question: `${id}?`, run: async () => pass("fine"), ...more };
}

const failing = async (): Promise<never> => {
  throw new CheckFailure("it is broken", "mend it");
};

async function run(
  checks: readonly Check[],
  options: CheckOptions = {},
  apps: readonly AppCheckPlan[] = [app],
) {
  const agent = new MockAgent();
  agent.disableNetConnect();
  const plan: CheckPlan = { stack: "dev", orgUrl: "https://example.okta.com", apps };
  return runChecks(plan, { okta: createMockOrg([]).client, scimDispatcher: agent }, { checks, ...options });
}

function outcomes(report: Awaited<ReturnType<typeof run>>) {
  return Object.fromEntries(report.results.map(({ id, outcome }) => [id, outcome]));
}

describe("a run", () => {
  it("skips what needs a failed check, along the whole chain, and runs the rest", async () => {
    const report = await run([
      check("c", { needs: ["b"] }),
      check("b", { needs: ["a"] }),
      check("a", { run: failing }),
      check("after", { after: ["a"] }),
    ]);
    expect(outcomes(report)).toEqual({ a: "fail", b: "skipped", c: "skipped", after: "pass" });
    expect(report.results[0]?.evidence).toBe("It needs b, which was skipped.");
    expect(report.outcome).toBe("fail");
  });

  it("goes on after a warning and after what does not apply", async () => {
    const report = await run([
      check("warned", { run: async () => ({ outcome: "warn", evidence: "hm", remedy: "look" }) }),
      check("inapplicable", { inapplicable: () => "Not for this app." }),
      check("next", { needs: ["warned", "inapplicable"] }),
    ]);
    expect(outcomes(report)).toEqual({ warned: "warn", inapplicable: "skipped", next: "pass" });
  });

  it("ends a check at its deadline even when that ignores the signal, and reports the others", async () => {
    const report = await run([
      check("hangs", { deadline: 30, run: () => new Promise(() => {}) }),
      check("quick"),
    ]);
    expect(report.results).toMatchObject([
      { outcome: "fail", evidence: "It did not end within 0.03 s." },
      { outcome: "pass" },
    ]);
  });

  it("takes an unexpected error for a defect of the check, not of the app", async () => {
    const report = await run([
      check("buggy", {
        run: async () => {
          throw new TypeError("x is not a function");
        },
      }),
    ]);
    expect(report.results[0]).toMatchObject({
      outcome: "fail",
      evidence: "The check itself broke. TypeError: x is not a function",
    });
  });

  it("runs checks side by side, but never more than allowed", async () => {
    let running = 0;
    let most = 0;
    const busy = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      return pass("fine");
    };
    await run(
      Array.from({ length: 12 }, (_, index) => check(`c${index}`, { run: busy })),
      { checksAtOnce: 4 },
    );
    expect(most).toBe(4);
  });

  it("keeps the order of apps and checks in the report, whatever ends first", async () => {
    const slowFirst = check("slow", {
      run: () => new Promise((resolve) => setTimeout(() => resolve(pass("fine")), 15)),
    });
    const apps = ["a", "b", "c"].map((name) => ({ ...app, name }));
    const report = await run([slowFirst, check("quick")], { appsAtOnce: 2 }, apps);
    expect(report.results.map(({ app: name, id }) => `${name} ${id}`)).toEqual([
      "a slow",
      "a quick",
      "b slow",
      "b quick",
      "c slow",
      "c quick",
    ]);
  });

  it("tells each result as it comes, and collects numbers for the app's line", async () => {
    const told: string[] = [];
    const facts = { people: { actual: 9, expected: 10 } };
    const report = await run([check("a", { run: async () => pass("fine", { facts }) })], {
      onResult: ({ id }) => told.push(id),
    });
    expect(told).toEqual(["a"]);
    expect(report.apps[0]).toMatchObject({ name: "payroll", outcome: "pass", ...facts });
  });

  it("that is ended early proves nothing, whatever passed before", async () => {
    const ending = new AbortController();
    const ends = check("ends", {
      run: async () => {
        ending.abort();
        return pass("fine");
      },
    });
    const report = await run([ends, check("later", { after: ["ends"] })], { signal: ending.signal });
    expect(report).toMatchObject({ outcome: "pass", endedEarly: true });
    expect(isAcceptable(report)).toBe(false);
    expect(exitCodeOf(report)).toBe(130);
    expect(renderTerminal(report)).toMatch(/^Ended early: not all was checked: /m);
    expect(renderMarkdown(report)).toMatch(/^## ⏭️ Ended early: not all was checked: stack dev$/m);
    const failed = { ...report, outcome: "fail" as const };
    expect(exitCodeOf(failed)).toBe(1);
    expect(renderTerminal(failed)).toMatch(/^Checks failed, and the run was ended early: /m);
  });

  it("writes nothing for an app whose spec says checks.readOnly", async () => {
    const { specs } = withProject(
      {
        "stacks/dev/payroll.yaml": specWith("checks: { readOnly: true }"),
        "stacks/dev/crm.yaml": specWith("", "CRM"),
      },
      (folder) => loadStack(folder, "dev"),
    );
    const facts = { appId: "0oa1", token: "secret-token" };
    const plan = planStack("dev", specs, { protect: false, sandboxConfigured: [] });
    const { apps } = buildCheckPlan(plan, "https://example.okta.com", { payroll: facts, crm: facts });
    const { results } = await run([check("look"), check("make", { writes: true })], {}, apps);
    expect(results.map(({ app: name, id, outcome }) => `${name}: ${id} ${outcome}`)).toEqual([
      "crm: look pass",
      "crm: make pass",
      "payroll: look pass",
      "payroll: make skipped",
    ]);
  });

  it("can be limited to apps and to checks with what they need", async () => {
    const checks = [check("a.one"), check("a.two", { needs: ["b.base"] }), check("b.base"), check("b.other")];
    const report = await run(checks, { only: ["a.two"], apps: ["payroll"] }, [
      app,
      { ...app, name: "other" },
    ]);
    expect(outcomes(report)).toEqual({ "a.two": "pass", "b.base": "pass" });
    expect(report.apps).toHaveLength(1);
  });

  it("refuses names that no check has, instead of proving nothing", () => {
    expect(() => selectChecks(allChecks, ["server.", "okta.asignments"])).toThrow(
      expect.objectContaining({
        code: "CHECK_NAME_INVALID",
        message: "No check is named okta.asignments, or begins so.",
        remedy: expect.stringContaining("Did you mean okta.assignments"),
      }),
    );
  });

  it("refuses checks that wait for each other", async () => {
    await expect(run([check("a", { needs: ["b"] }), check("b", { after: ["a"] })])).rejects.toThrow(
      "wait for each other",
    );
  });
});

describe("the product's checks", () => {
  it("have ids of their own and refer only to each other", () => {
    expect(new Set(allChecks.map(({ id }) => id)).size).toBe(allChecks.length);
    expect(selectChecks(allChecks, undefined)).toBe(allChecks);
  });

  it("ask questions in plain words", () => {
    for (const { question } of allChecks) expect(question).toMatch(/^[A-Z].*\?$/);
  });

  it("survive a plan whose server is not there at all", async () => {
    const report = await run(allChecks, { patience: { settleMs: 50, pollMs: 10 }, deadlineMs: 2_000 }, [
      { ...app, server: { ...app.server, baseUrl: "https://no-such-host.invalid/v2" } },
    ]);
    expect(outcomes(report)).toMatchObject({
      "server.dns": "fail",
      "server.tcp": "skipped",
      "okta.app.status": "fail",
    });
    expect(JSON.stringify(report)).not.toContain("secret-token");
  });
});
