import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadStack } from "../../../src/spec/load-stack.ts";
import { renderIssues } from "../../../src/spec/render-issues.ts";

/** The day on which the tests' acknowledgements are judged. */
export const today = "2026-06-15";

/** Writes files into a new project folder, hands it to `use` and removes it. */
export function withProject<T>(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (dir: string) => T,
): T {
  const dir = mkdtempSync(join(tmpdir(), "okta-scim-spec-"));
  try {
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(dir, file)), { recursive: true });
      writeFileSync(join(dir, file), content);
    }
    return use(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What a person sees who validates stack `dev` with these files in `stacks/`. */
export function problemsOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const inStacks = Object.fromEntries(
    Object.entries(files).map(([file, content]) => [`stacks/${file}`, content]),
  );
  return withProject(inStacks, (dir) => renderIssues(loadStack(dir, "dev", { today }).issues));
}

/** A valid spec with more lines at its end. */
export function specWith(lines: string, label = "Payroll"): string {
  return `version: 1
app: { label: ${label}, catalogName: scim2headerauth }
server: { external: { baseUrl: "https://scim.example.com/${label.toLowerCase()}/v2" } }
${lines}`;
}
