import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type DeclaredResource, runProgram } from "./run-program.ts";

const projectDir = join(import.meta.dirname, "..", "..", "fixtures", "specs", "everything");
let resources: readonly DeclaredResource[] = [];

beforeAll(async () => {
  // What must come first is the slowest, so that anything that does not wait for it is seen to overtake it.
  const slow = (name: string) =>
    /-(connection|features|mapping|container|carrier|user-ada-example-com|attribute-\w+)$/.test(name)
      ? 40
      : 5;
  const config = { tokens: { "web-gate": "g".repeat(40) } };
  resources = (await runProgram({ projectDir, stack: "acme", config, slow })).resources;
}, 60_000);

function find(name: string): DeclaredResource {
  const found = resources.find(
    (resource) => resource.name === name && !resource.type.startsWith("okta-scim:"),
  );
  if (found === undefined) throw new Error(`${name} was not declared`);
  return found;
}

describe("the order that Okta needs", () => {
  it.each([
    ["badges-attribute-colour", "badges"],
    ["scim-server-container", "scim-server-config-carrier"],
    ["badges-connection", "scim-server-container"],
    ["badges-connection", "badges-attribute-floors"],
    ["badges-features", "badges-connection"],
    ["badges-mapping", "badges-features"],
    ["badges-mapping", "badges-attribute-homeEmail"],
    ["badges-group-everyone", "badges-mapping"],
    ["web-gate-user-ada-example-com", "web-gate-mapping"],
    ["web-gate-group-everyone", "web-gate-user-ada-example-com"],
    ["web-gate-group-contractors", "web-gate-group-everyone"],
    ["web-gate-push-gate-admins", "web-gate-group-contractors"],
    ["web-gate-push-gate-admins", "web-gate-user-ada-example-com"],
  ])("%s after %s", (later, earlier) => {
    expect(find(later).begun).toBeGreaterThan(find(earlier).ended);
  });

  it("an app with a server of its own does not wait for the bundled one", () => {
    expect(find("web-gate-connection").begun).toBeLessThan(find("scim-server-container").ended);
  });
});
