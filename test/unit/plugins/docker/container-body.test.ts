import { describe, expect, it } from "vitest";
import {
  buildContainer,
  parseDuration,
} from "../../../../sandbox/plugins/docker/resources/container-body.ts";
import { Properties } from "../../../../sandbox/plugins/protocol/properties.ts";

describe("the Engine API's request for a container", () => {
  it("says what the inputs say, and leaves the rest to Docker", () => {
    const body = buildContainer(
      new Properties({
        image: "sha256:1",
        name: "server",
        envs: ["A=1"],
        ports: [{ internal: 8080, external: 8601, ip: "127.0.0.1", protocol: "tcp" }],
        volumes: [
          { volumeName: "data", containerPath: "/data" },
          { volumeName: "config", containerPath: "/config", readOnly: true },
        ],
        capabilities: { drops: ["ALL"] },
        readOnly: true,
        memory: 256,
        restart: "unless-stopped",
        healthcheck: { tests: ["CMD", "true"], interval: "1m30s", retries: 3 },
        labels: [{ label: "a", value: "b" }],
      }),
    );
    expect(body).toMatchObject({
      Image: "sha256:1",
      ExposedPorts: { "8080/tcp": {} },
      Healthcheck: { Test: ["CMD", "true"], Interval: 90e9, Retries: 3 },
      Labels: { a: "b", "okta-scim.docker-stand-in": "true" },
      HostConfig: {
        Binds: ["data:/data:rw", "config:/config:ro"],
        CapDrop: ["ALL"],
        Memory: 256 * 1024 * 1024,
        PortBindings: { "8080/tcp": [{ HostIp: "127.0.0.1", HostPort: "8601" }] },
        ReadonlyRootfs: true,
        RestartPolicy: { Name: "unless-stopped", MaximumRetryCount: 0 },
      },
    });
    expect(body).not.toHaveProperty("Cmd");
    expect(body["HostConfig"]).not.toHaveProperty("NetworkMode");
  });

  it.each([
    ["500ms", 5e8],
    ["10s", 1e10],
    ["1h2m3s", 3723e9],
    ["1.5s", 1.5e9],
    [undefined, 0],
  ])("reads the duration %s", (text, nanoseconds) => {
    expect(parseDuration(text)).toBe(nanoseconds);
  });
});
