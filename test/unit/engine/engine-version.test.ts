import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  checkEngineVersion,
  engineVersion,
  minimumEngineVersion,
} from "../../../src/engine/engine-version.ts";

describe("an engine's version", () => {
  it.each([
    ["v3.256.0\n", { version: "3.256.0" }],
    ["3.238.0", { version: "3.238.0" }],
    ["v3.300.0-dev.12", { version: "3.300.0-dev.12" }],
    ["v3.237.9", { reason: "version 3.237.9 is older than 3.238.0" }],
    ["v4.0.0", { reason: "version 4.0.0 is of another major than 3" }],
    ["", { reason: 'its version can\'t be read: ""' }],
  ])("%j", (text, expected) => {
    expect(checkEngineVersion(text)).toEqual(expected);
  });

  it("is the one that tools/go.mod pins", () => {
    const module = readFileSync(new URL("../../../tools/go.mod", import.meta.url), "utf8");
    expect(module).toContain(`github.com/pulumi/pulumi/pkg/v3 v${engineVersion}\n`);
  });

  it("is at least what a plain pulumi up asks for", () => {
    const project = readFileSync(new URL("../../../Pulumi.yaml", import.meta.url), "utf8");
    expect(project).toContain(`requiredPulumiVersion: ">=${minimumEngineVersion}"`);
  });
});
