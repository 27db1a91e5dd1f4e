import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ResourceChange } from "../../../src/preview/changes/resource-change.ts";
import { renderHtml } from "../../../src/preview/render/html.ts";
import { renderMarkdown } from "../../../src/preview/render/markdown.ts";
import { escapeMarkdown, singleLine } from "../../../src/preview/render/markdown-text.ts";
import { renderTerminal } from "../../../src/preview/render/terminal.ts";
import { judge, type PreviewReport } from "../../../src/preview/report.ts";

const hostile =
  "@everyone </details><script>alert(1)</script> | ```\n# heading [x](http://evil.example) \u202eabc";

function change(partial: Partial<ResourceChange>): ResourceChange {
  return {
    app: "payroll",
    kind: "group assignment",
    action: "add",
    title: "Finance",
    fields: [],
    replacedBecause: [],
    type: "okta:app/groupAssignment:GroupAssignment",
    urn: "urn:x",
    id: undefined,
    before: undefined,
    after: {},
    ...partial,
  };
}

function report(label: string, people: number, changes: readonly ResourceChange[]): PreviewReport {
  const apps: PreviewReport["apps"] = [
    {
      name: "payroll",
      label,
      changes,
      people: {
        kind: "exact",
        assignedBefore: people,
        assignedAfter: people + 1,
        impact: {
          gains: Array.from({ length: people }, (_, index) => ({
            id: `${index}`,
            login: `${label}${index}@example.com`,
            account: "created" as const,
          })),
          assignedNotPushed: [],
          waiting: [],
          updated: [],
          deactivated: [{ id: "d", login: "dora@example.com" }],
          unassignedOnly: [],
          refused: [],
          groups: [],
          uncertainties: [],
        },
      },
    },
  ];
  return {
    version: 1,
    project: "okta-scim",
    stack: "prod",
    org: "https://example.okta.com",
    commit: "0123456789abcdef",
    at: "2026-11-22T10:00:00Z",
    verdict: judge(apps, [], []),
    apps,
    shared: [],
    guardRails: [],
    unchangedResources: 12,
    oktaCalls: 9,
    milliseconds: 1234,
  };
}

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

/** What Okta or a spec may hold that means something to Markdown, GitHub, Mermaid or HTML. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          "@",
          "#",
          "`",
          "```",
          "\n",
          "\r\n",
          "|",
          "<",
          ">",
          "&",
          "[",
          "]",
          "(",
          ")",
          "!",
          "\\",
          "*",
          "_",
          "~~~",
        ],
        ...[
          "everyone",
          "12",
          "GH-7",
          "https://evil.example",
          "www.evil.example",
          "</details>",
          "</summary>",
          "-->",
        ],
        ...[
          "<script>",
          "<img src=x onerror=alert(1)>",
          "\u202e",
          "\u2028",
          "\u0000",
          " ",
          "    ",
          '"]',
          "%%{",
          "end",
        ],
      ),
      fc.string({ maxLength: 6 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

describe("whatever Okta and the specs hold", () => {
  it("stays text in Markdown: it closes nothing, mentions nobody, links nowhere", () => {
    fc.assert(
      fc.property(hostileText, hostileText, hostileText, (label, title, value) => {
        const field = { label: value, secret: false, before: value, after: value } as const;
        const base = report(label, 2, [change({ title, fields: [field], replacedBecause: [value] })]);
        const text = renderMarkdown({
          ...base,
          verdict: { level: "dangerous", reasons: [value] },
          guardRails: [
            {
              kind: "people-deactivated",
              app: label,
              outcome: "broken",
              actual: 1,
              limit: 0,
              names: [value],
              message: title,
              remedy: value,
            },
          ],
        });
        const fences = text.match(/^ {0,3}(?:```|~~~)/gm) ?? [];
        expect(fences).toHaveLength(6);
        const outside = text.replaceAll(/^```[\s\S]*?^```$/gm, "");
        expect(outside).not.toMatch(/@(?!\u2060)|GH\\?-\d|:\/\/|www\./i);
        expect(outside.replaceAll(/^###? /gm, "")).not.toMatch(/#(?!\u2060)/);
        expect(outside.match(/<[^>]*>/g)).toEqual([
          "<!-- okta-scim:okta-scim/prod -->",
          "<details>",
          "<summary>",
          "</summary>",
          "</details>",
          "<sub>",
          "</sub>",
        ]);
        // A summary is HTML, where these mean nothing.
        expect(outside.replaceAll(/<summary>.*<\/summary>/g, "").match(/(?<!\\)\]\(/g)).toBeNull();
        expect(outside.split("\n").filter((line) => line.startsWith("|"))).toHaveLength(3);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it("stays text in HTML and in the picture", () => {
    const tags = (page: string): readonly string[] =>
      (page.match(/<\/?[a-z][^>]*>/gi) ?? []).map((tag) => tag.replaceAll(/="[^"]*"/g, ""));
    const harmless = tags(renderHtml(report("x", 2, [change({ title: "x" })])));
    fc.assert(
      fc.property(hostileText, hostileText, (label, title) => {
        const page = renderHtml(report(`x${label}`, 2, [change({ title: `x${title}` })]));
        expect(tags(page)).toEqual(harmless);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it("fits into a comment: 100 applications, each with a thousand people and hundreds of settings", () => {
    const one = report(
      hostile.repeat(3),
      1000,
      Array.from({ length: 300 }, (_, index) => change({ title: `${hostile} ${index}` })),
    );
    const [app] = one.apps;
    if (app === undefined) throw new Error("one app");
    const apps = Array.from({ length: 100 }, (_, index) => ({
      ...app,
      name: `app${index}`,
      label: `App ${index}`,
    }));
    const reasons = apps.map(({ name }) => `${name}: ${hostile.repeat(4)}`);
    const text = renderMarkdown(
      { ...one, apps, verdict: { level: "needs review", reasons } },
      { fullReportUrl: "https://ci.example/run/1" },
    );
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_536);
    expect(text.match(/^\| App \d+ \|/gm)).toHaveLength(100);
    expect(text).toContain("and 80 more reasons");
    expect(text).toContain("[Full report](https://ci.example/run/1)");
    expect(text.trimEnd()).toMatch(/<\/sub>$/);
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
