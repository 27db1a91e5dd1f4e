import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  checkStackSettings,
  listStackSettings,
  readStackSettings,
} from "../../../src/services/stack-settings.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "settings-"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: demo\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(stack: string, text: string): void {
  writeFileSync(join(folder, `Pulumi.${stack}.yaml`), text);
}

describe("a stack's settings", () => {
  it("are read without the secret ones, other programs' and those of other stacks", () => {
    write(
      "dev",
      "config:\n  okta-scim:org: sandbox\n  okta-scim:tokenKey: { secure: abc }\n  aws:region: eu-west-1\n",
    );
    write("prod", "config: { okta-scim:org: nonsense }\n");
    expect(listStackSettings(folder)).toEqual(["dev", "prod"]);
    expect(readStackSettings(folder, "dev")).toMatchObject({ org: "sandbox", server: { port: 8601 } });
  });

  it("are refused with the place of each mistake, all at once, and the nearest word", () => {
    write(
      "dev",
      "config:\n  okta-scim:org: sandbx\n  okta-scim:servr: {}\n  okta-scim:server: { port: x }\n",
    );
    const { settings, issues } = checkStackSettings(folder, "dev");
    expect(settings).toBeUndefined();
    expect(
      issues.map(({ code, file, line, column, nearest }) => [code, file, line, column, nearest]),
    ).toEqual([
      ["SC1501", "Pulumi.dev.yaml", 2, 18, undefined],
      ["SC1501", "Pulumi.dev.yaml", 4, 29, undefined],
      ["SC1501", "Pulumi.dev.yaml", 3, 3, "server"],
    ]);
    expect(() => readStackSettings(folder, "dev")).toThrow("The configuration of stack dev is wrong.");
  });

  it("are the same after `pulumi config set`, which writes true and false as text", () => {
    write("prod", 'config:\n  okta-scim:org: { orgName: acme }\n  okta-scim:protect: "true"\n');
    expect(readStackSettings(folder, "prod").protect).toBe(true);
    write("prod", 'config:\n  okta-scim:org: { orgName: acme }\n  okta-scim:protect: "yes"\n');
    expect(checkStackSettings(folder, "prod").issues).toMatchObject([{ code: "SC1501", line: 3 }]);
  });

  it("that are no YAML are refused at their place", () => {
    write("dev", "config: [\n");
    expect(checkStackSettings(folder, "dev").issues).toMatchObject([{ code: "SC1005", line: 2 }]);
  });

  it("that are missing name their file", () => {
    expect(() => readStackSettings(folder, "qa")).toThrow("Pulumi.qa.yaml does not exist");
  });
});
