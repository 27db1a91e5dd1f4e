import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type DeclaredResource, maskSecrets, runProgram } from "./run-program.ts";

const fixtures = join(import.meta.dirname, "..", "..", "fixtures", "specs");

/** Everything declared, sorted, one resource after another, without this machine's paths. */
function renderDesiredState(resources: readonly DeclaredResource[], projectDir: string): string {
  return `${resources
    .map(({ type, name, inputs, importId }) => ({ type, name, inputs, importId }))
    .sort((a, b) => (`${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1))
    .map(({ type, name, inputs, importId }) => {
      const imported = importId === undefined ? "" : ` import ${importId}`;
      return `${type} ${name}${imported}\n${JSON.stringify(maskSecrets(inputs), null, 2)}`;
    })
    .join("\n\n")
    .replaceAll(projectDir, "<project>")}\n`;
}

describe("what the program declares", () => {
  it.each([
    [
      "everything",
      {
        org: { orgName: "acme" },
        apiToken: "00token",
        tokens: { "web-gate": "g".repeat(40) },
        protect: true,
        server: { dockerHost: "ssh://deploy@scim.example.com", baseImage: "node:24-slim", replicas: 2 },
        storageUrl: "postgres://scim:password@db.example.com/scim",
      },
    ],
    ["manual", {}],
  ])("of the fixture %s", async (fixture, config) => {
    const projectDir = join(fixtures, fixture);
    const { resources } = await runProgram({ projectDir, stack: "acme", config });
    await expect(renderDesiredState(resources, projectDir)).toMatchFileSnapshot(
      join(projectDir, "desired-state.txt"),
    );
  });
});
