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

  it("of another kind sends to its message", () => {
    const error = toEngineError(new Error("error: no such image"), [], "dev");
    expect(error).toMatchObject({ code: "ENGINE_OPERATION_FAILED", message: "no such image" });
    expect(error.remedy).toMatch(/^Correct what the message names/);
  });
});
