import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { allChecks } from "../../../src/checks/all-checks.ts";

it("docs/troubleshooting.md explains every check, and no other", () => {
  const text = readFileSync(join(import.meta.dirname, "../../../docs/troubleshooting.md"), "utf8");
  const headings = [...text.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
  expect([...headings].sort()).toEqual(allChecks.map(({ id }) => id).sort());
});
