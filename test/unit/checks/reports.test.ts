import { describe, expect, it } from "vitest";
import { checkReportSchema } from "../../../src/checks/check-report.ts";
import { renderGitHubAnnotations } from "../../../src/checks/reports/github-annotations.ts";
import { makeReportJsonSchema, renderJson } from "../../../src/checks/reports/json.ts";
import { renderJUnit } from "../../../src/checks/reports/junit.ts";
import { renderMarkdown } from "../../../src/checks/reports/markdown.ts";
import { renderTerminal } from "../../../src/checks/reports/terminal.ts";
import { sampleReport } from "./sample-report.ts";

describe("the terminal report", () => {
  it("shows what asks for something, with evidence, exchange and remedy", () => {
    expect(renderTerminal(sampleReport)).toMatchInlineSnapshot(`
      "✗ payroll  1 passed, 1 failed, 1 warning, 1 skipped
        ! server.latency                     The median of 5 answers took 812 ms.  4100 ms
            Do: Aim at under 600 ms.
            docs/troubleshooting.md#serverlatency
        ✗ loop.people.present                1 person has no account (of 10).  203 ms
            <b>@admin</b> | \`x\`�[2J ]]>
            > GET https://scim.example.com/Users?count=1
            < 200 application/scim+json {"a":"\`\`\`"}
            Do: Unassign and assign the people again.
            docs/troubleshooting.md#looppeoplepresent
      … expenses  1 waiting
        … loop.reached                       Okta's connection test arrived.  40 ms
            Do: Set \`connection: { configured: true }\`, then update. Soon.
            docs/troubleshooting.md#loopreached

      Checks failed: 1 passed, 1 failed, 1 warning, 1 waiting, 1 skipped in 2.3 s (stack dev)."
    `);
  });

  it("shows every check where that is asked", () => {
    expect(renderTerminal(sampleReport, { all: true }).match(/^ {2}[✓!✗…-] /gm)).toHaveLength(5);
  });

  it("counts all checks even when only some are handed over", () => {
    const few = { ...sampleReport, results: sampleReport.results.slice(0, 1) };
    expect(renderTerminal(few).split("\n").at(-1)).toContain(
      "1 passed, 1 failed, 1 warning, 1 waiting, 1 skipped",
    );
  });

  it("paints by outcome", () => {
    const painted = renderTerminal(sampleReport, { paint: (tone, text) => `<${tone}>${text}</${tone}>` });
    expect(painted).toContain("<bad>✗</bad> <strong>payroll</strong>");
  });
});

describe("the Markdown report", () => {
  it("lets no text out of its place", () => {
    expect(renderMarkdown(sampleReport)).toMatchInlineSnapshot(`
      "## ❌ Checks failed: stack dev

      | App | Status | Connection | Features | Mappings | Push groups | Assignments | People | Checks |
      | --- | --- | --- | --- | --- | --- | --- | --- | --- |
      | ❌ payroll | ACTIVE | ENABLED | 4 of 4 | – | – | – | 9 of 10 | 1 passed, 1 failed, 1 warning, 1 skipped |
      | ⏳ expenses | – | – | – | – | – | – | – | 1 waiting |

      ### ❌ payroll: Does everybody whom Okta assigns have an account in the SCIM server?

      1 person has no account \\(of 10\\).

      - &lt;b&gt;@⁠admin&lt;/b&gt; \\| \\\`x\\\` \\[2J \\]\\]&gt;

      \`\`\`\`text
      > GET https://scim.example.com/Users?count=1
      < 200 application/scim+json {"a":"\`\`\`"}
      \`\`\`\`

      **Do:** Unassign and assign the people again.

      [loop.people.present](docs/troubleshooting.md#looppeoplepresent) · 203 ms

      ### ⚠️ payroll: Does the server answer fast enough?

      The median of 5 answers took 812 ms.

      **Do:** Aim at under 600 ms.

      [server.latency](docs/troubleshooting.md#serverlatency) · 4100 ms

      ### ⏳ expenses: Has Okta itself reached the SCIM server with the right credential?

      Okta's connection test arrived.

      **Do:** Set \\\`connection: \\{ configured: true \\}\\\`, then update. Soon.

      [loop.reached](docs/troubleshooting.md#loopreached) · 40 ms
      "
    `);
  });
});

describe("a Markdown report that would be too long for a job summary", () => {
  it("keeps the worst, and counts the rest", () => {
    const text = renderMarkdown(sampleReport, { budgetBytes: 450 });
    expect(text).toContain("❌ payroll: Does everybody");
    expect(text).not.toContain("⚠️ payroll: Does the server answer");
    expect(text).toContain("_2 more that ask for something: the job's log and the JUnit file have all._");
  });
});

describe("the JUnit report", () => {
  it("has a suite per app and a case per check", () => {
    expect(renderJUnit(sampleReport)).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="okta-scim dev" tests="5" failures="1" time="2.345">
        <testsuite name="payroll" tests="4" failures="1" errors="0" skipped="1" time="4.315" timestamp="2026-11-22T22:00:00.000Z">
          <testcase classname="payroll" name="server.tcp: Does the server accept connections?" time="0.012"/>
          <testcase classname="payroll" name="server.latency: Does the server answer fast enough?" time="4.100">
            <system-out>The median of 5 answers took 812 ms.&#10;Do: Aim at under 600 ms.&#10;docs/troubleshooting.md#serverlatency</system-out>
          </testcase>
          <testcase classname="payroll" name="loop.people.present: Does everybody whom Okta assigns have an account in the SCIM server?" time="0.203">
            <failure message="1 person has no account (of 10).">1 person has no account (of 10).&#10;&lt;b&gt;@admin&lt;/b&gt; | \`x\`�[2J ]]&gt;&#10;&gt; GET https://scim.example.com/Users?count=1&#10;&lt; 200 application/scim+json {&quot;a&quot;:&quot;\`\`\`&quot;}&#10;Do: Unassign and assign the people again.&#10;docs/troubleshooting.md#looppeoplepresent</failure>
          </testcase>
          <testcase classname="payroll" name="loop.groups: Are the pushed groups in the SCIM server, with the right members?" time="0.000">
            <skipped message="The spec pushes no groups."/>
          </testcase>
        </testsuite>
        <testsuite name="expenses" tests="1" failures="0" errors="0" skipped="1" time="0.040" timestamp="2026-11-22T22:00:00.000Z">
          <testcase classname="expenses" name="loop.reached: Has Okta itself reached the SCIM server with the right credential?" time="0.040">
            <skipped message="Okta's connection test arrived."/>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `);
  });
});

describe("GitHub annotations", () => {
  it("point at the app's spec, on one line each", () => {
    expect(
      renderGitHubAnnotations(sampleReport, (app) =>
        app === "payroll" ? "stacks/dev/payroll.yaml" : undefined,
      ),
    ).toMatchInlineSnapshot(`
      "::warning file=stacks/dev/payroll.yaml,line=1,title=payroll%3A server.latency::The median of 5 answers took 812 ms. Aim at under 600 ms.
      ::error file=stacks/dev/payroll.yaml,line=1,title=payroll%3A loop.people.present::1 person has no account (of 10). Unassign and assign the people again.
      ::notice title=expenses%3A loop.reached::Okta's connection test arrived. Set \`connection: { configured: true }\`, then update.%0ASoon.
      "
    `);
  });
});

describe("the JSON report", () => {
  it("is read back as it was", () => {
    expect(checkReportSchema.parse(JSON.parse(renderJson(sampleReport)))).toEqual(sampleReport);
  });

  it("has a schema that names its required members", () => {
    expect(makeReportJsonSchema()).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      required: ["version", "stack", "orgUrl", "startedAt", "milliseconds", "outcome", "apps", "results"],
      additionalProperties: false,
    });
  });
});
