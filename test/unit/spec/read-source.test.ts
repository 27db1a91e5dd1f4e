import { Buffer } from "node:buffer";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSource } from "../../../src/spec/read-source.ts";
import { problemsOf, specWith } from "./spec-project.ts";

describe("files that are no specs", () => {
  it("an empty file", () => {
    expect(problemsOf({ "dev/payroll.yaml": "" })).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:1:1 error SC1004: The file is empty.
        what to do: Write a spec, or delete the file. README.md begins with a small one.

      1 error in 1 file."
    `);
  });

  it("a file with comments only", () => {
    expect(problemsOf({ "dev/payroll.yaml": "# nothing yet\n---\n" })).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:1:1 error SC1004: The file is empty.
        what to do: Write a spec, or delete the file. README.md begins with a small one.

      1 error in 1 file."
    `);
  });

  it("a file of 10 MB, which is not even read", () => {
    expect(problemsOf({ "dev/payroll.yaml": "a".repeat(10_000_000) })).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:1:1 error SC1002: The file has 10000000 bytes; a spec has at most 262144.
        what to do: Keep a spec below 256 KiB; one file describes one application.

      1 error in 1 file."
    `);
  });

  it("a named pipe, which nobody may ever write to", () => {
    const folder = mkdtempSync(join(tmpdir(), "okta-scim-source-"));
    try {
      execFileSync("mkfifo", [join(folder, "payroll.yaml")]);
      expect(readSource(folder, join(folder, "payroll.yaml"))).toMatchObject({
        root: undefined,
        issues: [{ code: "SC1001", message: "This is not a regular file." }],
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("tabs as indentation", () => {
    expect(problemsOf({ "dev/payroll.yaml": "version: 1\napp:\n\tlabel: Payroll\n" })).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:3:1 error SC1012: Tabs are not allowed as indentation.
        what to do: YAML indents with spaces only: replace the tab by two spaces.

      1 error in 1 file."
    `);
  });

  it("two documents", () => {
    expect(problemsOf({ "dev/payroll.yaml": `${specWith("")}---\n${specWith("")}` })).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:4:1 error SC1006: A second document begins here.
        what to do: One file describes one application: split it at \`---\`.

      1 error in 1 file."
    `);
  });

  it("latin-1", () => {
    const bytes = Buffer.concat([
      Buffer.from("version: 1\napp: { label: B"),
      Buffer.from([0xfc]),
      Buffer.from("ro }\n"),
    ]);
    expect(problemsOf({ "dev/payroll.yaml": bytes })).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:2:1 error SC1003: This line is not UTF-8.
        what to do: Save it as UTF-8, without zero bytes.

      1 error in 1 file."
    `);
  });

  it("UTF-16", () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("version: 1\n", "utf16le")]);
    expect(problemsOf({ "dev/payroll.yaml": bytes })).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:1:1 error SC1003: The file is UTF-16; a spec is UTF-8.
        what to do: Save it as UTF-8, without zero bytes.

      1 error in 1 file."
    `);
  });

  it("a binary file", () => {
    expect(problemsOf({ "dev/payroll.yaml": Buffer.from([0x76, 0x0a, 0x00, 0x01]) })).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:2:1 error SC1003: The file holds a zero byte: it is not a text.
        what to do: Save it as UTF-8, without zero bytes.

      1 error in 1 file."
    `);
  });

  it("a quote that is not closed, where it opens and not where the file ends", () => {
    const text = 'version: 1\napp: { label: "Payroll }\nserver:\n  external: [\n';
    expect(problemsOf({ "dev/payroll.yaml": text })).toContain(
      "stacks/dev/payroll.yaml:2:15 error SC1005: The quote that opens here is not closed.",
    );
    expect(problemsOf({ "dev/payroll.yaml": text })).toContain("1 error in 1 file.");
  });

  it("syntax errors, all of them", () => {
    const text = "version: 1\napp: [ { label: Payroll\n";
    expect(problemsOf({ "dev/payroll.yaml": text })).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:3:1 error SC1005: Flow map in block collection must be sufficiently indented and end with a }.
        what to do: Mend the syntax at the place named. Quote texts that hold \`: \`, \`#\`, or begin with \`*\`, \`&\`, \`!\`, \`%\`, \`@\` or a backtick.

      stacks/dev/payroll.yaml:3:1 error SC1005: Flow sequence in block collection must be sufficiently indented and end with a ].
        what to do: Mend the syntax at the place named. Quote texts that hold \`: \`, \`#\`, or begin with \`*\`, \`&\`, \`!\`, \`%\`, \`@\` or a backtick.

      2 errors in 1 file."
    `);
  });

  it("a key twice", () => {
    expect(problemsOf({ "dev/payroll.yaml": specWith("checks: {}\nchecks: {}\n") })).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:5:1 error SC1008: The key "checks" is written twice; the first is in line 4.
        what to do: Keep one of the two.

      1 error in 1 file."
    `);
  });

  it("a list at the top", () => {
    expect(problemsOf({ "dev/payroll.yaml": "- version: 1\n" })).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:1:1 error SC1011: The file holds a list.
        what to do: Begin with \`version: 1\` and keys below it.

      1 error in 1 file."
    `);
  });

  it("keys that are no text", () => {
    expect(problemsOf({ "dev/payroll.yaml": specWith("1: x\n? [a]\n: y\n") })).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:4:1 error SC1009: This key is not a text.
        at: 1
        what to do: Keys are plain words, such as \`app:\`.

      stacks/dev/payroll.yaml:5:3 error SC1009: This key is not a text.
        what to do: Keys are plain words, such as \`app:\`.

      2 errors in 1 file."
    `);
  });

  it("a tag", () => {
    expect(problemsOf({ "dev/payroll.yaml": specWith("checks: !!js/function x\n") })).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:4:9 error SC1010: Unresolved tag: tag:yaml.org,2002:js/function.
        what to do: Remove the tag (\`!…\`).

      1 error in 1 file."
    `);
  });

  it("an alias without an anchor", () => {
    expect(problemsOf({ "dev/payroll.yaml": specWith("checks: *nobody\n") })).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:4:9 error SC1005: No anchor is named nobody.
        what to do: Mend the syntax at the place named. Quote texts that hold \`: \`, \`#\`, or begin with \`*\`, \`&\`, \`!\`, \`%\`, \`@\` or a backtick.

      1 error in 1 file."
    `);
  });

  it("an alias bomb", () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level < 10; level++) {
      const alias = `*a${level - 1}`;
      lines.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => alias).join(", ")}]`);
    }
    expect(problemsOf({ "dev/payroll.yaml": lines.join("\n") })).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:1:16 error SC1007: With its aliases expanded, the file is more than 20000 values.
        what to do: Write the values out instead of using \`&anchor\` and \`*alias\`.

      1 error in 1 file."
    `);
  });

  it("an alias within itself", () => {
    expect(problemsOf({ "dev/payroll.yaml": "a: &a\n  - *a\n" })).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:2:3 error SC1007: With its aliases expanded, the file is more than 40 levels deep.
        what to do: Write the values out instead of using \`&anchor\` and \`*alias\`.

      1 error in 1 file."
    `);
  });

  it("a nesting without end", () => {
    expect(
      problemsOf({ "dev/payroll.yaml": `a: ${"[".repeat(60)}${"]".repeat(60)}\n` }),
    ).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:1:44 error SC1007: With its aliases expanded, the file is more than 40 levels deep.
        what to do: Write the values out instead of using \`&anchor\` and \`*alias\`.

      1 error in 1 file."
    `);
  });

  it("a key that would reach the prototype", () => {
    expect(
      problemsOf({ "dev/payroll.yaml": specWith("__proto__: { app: x }\nconstructor: 1\n") }),
    ).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:4:1 error SC1201: The key "__proto__" is unknown.
        at: __proto__
        allowed: version, extends, lifecycle, app, server, connection, provisioning, attributes, pushGroups, assignments, protection, acknowledgements and 3 more
        what to do: Use one of the keys allowed here; docs/spec.md lists all.

      stacks/dev/payroll.yaml:5:1 error SC1201: The key "constructor" is unknown.
        at: constructor
        allowed: version, extends, lifecycle, app, server, connection, provisioning, attributes, pushGroups, assignments, protection, acknowledgements and 3 more
        what to do: Use one of the keys allowed here; docs/spec.md lists all.

      2 errors in 1 file."
    `);
  });

  it("names that cannot be applications", () => {
    expect(
      problemsOf({ "dev/Pay Roll.yaml": specWith(""), "dev/expenses.yml": specWith("", "Expenses") }),
    ).toMatchInlineSnapshot(`
      "stacks/dev/Pay Roll.yaml:1:1 error SC1013: The file's name cannot name an application.
        at: "Pay Roll.yaml"
        what to do: Use lower-case letters, digits and dashes, beginning with a letter, at most 40, ending in .yaml.

      stacks/dev/expenses.yml:1:1 error SC1013: The file's name cannot name an application.
        at: "expenses.yml"
        what to do: Use lower-case letters, digits and dashes, beginning with a letter, at most 40, ending in .yaml.

      2 errors in 2 files."
    `);
  });

  it("a byte order mark and Windows line ends are fine", () => {
    const text = `\uFEFF${specWith("lable: x\n")}`.replaceAll("\n", "\r\n");
    expect(problemsOf({ "dev/payroll.yaml": text })).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:4:1 error SC1201: The key "lable" is unknown.
        at: lable
        allowed: version, extends, lifecycle, app, server, connection, provisioning, attributes, pushGroups, assignments, protection, acknowledgements and 3 more
        did you mean: app.label
        what to do: Use one of the keys allowed here; docs/spec.md lists all.

      1 error in 1 file."
    `);
  });

  it("a stack without specs", () => {
    expect(problemsOf({ "def/payroll.yaml": specWith("") })).toMatchInlineSnapshot(`
      "stacks/dev:1:1 error SC1014: The stack has no specs.
        at: "dev"
        allowed: def
        did you mean: def
        what to do: Create stacks/<stack>/<app>.yaml, or name another stack.

      1 error in 1 file."
    `);
  });
});
