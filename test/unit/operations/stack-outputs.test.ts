import { describe, expect, it } from "vitest";
import { readCheckReport, readOutputs } from "../../../src/operations/stack-outputs.ts";

describe("readOutputs", () => {
  it("reads a stack that was never deployed as one without apps", () => {
    const outputs = readOutputs({});
    expect(outputs).toMatchObject({ apps: {}, consoleSteps: {}, connectionTokens: {} });
    expect(readCheckReport(outputs)).toBeUndefined();
  });
});
