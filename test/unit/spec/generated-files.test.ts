import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { generateFiles } from "../../../src/spec/generate.ts";
import { issueTable } from "../../../src/spec/issue-table.ts";
import { loadProject } from "../../../src/spec/load-stack.ts";
import { renderIssues } from "../../../src/spec/render-issues.ts";

const projectDir = join(import.meta.dirname, "..", "..", "..");

describe("files made from the schema", () => {
  it.each(Object.entries(generateFiles()))("%s is current (node src/spec/generate.ts)", (file, content) => {
    expect(readFileSync(join(projectDir, file), "utf8")).toBe(content);
  });

  it("the reference names every error", () => {
    const reference = generateFiles()["docs/spec.md"] ?? "";
    const missing = Object.keys(issueTable).filter((code) => !reference.includes(`| ${code} |`));
    expect(missing).toEqual([]);
  });

  it("every key of the schema says what it is for", () => {
    const reference = generateFiles()["docs/spec.md"] ?? "";
    const undescribed = reference
      .split("\n")
      .filter((line) => line.startsWith("| `") && / \|\s+\|$/.test(line) && line.split("|").length === 6);
    expect(undescribed.filter((line) => !line.includes("`user.") && !line.includes('`"work"`'))).toEqual([]);
  });
});

describe("this repository's specs", () => {
  it("have no errors and no warnings", () => {
    expect(renderIssues(loadProject(projectDir).issues)).toBe("0 errors in 0 files.");
  });
});
