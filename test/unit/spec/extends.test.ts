import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadStack } from "../../../src/spec/load-stack.ts";
import { positionIn } from "../../../src/spec/loaded-spec.ts";
import { renderIssues } from "../../../src/spec/render-issues.ts";
import { problemsOf, specWith, today, withProject } from "./spec-project.ts";

const base = `version: 1
app:
  label: Payroll
  catalogName: scim2headerauth
  notes: { admin: Owned by Finance Systems }
server:
  external: { baseUrl: "https://scim.example.com/v2" }
assignments:
  groups: [{ group: Finance }, { group: Sales }]
`;

describe("extends", () => {
  it("merges mappings, replaces lists, removes by null, and remembers where each value was written", () => {
    const files = {
      "stacks/base/payroll.yaml": base,
      "stacks/dev/payroll.yaml": `extends: ../base/payroll.yaml
app:
  label: Payroll (dev)
  notes: null
server: { external: null, bundled: { publicUrl: "http://127.0.0.1:8601/payroll" } }
assignments:
  groups: [{ group: Engineering }]
`,
    };
    withProject(files, (dir) => {
      const { specs, issues } = loadStack(dir, "dev", { today });
      expect(issues).toEqual([]);
      const [loaded] = specs;
      if (loaded === undefined) throw new Error("no spec was loaded");
      expect(loaded.spec.app).toMatchObject({
        label: "Payroll (dev)",
        catalogName: "scim2headerauth",
        notes: {},
      });
      expect(loaded.spec.server).toEqual({
        bundled: { publicUrl: "http://127.0.0.1:8601/payroll", reactivateOnCreate: false, webhooks: [] },
      });
      expect(loaded.spec.assignments.groups).toEqual([{ group: "Engineering" }]);
      const places = {
        label: positionIn(loaded, ["app", "label"]),
        catalogName: positionIn(loaded, ["app", "catalogName"]),
        group: positionIn(loaded, ["assignments", "groups", 0, "group"]),
      };
      expect(places).toEqual({
        label: { file: "stacks/dev/payroll.yaml", line: 3, column: 10 },
        catalogName: { file: "stacks/base/payroll.yaml", line: 4, column: 16 },
        group: { file: "stacks/dev/payroll.yaml", line: 7, column: 21 },
      });
    });
  });

  it("an error in an inherited value points at the file that has it", () => {
    expect(
      problemsOf({
        "base/payroll.yaml": base.replace("Finance }", "Finance, priority: first }"),
        "dev/payroll.yaml": "extends: ../base/payroll.yaml\napp: { label: Payroll (dev) }\n",
      }),
    ).toMatchInlineSnapshot(`
      "stacks/base/payroll.yaml:9:40 error SC1202: Expected a whole number, not a text.
        at: assignments.groups[0].priority = "first"
        what to do: Write a value of the type expected; quote a text that looks like a number or a boolean.

      1 error in 1 file."
    `);
  });

  it("a base file that does not exist", () => {
    expect(
      problemsOf({
        "base/payroll.yaml": base,
        "dev/payroll.yaml": "version: 1\nextends: ../base/payrol.yaml\n",
      }),
    ).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:2:10 error SC1101: The file that is extended does not exist.
        at: extends = "stacks/base/payrol.yaml"
        did you mean: stacks/base/payroll.yaml
        what to do: Mend the path: it is relative to the file that says \`extends\`.

      1 error in 1 file."
    `);
  });

  it("a circle", () => {
    expect(
      problemsOf({
        "base/a.yaml": "extends: b.yaml\n",
        "base/b.yaml": "extends: a.yaml\n",
        "dev/payroll.yaml": "extends: ../base/a.yaml\n",
        "dev/self.yaml": "extends: self.yaml\n",
      }),
    ).toMatchInlineSnapshot(`
      "stacks/base/b.yaml:1:10 error SC1102: These files extend each other: stacks/base/a.yaml -> stacks/base/b.yaml -> stacks/base/a.yaml.
        at: extends = "stacks/base/a.yaml"
        what to do: Remove one of the \`extends\` named.

      stacks/dev/self.yaml:1:10 error SC1102: These files extend each other: stacks/dev/self.yaml -> stacks/dev/self.yaml.
        at: extends = "stacks/dev/self.yaml"
        what to do: Remove one of the \`extends\` named.

      2 errors in 2 files."
    `);
  });

  it("nothing outside the stacks folder", () => {
    expect(
      problemsOf({
        "dev/payroll.yaml": "extends: ../../../etc/passwd\n",
        "dev/expenses.yaml": "extends: /etc/hosts.yaml\n",
        "dev/travel.yaml": "extends: ../index.ts\n",
      }),
    ).toMatchInlineSnapshot(`
      "stacks/dev/expenses.yaml:1:10 error SC1103: Only a .yaml file below stacks/ can be extended.
        at: extends = "../../etc/hosts.yaml"
        what to do: Extend a .yaml file below stacks/, by a relative path.

      stacks/dev/payroll.yaml:1:10 error SC1103: Only a .yaml file below stacks/ can be extended.
        at: extends = "../etc/passwd"
        what to do: Extend a .yaml file below stacks/, by a relative path.

      stacks/dev/travel.yaml:1:10 error SC1103: Only a .yaml file below stacks/ can be extended.
        at: extends = "stacks/index.ts"
        what to do: Extend a .yaml file below stacks/, by a relative path.

      3 errors in 3 files."
    `);
  });

  it("no link that leads outside", () => {
    const text = withProject(
      { "stacks/dev/payroll.yaml": "extends: ../base/out.yaml\n", "stacks/base/x": "" },
      (dir) => {
        writeFileSync(join(dir, "outside.yaml"), base);
        symlinkSync(join(dir, "outside.yaml"), join(dir, "stacks", "base", "out.yaml"));
        return renderIssues(loadStack(dir, "dev", { today }).issues);
      },
    );
    expect(text).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:1:10 error SC1103: This is a link to a file outside stacks/.
        at: extends = "stacks/base/out.yaml"
        what to do: Extend a .yaml file below stacks/, by a relative path.

      1 error in 1 file."
    `);
  });

  it("a chain without end", () => {
    const files = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`base/l${index}.yaml`, `extends: l${index + 1}.yaml\n`]),
    );
    expect(problemsOf({ ...files, "dev/payroll.yaml": "extends: ../base/l0.yaml\n" })).toMatchInlineSnapshot(`
      "stacks/base/l6.yaml:1:10 error SC1104: More than 8 files extend each other.
        at: extends = "stacks/base/l7.yaml"
        what to do: Use at most 8 levels.

      1 error in 1 file."
    `);
  });

  it("what is wrong in the base file is said of the base file", () => {
    expect(
      problemsOf({ "base/payroll.yaml": "\tx: 1\n", "dev/payroll.yaml": "extends: ../base/payroll.yaml\n" }),
    ).toMatchInlineSnapshot(`
      "stacks/base/payroll.yaml:1:1 error SC1012: Tabs are not allowed as indentation.
        what to do: YAML indents with spaces only: replace the tab by two spaces.

      1 error in 1 file."
    `);
  });

  it("a path of the wrong type", () => {
    expect(problemsOf({ "dev/payroll.yaml": specWith("extends: [a.yaml]\n") })).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:4:10 error SC1202: Expected a text, not a list.
        at: extends = ["a.yaml"]
        what to do: Write a value of the type expected; quote a text that looks like a number or a boolean.

      1 error in 1 file."
    `);
  });
});
