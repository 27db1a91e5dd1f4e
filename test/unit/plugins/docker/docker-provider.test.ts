import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { dockerProvider } from "../../../../sandbox/plugins/docker/provider.ts";
import type { PropertyMap } from "../../../../sandbox/plugins/protocol/property-value.ts";
import { PluginClient } from "../plugin-client.ts";

const image = "docker:index/image:Image";
const container = "docker:index/container:Container";
const volume = "docker:index/volume:Volume";
const network = "docker:index/network:Network";

/** A server that answers with a file of its volume, and whose health check asks it. */
const serverSource = `
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
const port = Number(process.env.SCIM_SERVER_PORT ?? 8080);
if (process.argv[2] === "healthcheck") {
  const answer = await fetch("http://127.0.0.1:" + port).catch(() => undefined);
  process.exit(answer?.ok ? 0 : 1);
}
createServer((_, response) => response.end(readFileSync(process.env.GREETING, "utf8"))).listen(port, process.env.SCIM_SERVER_HOST);
`;
const dockerfile = `
FROM scratch AS base
COPY node /usr/local/bin/node
FROM base
COPY server.mjs /app/server.mjs
ENV GREETING=/config/greeting.txt
VOLUME ["/data"]
HEALTHCHECK --interval=1s CMD ["node", "/app/server.mjs", "healthcheck"]
ENTRYPOINT ["node", "/app/server.mjs"]
CMD ["serve"]
`;

async function findFreePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    }),
  );
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function hasDocker(): boolean {
  try {
    execFileSync("docker", ["info"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe("containers as plain processes", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "processes-"));
    writeFileSync(join(folder, "Dockerfile"), dockerfile);
    writeFileSync(join(folder, "server.mjs"), serverSource);
    vi.stubEnv("DOCKER_HOST", "unix:///nonexistent/docker.sock");
    vi.stubEnv("OKTA_SCIM_SANDBOX_DIR", join(folder, "sandbox"));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  it("run, take uploads, stay when nothing changed, are found dead, and go", async () => {
    using plugin = await PluginClient.start(dockerProvider, {});
    const built = await plugin.apply(image, {
      imageName: "greeter:latest",
      skipPush: true,
      build: { context: folder },
    });
    const config = await plugin.apply(volume, { name: "config" });
    const port = await findFreePort();
    const carrierInputs = (content: string) => ({
      name: "carrier",
      image: String(built.state["repoDigest"]),
      start: false,
      mustRun: false,
      volumes: [{ volumeName: "config", containerPath: "/config" }],
      uploads: [{ file: "/config/greeting.txt", content }],
    });
    const carrier = await plugin.apply(container, carrierInputs("hello"));
    const server = await plugin.apply(container, {
      name: "greeter",
      image: String(built.state["repoDigest"]),
      volumes: [{ volumeName: "config", containerPath: "/config", readOnly: true }],
      ports: [{ internal: 8080, external: port, ip: "127.0.0.1" }],
      wait: true,
      waitTimeout: 20,
    });
    const ask = async () => (await fetch(`http://127.0.0.1:${port}`)).text();
    expect(await ask()).toBe("hello");

    const again = await plugin.read(container, server.id, server.state, server.inputs);
    expect(await plugin.diff(container, server.id, again.state, server.inputs, server.inputs)).toMatchObject({
      changes: {},
    });

    const { inputs: changed } = await plugin.check(container, carrierInputs("good bye"), carrier.inputs);
    expect(await plugin.diff(container, carrier.id, carrier.state, carrier.inputs, changed)).toEqual({
      changes: { "uploads[0].content": "update-replace" },
      replaces: ["uploads"],
      deleteBeforeReplace: true,
    });
    await plugin.delete(container, carrier.id, carrier.state);
    await plugin.create(container, changed);
    expect(await ask()).toBe("good bye");

    const records = join(folder, "sandbox", "processes", "containers", `${server.id}.json`);
    process.kill(JSON.parse(readFileSync(records, "utf8")).pid, "SIGKILL");
    await expect
      .poll(() => plugin.read(container, server.id, server.state, server.inputs), { timeout: 20_000 })
      .toMatchObject({ id: "" });
    const { id: successor, state } = await plugin.create(container, server.inputs);
    expect(await ask()).toBe("good bye");
    await expect(plugin.create(container, server.inputs)).rejects.toThrow(/already in use/);
    await plugin.delete(container, successor, state);
    await plugin.delete(volume, config.id, config.state);
    expect(existsSync(join(folder, "sandbox", "volumes", "config"))).toBe(false);
  });

  it("build an image again only when its folder changed", async () => {
    using plugin = await PluginClient.start(dockerProvider, {});
    const wanted = { imageName: "greeter:latest", skipPush: true, build: { context: folder } };
    const { inputs, state } = await plugin.apply(image, wanted);
    const same = await plugin.check(image, wanted, inputs);
    expect(await plugin.diff(image, "greeter:latest", state, inputs, same.inputs)).toMatchObject({
      changes: {},
    });
    writeFileSync(join(folder, "server.mjs"), `${serverSource}\n`);
    const changed = await plugin.check(image, wanted, inputs);
    expect(await plugin.diff(image, "greeter:latest", state, inputs, changed.inputs)).toMatchObject({
      changes: { "build.contextDigest": "update" },
      replaces: [],
    });
  });

  it("tell why a container did not stay up, and leave nothing of it", async () => {
    using plugin = await PluginClient.start(dockerProvider, {});
    writeFileSync(join(folder, "server.mjs"), "console.error('no configuration'); process.exit(3);");
    const built = await plugin.apply(image, {
      imageName: "broken:latest",
      skipPush: true,
      build: { context: folder },
    });
    const attempt = () =>
      plugin.apply(container, { name: "broken", image: String(built.state["repoDigest"]) });
    await expect(attempt()).rejects.toThrow(/exited immediately \(exit code 3\).*no configuration/s);
    await expect(attempt()).rejects.toThrow(/no configuration/);
  });
});

describe.skipIf(!hasDocker())("containers by a Docker daemon", () => {
  const suffix = `okta-scim-test-${process.pid}`;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "docker-"));
    // The test's own programme is not needed: a created container can be looked at without running.
    writeFileSync(join(folder, "Dockerfile"), 'FROM scratch\nCOPY hello /hello\nCMD ["/hello"]\n');
    writeFileSync(join(folder, "hello"), "hello");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("are created with their uploads, compared, found by name and removed", async () => {
    using plugin = await PluginClient.start(dockerProvider, {});
    const built = await plugin.apply(image, {
      imageName: `${suffix}:latest`,
      skipPush: true,
      build: { context: folder },
    });
    const made: [string, string, PropertyMap][] = [];
    try {
      expect(built.state["repoDigest"]).toMatch(/^sha256:/);
      const net = await plugin.apply(network, { name: suffix });
      made.unshift([network, net.id, net.state]);
      const vol = await plugin.apply(volume, { name: suffix });
      made.unshift([volume, vol.id, vol.state]);
      const wanted = {
        name: suffix,
        image: built.state["repoDigest"] ?? "",
        start: false,
        mustRun: false,
        capabilities: { drops: ["ALL"] },
        networksAdvanced: [{ name: suffix }],
        volumes: [{ volumeName: suffix, containerPath: "/config" }],
        uploads: [{ file: "/config/tenants.json", content: "{}" }],
        memory: 64,
      };
      const created = await plugin.apply(container, wanted);
      made.unshift([container, created.id, created.state]);
      const copied = execFileSync("docker", ["cp", `${suffix}:/config/tenants.json`, "-"]).toString();
      expect(copied).toContain("{}");

      const read = await plugin.read(container, created.id, created.state, created.inputs);
      expect(
        await plugin.diff(container, created.id, read.state, created.inputs, created.inputs),
      ).toMatchObject({
        changes: {},
      });
      expect(await plugin.read(container, suffix)).toMatchObject({ id: created.id });

      const { inputs: changed } = await plugin.check(container, { ...wanted, memory: 128 }, created.inputs);
      expect(await plugin.diff(container, created.id, read.state, created.inputs, changed)).toMatchObject({
        changes: { memory: "update" },
        replaces: [],
      });
      expect(await plugin.update(container, created.id, read.state, changed)).toMatchObject({ memory: 128 });
      execFileSync("docker", ["update", "--memory", "64m", "--memory-swap", "128m", suffix]);
      const drifted = await plugin.read(container, created.id, created.state, changed);
      expect(drifted.inputs).toMatchObject({ memory: 64 });
    } finally {
      for (const [type, id, state] of made) await plugin.delete(type, id, state);
      execFileSync("docker", ["image", "rm", "-f", `${suffix}:latest`], { stdio: "ignore" });
    }
    expect(await plugin.read(container, suffix)).toMatchObject({ id: "" });
  });
});
