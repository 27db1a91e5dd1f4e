import { execFileSync, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTree } from "../../../scim-server/packaging/image-archive.ts";
import { type TarEntry, writeTar } from "../../../scim-server/packaging/tar.ts";
import { findPostgres, freePort, TemporaryPostgres } from "./support/postgres.ts";
import { sha256, tenantsFile, token } from "./support/running-server.ts";
import { ServerClone } from "./support/server-clone.ts";

const daemon = spawnSync("docker", ["version", "--format", "{{.Server.Os}}"], { encoding: "utf8" });
const hasDocker = process.platform === "linux" && daemon.status === 0;
const programs = findPostgres();
const suffix = randomBytes(4).toString("hex");

/** The classic builder is in every daemon, and needs neither a registry nor a plugin of the client. */
function docker(...words: readonly string[]): string {
  const env = { ...process.env, DOCKER_BUILDKIT: "0" };
  return execFileSync("docker", words, { encoding: "utf8", stdio: ["pipe", "pipe", "pipe"], env }).trim();
}

interface Sbom {
  readonly bomFormat: string;
  readonly components: readonly {
    readonly name: string;
    readonly version?: string;
    readonly purl?: string;
  }[];
}

/** Builds of two clones take most of the time: Node's binary is written, read and hashed for each. */
describe.skipIf(process.platform !== "linux")("the image", { timeout: 240_000 }, () => {
  const clones = [new ServerClone("one"), new ServerClone("another-folder")];
  const [one, other] = clones;
  const archives: string[] = [];
  const tags: string[] = [];
  beforeAll(() => {
    if (one === undefined || other === undefined) throw new Error("two clones");
    archives.push(one.build(one.root), other.build(other.context));
  });
  afterAll(() => {
    for (const tag of tags) docker("image", "rm", "--force", tag);
    for (const clone of clones) clone.remove();
  });

  it("is the same, byte by byte, from two clones in different folders with different times", () => {
    const [left, right] = archives.map((path) =>
      createHash("sha256").update(readFileSync(path)).digest("hex"),
    );
    expect(left).toBe(right);
  });

  it("brings bills of materials: of the bundled packages, and of Node and its libraries", () => {
    const parse = (path: string): Sbom => JSON.parse(one?.read(path) ?? "") as Sbom;
    const app = parse("app/app/sbom.cdx.json");
    const installed = JSON.parse(readFileSync("node_modules/fastify/package.json", "utf8")) as {
      version: string;
    };
    expect(app.bomFormat).toBe("CycloneDX");
    expect(app.components).toContainEqual(
      expect.objectContaining({ name: "fastify", purl: `pkg:npm/fastify@${installed.version}` }),
    );
    const names = new Set(app.components.map(({ name }) => name));
    const bundled = [
      ...(one?.read("server.mjs") ?? "").matchAll(/^\/\/ .*node_modules\/((?:@[^/]+\/)?[^/]+)\//gm),
    ];
    expect(bundled.length).toBeGreaterThan(50);
    expect(new Set(bundled.map(([, name]) => name))).toEqual(names);
    const base = parse("rootfs/usr/share/sbom/base.cdx.json");
    const [major] = process.versions.node.split(".");
    expect(base.components.find(({ name }) => name === "node")?.version).toMatch(new RegExp(`^${major}\\.`));
    expect(base.components.map(({ name }) => name).join(" ")).toMatch(/libc\.so\.6.*libstdc\+\+/);
  });

  describe.skipIf(!hasDocker)(`built by Docker${hasDocker ? "" : " (skipped: no daemon)"}`, () => {
    function build(clone: ServerClone | undefined, name: string, ...words: readonly string[]): string {
      const tag = `okta-scim-image-test:${name}-${suffix}`;
      docker("build", "--quiet", "--no-cache", "--tag", tag, ...words, clone?.context ?? "");
      tags.push(tag);
      return tag;
    }

    /** Stands for an image of a registry: made of the same files, in that image's places. */
    function importBase(name: string, entries: readonly TarEntry[], ...changes: readonly string[]): string {
      const file = join(one?.root ?? "", `${name}.tar`);
      writeFileSync(file, writeTar(entries, new Date(0)));
      const tag = `okta-scim-image-test:${name}-${suffix}`;
      docker("import", ...changes.flatMap((change) => ["--change", change]), file, tag);
      rmSync(file);
      tags.push(tag);
      return tag;
    }

    const rootfs = (): readonly TarEntry[] => readTree(join(one?.context ?? "", "build/rootfs"), 0);

    it("from scratch has the same layers from two clones, and runs", async () => {
      const tag = build(one, "scratch");
      const layersOf = (image: string): string =>
        docker("inspect", "--format", "{{json .RootFS.Layers}}", image);
      expect(layersOf(tag)).toBe(layersOf(build(other, "scratch-again")));
      await expectToRun(tag);
      expect(hasShell(tag)).toBe(false);
      await expectToRunOnPostgres(tag);
    });

    it("on a slim base with a shell, as node:24-slim is, runs", async () => {
      const shell = { path: "bin/sh", mode: 0o755, owner: 0, content: readFileSync("/bin/sh") };
      const bin = { path: "bin", mode: 0o755, owner: 0, content: undefined };
      const base = importBase("slim-base", [...rootfs(), bin, shell], 'ENTRYPOINT ["docker-entrypoint.sh"]');
      const tag = build(one, "slim", "--build-arg", `BASE=${base}`);
      expect(hasShell(tag)).toBe(true);
      await expectToRun(tag);
    });

    it("on a distroless base, where node is elsewhere, runs", async () => {
      const folder = (path: string): TarEntry => ({ path, mode: 0o755, owner: 0, content: undefined });
      const moved = rootfs().map((entry) =>
        entry.path === "usr/local/bin/node" ? { ...entry, path: "nodejs/bin/node" } : entry,
      );
      const entries = [folder("nodejs"), folder("nodejs/bin"), ...moved];
      const base = importBase("distroless-base", entries, 'ENTRYPOINT ["/nodejs/bin/node"]');
      const tag = build(one, "distroless", "--build-arg", `BASE=${base}`);
      expect(hasShell(tag)).toBe(false);
      await expectToRun(tag);
    });

    it("loaded from the archive, has the archive's id and runs", async () => {
      const tag = `okta-scim-image-test:archive-${suffix}`;
      const loaded = docker("load", "--input", archives[0] ?? "");
      const [image = ""] = /scim-server:latest/.exec(loaded) ?? [];
      docker("tag", image, tag);
      docker("image", "rm", image);
      tags.push(tag);
      const config = /"Config":"([0-9a-f]{64})\.json"/.exec(
        readFileSync(archives[0] ?? "").toString("latin1", 0, 4096),
      );
      expect(docker("inspect", "--format", "{{.Id}} {{.Config.User}}", tag)).toBe(
        `sha256:${config?.[1]} 65532:65532`,
      );
      await expectToRun(tag);
    });
  });
});

function hasShell(tag: string): boolean {
  return spawnSync("docker", ["run", "--rm", "--entrypoint", "sh", tag, "-c", "exit 0"]).status === 0;
}

/** Two containers on one PostgreSQL of this machine: what one answered, the other has, also after the first has ended. */
async function expectToRunOnPostgres(tag: string): Promise<void> {
  if (programs === undefined) return;
  const postgres = await TemporaryPostgres.start(programs);
  const folder = mkdtempSync(join(tmpdir(), "scim-image-"));
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, "tenants.json"), tenantsFile());
  const storage = `SCIM_SERVER_STORAGE=${await postgres.createDatabase()}`;
  const containers: string[] = [];
  const start = async (): Promise<string> => {
    const port = await freePort();
    const variables = ["SCIM_SERVER_HOST=127.0.0.1", `SCIM_SERVER_PORT=${port}`, storage];
    const options = [
      "--read-only",
      "--cap-drop",
      "ALL",
      "--network",
      "host",
      "--volume",
      `${folder}:/config:ro`,
    ];
    const settings = variables.flatMap((variable) => ["--env", variable]);
    containers.push(docker("run", "--detach", ...options, ...settings, tag));
    return `http://127.0.0.1:${port}/payroll/scim/v2`;
  };
  try {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/scim+json" };
    const [first, second] = [await start(), await start()];
    const health = (): readonly string[] =>
      containers.map((container) => docker("inspect", "--format", "{{.State.Health.Status}}", container));
    await expect.poll(health, { timeout: 30_000, interval: 500 }).toEqual(["healthy", "healthy"]);
    const body = JSON.stringify({ userName: "shared" });
    expect((await fetch(`${first}/Users`, { method: "POST", headers, body })).status).toBe(201);
    expect((await fetch(`${second}/Users`, { method: "POST", headers, body })).status).toBe(409);
    docker("stop", containers[0] ?? "");
    expect(docker("inspect", "--format", "{{.State.ExitCode}}", containers[0] ?? "")).toBe("0");
    expect(await (await fetch(`${second}/Users?count=0`, { headers })).text()).toContain('"totalResults":1');
  } finally {
    for (const container of containers) docker("rm", "--force", "--volumes", container);
    await postgres.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Runs an image as the documentation says: read-only, without privileges; it becomes healthy and takes a user. */
async function expectToRun(tag: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "scim-image-"));
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, "tenants.json"), tenantsFile({ tokens: [{ id: "v1", sha256: sha256(token) }] }));
  const options = [
    "--read-only",
    "--cap-drop",
    "ALL",
    "--publish",
    "127.0.0.1::8080",
    "--volume",
    `${folder}:/config:ro`,
  ];
  const container = docker("run", "--detach", ...options, tag);
  try {
    const health = (): string => docker("inspect", "--format", "{{.State.Health.Status}}", container);
    await expect.poll(health, { timeout: 30_000, interval: 500 }).toBe("healthy");
    const address = docker("port", container, "8080/tcp").split("\n")[0] ?? "";
    const answer = await fetch(`http://${address}/payroll/scim/v2/Users`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/scim+json" },
      body: JSON.stringify({ userName: "in-a-container" }),
    });
    expect(answer.status).toBe(201);
    const sbom = execFileSync("docker", ["cp", `${container}:/app/sbom.cdx.json`, "-"]).toString();
    expect(sbom).toContain('"bomFormat": "CycloneDX"');
  } finally {
    docker("rm", "--force", "--volumes", container);
    rmSync(folder, { recursive: true });
  }
}
