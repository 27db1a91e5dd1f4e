import { describe, expect, it } from "vitest";
import { renderHtml } from "../../../src/preview/render/html.ts";
import { renderMarkdown } from "../../../src/preview/render/markdown.ts";
import { renderTerminal } from "../../../src/preview/render/terminal.ts";
import { escapeMarkdown, singleLine } from "../../../src/text/markdown-text.ts";
import { change, hostile, report } from "./sample-report.ts";

const changes = [
  change({}),
  change({
    kind: "connection",
    action: "change",
    title: "Provisioning connection",
    fields: [
      {
        label: "SCIM connector base URL",
        secret: false,
        before: "https://a.example/scim/v2",
        after: "https://b.example/scim/v2",
      },
      { label: "API token", secret: true },
    ],
  }),
  change({
    kind: "push group",
    action: "replace",
    title: "Admins -> admins",
    replacedBecause: ["Target group"],
  }),
];

describe("the report in Markdown", () => {
  it("reads as a reviewer needs it", () => {
    expect(renderMarkdown(report("Payroll", 2, changes))).toMatchInlineSnapshot(`
      "<!-- okta-scim:okta-scim/prod -->

      ### 🟡 prod: needs review

      - payroll: push group "Admins \\-&gt; admins" is replaced
      - payroll: 1 person deactivated

      | App | + | ~ | +- | - | People |
      |---|---|---|---|---|---|
      | Payroll | 1 | 1 | 1 |  | +2 -1 (of 2) |

      \`\`\`mermaid
      flowchart LR
        scim[("SCIM server")]
        a0["Payroll"]
        a0 --> scim
        n1(["Finance"]):::added --> a0
        a0 -. push .-> n3[/"Admins -  admins"/]:::changed
        classDef added stroke:#1a7f37,stroke-width:3px
        classDef changed stroke:#9a6700,stroke-width:3px
        classDef removed stroke:#cf222e,stroke-width:3px,stroke-dasharray:5 5
      \`\`\`

      <details><summary>Payroll (payroll)</summary>

      \`\`\`diff
      - 1 person deactivated: dora@example.com
      + 2 people get a new account: Payroll0@example.com, Payroll1@example.com
      \`\`\`

      \`\`\`diff
      + group assignment: Finance
      ~ connection: Provisioning connection
      ~     SCIM connector base URL: https://a.example/scim/v2 -> https://b.example/scim/v2
      ~     API token: changed (secret)
      ! push group: Admins -> admins, replaced because Target group can't change in place
      \`\`\`

      </details>

      <sub>commit 0123456789ab, 2026-11-22T10:00:00Z, https:⁠//example.okta.com, 9 Okta calls in 1.2 s</sub>"
    `);
  });

  it("never passes the budget, whatever Okta holds", () => {
    const many = Array.from({ length: 5000 }, (_, index) =>
      change({ title: `Group ${index} ${"x".repeat(60)}` }),
    );
    const text = renderMarkdown(report("Payroll", 20_000, many), {
      fullReportUrl: "https://ci.example/run/1",
    });
    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(text).toContain("+20000 -1 (of 20000)");
    expect(text).toContain("[Full report](https://ci.example/run/1)");
  });

  it("has a picture also where a name is nothing but brackets", () => {
    const text = renderMarkdown(report("[]", 1, [change({ title: "#" })]));
    expect(text).toContain('a0["unnamed"]');
    expect(text).toContain('n1(["unnamed"])');
  });

  it("holds no half of a character, which GitHub refuses", () => {
    const emoji = "\u{1f469}";
    for (let shift = 0; shift < 2; shift += 1) {
      const long = `${"x".repeat(shift)}${emoji.repeat(400)}`;
      const text = report(`${long}\ud83d`, 1, [
        change({ title: long, fields: [{ label: "Label", secret: false, before: long, after: long }] }),
      ]);
      for (const budget of [60_000, 3001, 3000])
        expect(renderMarkdown(text, { budget }).isWellFormed()).toBe(true);
      expect(renderHtml(text).isWellFormed()).toBe(true);
    }
  });

  it("lets no text break out, mention or link", () => {
    const text = renderMarkdown(report(hostile, 1, [change({ title: hostile })]));
    const outsideOfCode = text.replaceAll(/^```[\s\S]*?^```$/gm, "");
    expect(outsideOfCode).not.toMatch(/@everyone|<script/);
    expect(outsideOfCode.match(/<\/details>/g)).toHaveLength(1);
    expect(text.match(/^```/gm)).toHaveLength(6);
    expect(text).not.toMatch(/^# heading/m);
    expect(outsideOfCode).not.toContain("](http://");
    expect(text).not.toContain("\u202e");
    expect(singleLine("Fin\u200bance \u00adNorth\ufeff \u{e0041}")).toBe(
      "Fin(U+200B)ance (U+00AD)North(U+FEFF) (U+E0041)",
    );
    expect(singleLine("\u0646\u200c\u0647")).toBe("\u0646\u200c\u0647");
    expect(escapeMarkdown("@alice #1 https://x.example")).toBe(
      "@\u2060alice \\#\u20601 https:\u2060//x.example",
    );
  });
});

describe("the report elsewhere", () => {
  it("reads in a terminal", () => {
    expect(renderTerminal(report("Payroll", 2, changes), (_tone, text) => text)).toMatchInlineSnapshot(`
      "prod on https://example.okta.com: NEEDS REVIEW
        - payroll: push group "Admins -> admins" is replaced
        - payroll: 1 person deactivated

        app      +  ~  +-  -  people
        Payroll  1  1  1      +2 -1 (of 2)

      Payroll (payroll)
        - 1 person deactivated: dora@example.com
        + 2 people get a new account: Payroll0@example.com, Payroll1@example.com
        + group assignment: Finance
        ~ connection: Provisioning connection
        ~     SCIM connector base URL: https://a.example/scim/v2 -> https://b.example/scim/v2
        ~     API token: changed (secret)
        ! push group: Admins -> admins, replaced because Target group can't change in place

      12 resources unchanged, 9 Okta calls, 1.2 s"
    `);
  });

  it("escapes everything in HTML", () => {
    const page = renderHtml(report(hostile, 1, [change({ title: hostile })]));
    expect(page).not.toContain("<script");
    expect(page).toContain("&lt;script&gt;");
  });
});
