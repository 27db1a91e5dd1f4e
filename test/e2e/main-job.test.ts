import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AppPlan } from "../../src/spec/plan-types.ts";
import { expectedPicture, orgClientOf, planOf, serverPicture } from "./support/compare-people.ts";
import { createFreshClone, type FreshClone } from "./support/fresh-clone.ts";
import { findSecret, secretsOf } from "./support/secret-canary.ts";

const dockerAnswers = spawnSync("docker", ["info"]).status === 0;
const serverContainer = "okta-scim-dev-server";

let clone: FreshClone;

beforeAll(async () => {
  clone = await createFreshClone("main-job");
});
afterAll(async () => {
  await clone.run("npm run --silent destroy; npm run --silent stop");
  clone.remove();
});

async function expectServerToHoldWhatTheSpecsSay(): Promise<void> {
  const client = orgClientOf(clone.folder);
  for (const app of planOf(clone.folder)) {
    const expected = await expectedPicture(client, app);
    const actual = await serverPicture(clone.folder, app);
    expect(actual, app.name).toEqual(expected);
    expect(Object.keys(expected.people).length, app.name).toBeGreaterThan(0);
  }
}

function edit(file: string, change: (text: string) => string): void {
  const path = join(clone.folder, file);
  const before = readFileSync(path, "utf8");
  const after = change(before);
  expect(after, `${file} is edited`).not.toBe(before);
  writeFileSync(path, after);
}

function planned(name: string): AppPlan {
  const found = planOf(clone.folder).find((app) => app.name === name);
  if (found === undefined) throw new Error(`stack dev has no ${name}`);
  return found;
}

function gitStatus(): string {
  return execFileSync("git", ["status", "--porcelain"], { cwd: clone.folder, encoding: "utf8" });
}

function startedAt(): string {
  return execFileSync("docker", ["inspect", "--format", "{{.State.StartedAt}}", serverContainer], {
    encoding: "utf8",
  });
}

describe.skipIf(!dockerAnswers)("the main job, from a fresh clone (needs Docker)", () => {
  it("npm ci && npm start deploys both apps, people flow, checks prove it", async () => {
    const statusBefore = gitStatus();
    const result = await clone.run("npm ci && npm start");
    expect(result.text).toContain("checks passed");
    expect(result.exitCode, result.text).toBe(0);
    expect(result.text).toMatch(
      /✓ engine .*\n[\s\S]*✓ sandbox .*\n[\s\S]*✓ image .*\n[\s\S]*✓ update .*created/,
    );
    expect(result.text).toContain("In a real org an administrator does, once:");
    expect(result.text).toMatch(/payroll\s+0oa\w+\s+ACTIVE\s+ENABLED/);
    expect(result.text).toMatch(/expenses\s+0oa\w+\s+ACTIVE\s+configured \(manual\)/);
    expect(result.text).toContain("http://127.0.0.1:8600/admin");
    expect(result.text).toContain("http://127.0.0.1:8601/inspector");
    await expectServerToHoldWhatTheSpecsSay();
    expect(gitStatus(), "no file of the user's is touched").toBe(statusBefore);
  });

  it("npm start again changes nothing and restarts nothing", async () => {
    const before = startedAt();
    const result = await clone.run("npm start");
    expect(result.exitCode, result.text).toBe(0);
    expect(result.text).toContain("Nothing changed");
    expect(startedAt()).toBe(before);
  });

  it("npm run preview of an edit tells it in people, and changes nothing", async () => {
    edit("stacks/dev/payroll.yaml", (text) =>
      text.replace(
        "  users:\n",
        "  groups:\n    - { group: Finance, priority: 0 }\n    - { group: People Operations, priority: 1 }\n  users:\n",
      ),
    );
    const result = await clone.run("npm run --silent preview -- --expect-no-changes");
    expect(result.exitCode).toBe(7);
    expect(result.text).toMatch(/\+ \d+ people get a new account/);
    expect(result.text).toContain("+ group assignment: People Operations");
    const again = await clone.run("npm run --silent preview -- --json");
    expect(JSON.parse(again.stdout)).toMatchObject({
      verdict: { level: "safe" },
      apps: [{ name: "payroll" }],
    });
  });

  it("an edited spec changes exactly that, in Okta and in the SCIM server", async () => {
    edit(
      "stacks/dev/payroll.yaml",
      (text) =>
        `${text}\npushGroups:\n  - { group: Payroll Admins, target: payroll-admins }\n  - { group: Sales, target: sales }\nattributes:\n  - { name: title, expression: String.toUpperCase(user.title) }\n  - { name: division, expression: user.division }\n`,
    );
    const before = startedAt();
    const result = await clone.run("npm start");
    expect(result.exitCode, result.text).toBe(0);
    await expectServerToHoldWhatTheSpecsSay();
    expect(startedAt(), "the server goes on running").toBe(before);
  });

  it("a new file onboards an app", async () => {
    writeFileSync(
      join(clone.folder, "stacks/dev/wiki.yaml"),
      "version: 1\napp: { label: Wiki (dev), catalogName: scim2headerauth }\nserver: { bundled: { publicUrl: 'http://127.0.0.1:8601/wiki' } }\nconnection: { management: api }\nassignments: { groups: [{ group: Sales }] }\n",
    );
    const result = await clone.run("npm start");
    expect(result.exitCode, result.text).toBe(0);
    expect(result.text).toMatch(/wiki\s+0oa\w+\s+ACTIVE\s+ENABLED/);
    await expectServerToHoldWhatTheSpecsSay();
  });

  it("a wrong spec is refused with file, line and word, and the org stays untouched", async () => {
    const client = orgClientOf(clone.folder);
    const appsBefore = (await Array.fromAsync(client.apps.list())).map((app) => [app.id, app.lastUpdated]);
    edit("stacks/dev/wiki.yaml", (text) => `${text}asignments: {}\n`);
    const result = await clone.run("npm start");
    expect(result.exitCode).toBe(2);
    expect(result.text).toMatch(/stacks\/dev\/wiki\.yaml:6:1 error SC\d+/);
    expect(result.text).toContain("did you mean: assignments");
    expect((await Array.fromAsync(client.apps.list())).map((app) => [app.id, app.lastUpdated])).toEqual(
      appsBefore,
    );
    edit("stacks/dev/wiki.yaml", (text) => text.replace("asignments: {}\n", ""));
  });

  it("guard rails stop a group swap that takes people's accounts, before anything is changed", async () => {
    const before = await serverPicture(clone.folder, planned("wiki"));
    edit("stacks/dev/wiki.yaml", (text) => text.replace("group: Sales", "group: Contractors"));
    const result = await clone.run("npm start");
    expect(result.exitCode).toBe(1);
    expect(result.text).toContain("GUARD_RAIL_BROKEN");
    expect(result.text).toMatch(
      /people-deactivated: \d+ of \d+ people lose their account; at most \d+ allowed/,
    );
    expect(result.text).toContain("kind: people-deactivated");
    expect(await serverPicture(clone.folder, planned("wiki"))).toEqual(before);
    edit("stacks/dev/wiki.yaml", (text) => text.replace("group: Contractors", "group: Sales"));
  });

  it("an engine that is killed in the middle of an update is recovered from", async () => {
    writeFileSync(
      join(clone.folder, "stacks/dev/forum.yaml"),
      readFileSync(join(clone.folder, "stacks/dev/wiki.yaml"), "utf8")
        .replaceAll("wiki", "forum")
        .replaceAll("Wiki", "Forum"),
    );
    const killed = await clone.run("npm start", { killWhen: () => appIsThere("Forum (dev)") });
    expect(killed.exitCode).not.toBe(0);
    const result = await clone.run("npm start");
    expect(result.exitCode, result.text).toBe(0);
    await expectServerToHoldWhatTheSpecsSay();
    const labels = (await Array.fromAsync(orgClientOf(clone.folder).apps.list())).map((app) => app.label);
    expect(
      labels.filter((label) => label === "Forum (dev)"),
      "the app exists once",
    ).toHaveLength(1);
  });

  it("no token is in a log, a page, the state, an output or docker inspect", async () => {
    const outputs = await clone.run(
      "npm start; npm run --silent check -- --all; npm run --silent preview -- --json; npm run --silent doctor",
    );
    const found = await findSecret(clone.folder, secretsOf(clone.folder), [outputs.text], serverContainer);
    expect(found).toEqual([]);
  });

  it("npm stop ends it all; npm start goes on; npm run destroy leaves nothing", async () => {
    const stopped = await clone.run("npm stop");
    expect(stopped.exitCode, stopped.text).toBe(0);
    expect(execFileSync("docker", ["ps", "--format", "{{.Names}}"], { encoding: "utf8" })).not.toContain(
      "okta-scim-dev",
    );
    const started = await clone.run("npm start");
    expect(started.exitCode, started.text).toBe(0);
    expect(started.text).toContain("Nothing changed");
    const destroyed = await clone.run("npm run destroy");
    expect(destroyed.exitCode, destroyed.text).toBe(0);
    expect(destroyed.text).toContain("Okta's API can't delete");
    expect(await Array.fromAsync(orgClientOf(clone.folder).apps.list())).toEqual([]);
    for (const list of [
      ["ps", "-a"],
      ["volume", "ls"],
      ["network", "ls"],
    ])
      expect(execFileSync("docker", list, { encoding: "utf8" })).not.toContain("okta-scim-dev");
  });
});

async function appIsThere(label: string): Promise<boolean> {
  for await (const app of orgClientOf(clone.folder).apps.list()) if (app.label === label) return true;
  return false;
}
