import { describe, expect, it } from "vitest";
import { toEngineError } from "../../../src/engine/engine-failure.ts";

describe("a failed operation", () => {
  it.each([
    "driver failed programming external connectivity: Bind for 127.0.0.1:8601 failed: port is already allocated",
    "Error starting userland proxy: listen tcp4 127.0.0.1:8601: bind: address already in use",
  ])("whose port is taken names the setting of the port: %s", (message) => {
    const error = toEngineError(
      new Error("up failed"),
      [{ severity: "error", message, urn: undefined }],
      "dev",
    );
    expect(error.message).toContain("127.0.0.1:8601");
    expect(error.remedy).toContain("okta-scim:server in Pulumi.dev.yaml");
  });

  it.each([
    "network with name okta-scim-dev already exists",
    'Conflict. The container name "/okta-scim-dev-server" is already in use by container "6d".',
  ])("that meets another checkout's server names the setting of its names: %s", (message) => {
    const error = toEngineError(
      new Error("up failed"),
      [{ severity: "error", message, urn: undefined }],
      "dev",
    );
    expect(error.remedy).toContain("namePrefix in okta-scim:server of Pulumi.dev.yaml");
  });

  it("whose org went away in between counts as unreachable", () => {
    const message =
      "The Okta org could not be asked for groups and people: http://127.0.0.1:8600 can't be reached: connect ECONNREFUSED 127.0.0.1:8600";
    expect(
      toEngineError(new Error("up failed"), [{ severity: "error", message, urn: undefined }], "dev"),
    ).toMatchObject({
      code: "ENGINE_ORG_UNREACHABLE",
      message,
      remedy: expect.stringContaining("doctor -- --stack dev"),
    });
  });

  it("of a full disk does not claim that all was recorded", () => {
    const message =
      "failed to save snapshot: An IO error occurred while writing the new snapshot file: write dev.json: no space left on device";
    const { remedy } = toEngineError(
      new Error("up failed"),
      [{ severity: "error", message, urn: undefined }],
      "dev",
    );
    expect(remedy).toContain("Make room on that disk");
    expect(remedy).not.toContain("is recorded");
  });

  it("whose stack the backend does not have says how to make it", () => {
    expect(toEngineError(new Error("error: no stack named 'prod' found"), [], "prod")).toMatchObject({
      code: "ENGINE_ACCESS_MISSING",
      remedy: expect.stringContaining("pulumi stack init prod"),
    });
  });

  it("of another kind sends to its message", () => {
    const error = toEngineError(new Error("error: no such image"), [], "dev");
    expect(error).toMatchObject({ code: "ENGINE_OPERATION_FAILED", message: "no such image" });
    expect(error.remedy).toMatch(/^Correct what the message names/);
  });
});
