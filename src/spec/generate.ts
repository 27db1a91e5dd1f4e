import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { generateJsonSchema } from "./json-schema.ts";
import { generateReference } from "./spec-reference.ts";

/** The files that are made from the schema, by path relative to the project. `node src/spec/generate.ts` writes them; a test keeps them current. */
export function generateFiles(): Readonly<Record<string, string>> {
  return {
    "stacks/app.schema.json": generateJsonSchema(),
    "docs/spec.md": generateReference(),
  };
}

if (import.meta.main) {
  const projectDir = dirname(dirname(import.meta.dirname));
  for (const [file, content] of Object.entries(generateFiles())) {
    const path = join(projectDir, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    process.stdout.write(`${file}\n`);
  }
}
