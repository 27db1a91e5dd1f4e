import * as pulumi from "@pulumi/pulumi";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { unknownValue } from "../../../src/preview/changes/property-diff.ts";
import { readPreviousUpdate } from "../../../src/program/previous-update.ts";

let failures: string[] = [];
/** What `pulumi up --target` records of an app that it leaves out before it was ever made. */
const left = { id: unknownValue, label: "Wiki" };

beforeAll(() =>
  pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
      call: ({ token }) => {
        const failure = failures.shift();
        if (failure !== undefined) throw Object.assign(new Error(failure), { details: failure });
        const outputs = token.endsWith("readStackOutputs") ? { apps: { crm: { id: "0oa1" }, left } } : {};
        return { outputs };
      },
    },
    "okta-scim",
    "dev",
    false,
    "organization",
  ),
);
beforeEach(() => {
  failures = [];
});

it("an app that was left out before it was ever made is not there", async () => {
  expect((await readPreviousUpdate()).appIds).toEqual({ crm: "0oa1" });
});

it("a state that the engine is just writing is read again", async () => {
  failures = ["failed to load checkpoint: EOF", "failed to load checkpoint: unexpected end of JSON input"];
  expect((await readPreviousUpdate()).appIds).toEqual({ crm: "0oa1" });
});

it("a state that can't be read is said, and at once", async () => {
  failures = ["no access to the bucket", "no access to the bucket"];
  await expect(readPreviousUpdate()).rejects.toThrow("no access to the bucket");
});

it("a state that stays half is said in the end", async () => {
  failures = Array.from({ length: 40 }, () => "failed to load checkpoint: EOF");
  await expect(readPreviousUpdate()).rejects.toThrow("failed to load checkpoint");
});
