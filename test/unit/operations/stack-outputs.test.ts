import { describe, expect, it } from "vitest";
import { readCheckReport, readOutputs } from "../../../src/operations/stack-outputs.ts";

describe("readOutputs", () => {
  it("reads a stack that was never deployed as one without apps", () => {
    const outputs = readOutputs({});
    expect(outputs).toMatchObject({ apps: {}, consoleSteps: {}, connectionTokens: {} });
    expect(readCheckReport(outputs)).toBeUndefined();
  });

  it("knows nothing of an app that an update left out before it was ever made", () => {
    const app = {
      label: "A",
      status: "ACTIVE",
      scimBaseUrl: "x",
      connection: "api",
      configured: true,
      heldBack: [],
    };
    const value = {
      crm: { ...app, id: "0oa1" },
      wiki: { ...app, id: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" },
    };
    expect(Object.keys(readOutputs({ apps: { value, secret: false } }).apps)).toEqual(["crm"]);
  });
});
