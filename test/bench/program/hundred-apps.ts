/**
 * How long a stack of 100 applications takes: `node test/bench/program/hundred-apps.ts`. Makes a project of its own in a temporary folder
 * (own ports, own HOME, the SCIM server as a plain process), runs `okta-scim up` for everything, for nothing and for one app's change,
 * and prints a Markdown table of seconds.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

const APPS = 100;
/** The app that is changed, and its new label. */
const changed = { name: "app-042", label: "Application 42, renamed" };

const repository = join(import.meta.dirname, "..", "..", "..");
const root = mkdtempSync(join(tmpdir(), "okta-scim-hundred-"));
const project = join(root, "project");
const [orgPort, serverPort] = [await findFreePort(), await findFreePort()];

const report = z.looseObject({
  changed: z.int(),
  phases: z.array(z.looseObject({ name: z.string(), milliseconds: z.number() })),
});

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port is free");
  return address.port;
}

function writeApp(name: string, label: string): void {
  const spec = {
    version: 1,
    app: { label, catalogName: "scim2headerauth", signOn: { mode: "auto_login" } },
    server: { bundled: { publicUrl: `http://127.0.0.1:${serverPort}/${name}` } },
    connection: { management: "api", authentication: "header" },
    provisioning: { createUsers: true, updateProfiles: true, deactivateUsers: true },
    attributes: [{ name: "title" }, { name: "employeeNumber" }],
    pushGroups: [{ group: "Payroll Admins", target: `${name}-admins` }],
    assignments: { groups: [{ group: "Finance", priority: 0 }] },
  };
  // JSON is YAML.
  writeFileSync(join(project, "stacks", "dev", `${name}.yaml`), JSON.stringify(spec));
}

function makeProject(): void {
  mkdirSync(join(root, "home"));
  mkdirSync(join(project, "stacks", "dev"), { recursive: true });
  for (const path of [
    "src",
    "sandbox",
    "tools",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "Pulumi.yaml",
  ])
    cpSync(join(repository, path), join(project, path), { recursive: true });
  cpSync(join(repository, "stacks", "index.ts"), join(project, "stacks", "index.ts"));
  symlinkSync(join(repository, "node_modules"), join(project, "node_modules"), "dir");
  const server = join(repository, "scim-server");
  const built = join(server, "build");
  cpSync(server, join(project, "scim-server"), { recursive: true, filter: (path) => path !== built });
  const config = {
    "okta-scim:org": "sandbox",
    "okta-scim:server": { port: serverPort, namePrefix: `okta-scim-hundred-${serverPort}` },
  };
  writeFileSync(join(project, "Pulumi.dev.yaml"), JSON.stringify({ config }));
  for (let index = 1; index <= APPS; index++)
    writeApp(`app-${String(index).padStart(3, "0")}`, `Application ${index}`);
}

/** Runs the project's own okta-scim and gives what it wrote to standard output. */
async function runCli(...commandLine: string[]): Promise<string> {
  const child = spawn(process.execPath, [join(project, "src", "cli", "okta-scim.ts"), ...commandLine], {
    cwd: project,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      PATH: `${join(repository, "node_modules", ".bin")}:${process.env["PATH"] ?? ""}`,
      OKTA_SCIM_HOME: process.env["OKTA_SCIM_HOME"] ?? join(process.env["HOME"] ?? "", ".okta-scim"),
      HOME: join(root, "home"),
      DOCKER_HOST: "unix:///nonexistent/docker.sock",
    },
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
  });
  const exitCode = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (exitCode !== 0) throw new Error(`okta-scim ${commandLine[0]} ended with ${exitCode}: ${output}`);
  return output;
}

async function measureUpdate(step: string): Promise<void> {
  const started = performance.now();
  const { changed, phases } = report.parse(JSON.parse(await runCli("up", "--stack", "dev", "--json")));
  const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(1);
  const parts = phases.map(({ name, milliseconds }) => `${name} ${seconds(milliseconds)}`).join(", ");
  process.stdout.write(`| ${step} | ${changed} | ${seconds(performance.now() - started)} | ${parts} |\n`);
}

try {
  makeProject();
  process.stdout.write(
    `${APPS} apps, ${availableParallelism()} cores, load before ${loadavg()[0]?.toFixed(1)}, Node ${process.version}\n\n`,
  );
  process.stdout.write("| Update | Resources changed | Seconds | of which |\n|---|---|---|---|\n");
  await runCli("sandbox", "start", "--port", String(orgPort));
  await measureUpdate("first");
  await measureUpdate("nothing changed");
  writeApp(changed.name, changed.label);
  await measureUpdate("one app's label");
} finally {
  // Quicker than to delete 100 apps first: the stack and its org go with the folder.
  await runCli("stop").catch(() => runCli("sandbox", "stop"));
  rmSync(root, { recursive: true, force: true });
}
