import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { chooseServerHost } from "../../../src/operations/choose-server-host.ts";
import { readStackInput } from "../../../src/operations/stack-session.ts";
import { askDocker } from "../../../src/services/docker-daemon.ts";

const spec = {
  version: 1,
  app: { label: "Payroll", catalogName: "scim2headerauth" },
  server: { bundled: { publicUrl: "http://127.0.0.1:8601/payroll" } },
  connection: { management: "api" },
};

let folder: string;
let daemon: Server | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "okta-scim-host-"));
  mkdirSync(join(folder, "stacks", "dev"), { recursive: true });
  writeFileSync(join(folder, "Pulumi.yaml"), "name: demo\nruntime: nodejs\n");
  writeFileSync(join(folder, "Pulumi.dev.yaml"), "config:\n  okta-scim:org: sandbox\n");
  writeFileSync(join(folder, "stacks", "dev", "payroll.yaml"), JSON.stringify(spec));
  vi.stubEnv("PULUMI_BACKEND_URL", "");
  vi.stubEnv("PULUMI_ACCESS_TOKEN", "");
});
afterEach(() => {
  vi.unstubAllEnvs();
  daemon?.close();
  daemon = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const socket = () => `unix://${join(folder, "docker.sock")}`;

/** Something that listens where a Docker daemon would. */
async function listen(): Promise<void> {
  const server = createServer();
  daemon = server;
  await new Promise<void>((resolve) => server.listen(join(folder, "docker.sock"), resolve));
}

/** The state that an update leaves whose docker provider was told this host. */
function deployedTo(host: string | undefined): void {
  const stacks = join(folder, ".sandbox", "pulumi", "state", ".pulumi", "stacks", "demo");
  mkdirSync(stacks, { recursive: true });
  const inputs = host === undefined ? {} : { host };
  const resources = [{ urn: "urn", type: "pulumi:providers:docker", inputs }];
  writeFileSync(
    join(stacks, "dev.json"),
    JSON.stringify({ version: 3, checkpoint: { latest: { resources } } }),
  );
}

function choose(dockerHost: string): Promise<string | undefined> {
  return chooseServerHost(readStackInput(folder, "dev"), { DOCKER_HOST: dockerHost, HOME: folder });
}

describe("where the sandbox's SCIM server runs", () => {
  it.each([undefined, "unrecorded"])("first by what listens (%s)", async (state) => {
    if (state !== undefined) deployedTo(undefined);
    expect(await choose(socket())).toBe("process:");
    await listen();
    expect(await choose(socket())).toBe(socket());
  });

  it("then where it was deployed: a process stays one, though Docker is there now", async () => {
    deployedTo("process:");
    await listen();
    expect(await choose(socket())).toBe("process:");
  });

  it("on another Docker host it is not looked for; the way out is named", async () => {
    deployedTo("tcp://build.example.com:2376");
    await listen();
    await expect(choose(socket())).rejects.toMatchObject({
      code: "DOCKER_HOST_CHANGED",
      message: expect.stringContaining(
        `tcp://build.example.com:2376; this command would look for it on ${socket()}`,
      ),
      remedy: expect.stringContaining("DOCKER_HOST=tcp://build.example.com:2376"),
    });
  });

  it("a Docker that is gone is no reason to start an empty server", async () => {
    deployedTo(socket());
    await expect(choose(socket())).rejects.toMatchObject({
      code: "DOCKER_GONE",
      remedy: expect.stringContaining("Start Docker"),
    });
    await listen();
    expect(await choose(socket())).toBe(socket());
  });

  it("names what is wrong with DOCKER_HOST instead of failing over it", async () => {
    deployedTo(socket());
    await expect(choose("docker.example.com")).rejects.toMatchObject({ code: "DOCKER_HOST_CHANGED" });
    await expect(askDocker({ DOCKER_HOST: "docker.example.com" })).resolves.toEqual({
      listens: false,
      reason: 'DOCKER_HOST is "docker.example.com", which is no address',
      remedy: expect.stringContaining("tcp://host:port"),
    });
  });

  it("tells a daemon that this user may not use from one that is not there", async () => {
    await listen();
    chmodSync(join(folder, "docker.sock"), 0);
    const answer = await asSomebodyElse(() => askDocker({ DOCKER_HOST: socket() }));
    expect(answer).toMatchObject({
      reason: expect.stringContaining("permission denied"),
      remedy: expect.stringContaining("group docker"),
    });
  });
});

/** Root may open every socket: as root, the work is done with another user's rights. */
async function asSomebodyElse<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  if (process.getuid?.() !== 0) return work();
  const nobody = 65_534;
  chownSync(folder, nobody, nobody);
  process.seteuid?.(nobody);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
