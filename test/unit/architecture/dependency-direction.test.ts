import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..", "..");

/** What each room may import besides itself, as ARCHITECTURE.md draws it. Everything may import npm packages. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  "src/spec": [],
  "src/expression": ["src/spec"],
  "src/scim": ["src/spec"],
  "src/okta": ["src/spec"],
  "src/engine": ["src/spec"],
  "src/services": ["src/spec"],
  "src/github": [],
  "src/text": [],
  "src/checks": ["src/okta", "src/scim", "src/spec", "src/text"],
  "src/preview": ["src/expression", "src/okta", "src/scim", "src/spec", "src/text"],
  "src/program": ["src/checks", "src/okta", "src/preview", "src/scim", "src/spec"],
  "src/operations": [
    "src/checks",
    "src/engine",
    "src/expression",
    "src/okta",
    "src/preview",
    "src/program",
    "src/scim",
    "src/services",
    "src/spec",
    "src/text",
  ],
  "src/cli": [
    "src/checks",
    "src/engine",
    "src/github",
    "src/okta",
    "src/operations",
    "src/preview",
    "src/program",
    "src/scim",
    "src/services",
    "src/spec",
    "src/text",
  ],
  stacks: ["src/program"],
  "scim-server": [],
  sandbox: ["src/expression", "src/scim", "src/spec"],
};

function roomOf(file: string): string | undefined {
  const path = relative(root, file);
  return Object.keys(allowed).find((room) => path === room || path.startsWith(`${room}/`));
}

function typescriptFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.includes("/build/"));
}

function relativeImports(file: string): string[] {
  const source = readFileSync(file, "utf8");
  return [...source.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map((match) =>
    normalize(join(dirname(file), match[1] ?? "")),
  );
}

describe("dependencies point one way", () => {
  for (const folder of ["src", "stacks", "scim-server", "sandbox"]) {
    it(`${folder}/ imports only what ARCHITECTURE.md allows`, () => {
      const wrong = typescriptFiles(folder).flatMap((file) => {
        const room = roomOf(file);
        if (room === undefined) return [`${relative(root, file)} lies in no room that ARCHITECTURE.md names`];
        return relativeImports(file).flatMap((target) => {
          const targetRoom = roomOf(target);
          const fine =
            targetRoom === room || (targetRoom !== undefined && allowed[room]?.includes(targetRoom) === true);
          return fine ? [] : [`${relative(root, file)} imports ${relative(root, target)}`];
        });
      });
      expect(wrong).toEqual([]);
    });
  }

  it("each file has one purpose: none is longer than 350 lines", () => {
    const long = ["src", "stacks", "scim-server", "sandbox", "test"]
      .flatMap(typescriptFiles)
      .map((file) => ({
        file: relative(root, file),
        lines: readFileSync(file, "utf8").split("\n").length - 1,
      }))
      .filter(({ lines }) => lines > 350);
    expect(long).toEqual([]);
  });
});
