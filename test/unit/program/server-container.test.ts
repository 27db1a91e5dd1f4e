import { describe, expect, it } from "vitest";
import { serverAddress } from "../../../src/program/server-container.ts";
import { stackConfigSchema } from "../../../src/spec/stack-config.ts";

function settings(server: Readonly<Record<string, unknown>>) {
  return stackConfigSchema.safeParse({ org: "sandbox", server });
}

describe("the address of a server", () => {
  it.each([
    ["127.0.0.1", 0, "http://127.0.0.1:8601"],
    ["::1", 0, "http://[::1]:8601"],
    ["fd00::7", 2, "http://[fd00::7]:8603"],
  ])("on %s, number %d, is %s", (bindAddress, index, address) => {
    const { data } = settings({ bindAddress, replicas: 3 });
    expect(data && serverAddress(data.server, index)).toBe(address);
    expect(URL.canParse(address)).toBe(true);
  });
});

describe("the ports of several servers", () => {
  it("all exist", () => {
    expect(settings({ port: 65_533, replicas: 3 }).success).toBe(true);
    expect(settings({ port: 65_534, replicas: 3 }).error?.issues).toMatchObject([
      { path: ["server", "port"], message: expect.stringContaining("room for all `replicas`") },
    ]);
  });
});
