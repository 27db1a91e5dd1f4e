import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { renderHtml } from "../../../src/preview/render/html.ts";
import type { PreviewReport } from "../../../src/preview/report.ts";
import { nobody, reportOn } from "../../unit/preview/sample-report.ts";

const executablePath = "/usr/bin/chromium";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const violationsSchema = z.array(z.object({ id: z.string(), nodes: z.array(z.unknown()) }));
const hostile = `</style></title><script>document.title="broken"</script><img src=x onerror=document.title="broken"> "'\u202e`;

const person = (index: number) => ({ id: `${index}`, login: `person${index}.${"x".repeat(40)}@example.com` });

function makeReport(): PreviewReport {
  const apps: PreviewReport["apps"] = ["payroll", "travel"].map((name) => ({
    name,
    label: `${name} ${hostile}`,
    changes: (["add", "change", "replace", "remove"] as const).map((action) => ({
      app: name,
      kind: "push group",
      action,
      title: `${action} ${hostile}`,
      fields: [
        { label: "API token", secret: true },
        { label: hostile, secret: false, before: hostile, after: "y".repeat(300) },
      ],
      replacedBecause: action === "replace" ? ["Target group"] : [],
    })),
    people: {
      kind: "exact",
      assignedBefore: 90,
      assignedAfter: 60,
      impact: {
        ...nobody,
        gains: (["created", "reactivated", "matched", "taken", "unknown"] as const).map((account, index) => ({
          ...person(index),
          account,
        })),
        deactivated: Array.from({ length: 60 }, (_, index) => person(index + 10)),
        uncertainties: [hostile],
      },
    },
  }));
  return reportOn(apps, {
    guardRails: [
      {
        kind: "people-deactivated",
        app: "payroll",
        outcome: "broken",
        actual: 60,
        limit: 5,
        names: [hostile],
        message: hostile,
        remedy: hostile,
      },
    ],
  });
}

describe.skipIf(!existsSync(executablePath))("the HTML report in Chromium", () => {
  const folder = mkdtempSync(join(tmpdir(), "okta-scim-report-"));
  let browser: Browser;

  beforeAll(async () => {
    writeFileSync(join(folder, "report.html"), renderHtml(makeReport()));
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  it.each([
    ["in the light", 1280, "light"],
    ["in the dark", 1280, "dark"],
    ["on a phone", 390, "dark"],
  ] as const)("reads without a barrier %s, loads nothing and runs nothing", async (_where, width, scheme) => {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme: scheme });
    const page = await context.newPage();
    const requests: string[] = [];
    page.on("request", (request) => void requests.push(request.url().slice(0, 8)));
    await page.goto(`file://${folder}/report.html`);
    // What Playwright evaluates itself is not held up by the page's policy.
    await page.evaluate(axe);
    const violations = violationsSchema.parse(
      await page.evaluate("axe.run().then(({ violations }) => violations)"),
    );
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.length}`)).toEqual([]);
    expect(
      await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"),
    ).toBe(0);
    expect(await page.title()).toBe("prod: needs review");
    expect(await page.locator("script, img").count()).toBe(0);
    expect(requests).toEqual(["file:///"]);
    await context.close();
  });
});
