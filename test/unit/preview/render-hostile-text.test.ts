import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderHtml } from "../../../src/preview/render/html.ts";
import { renderMarkdown } from "../../../src/preview/render/markdown.ts";
import { change, hostile, report } from "./sample-report.ts";

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
