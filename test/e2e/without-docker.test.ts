import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectedPicture, orgClientOf, planOf, serverPicture } from "./support/compare-people.ts";
import { createFreshClone, type FreshClone } from "./support/fresh-clone.ts";

/** The daemon hidden: nothing listens at this address, as on a machine without Docker. */
const environment = { DOCKER_HOST: "unix:///nonexistent/docker.sock" };

let clone: FreshClone;

beforeAll(async () => {
  clone = await createFreshClone("without-docker", { installed: true });
});
afterAll(async () => {
  await clone.run("npm run --silent destroy; npm run --silent stop", { environment });
  clone.remove();
});

describe("without Docker", () => {
  it("npm start does the same with a plain process, and says so", async () => {
    const result = await clone.run("npm start", { environment });
    expect(result.exitCode, result.text).toBe(0);
    expect(result.text).toMatch(/without Docker/);
    const client = orgClientOf(clone.folder);
    for (const app of planOf(clone.folder))
      expect(await serverPicture(clone.folder, app), app.name).toEqual(await expectedPicture(client, app));
  });

  it("npm start again changes nothing; npm stop and npm start go on with the same people", async () => {
    const again = await clone.run("npm start", { environment });
    expect(again.exitCode, again.text).toBe(0);
    expect(again.text).toContain("Nothing changed");
    const stopped = await clone.run("npm stop", { environment });
    expect(stopped.text).toContain("Stopped the SCIM server");
    const resumed = await clone.run("npm start", { environment });
    expect(resumed.exitCode, resumed.text).toBe(0);
    expect(resumed.text).toContain("Nothing changed");
  });

  it("npm run destroy ends the process and removes everything", async () => {
    const destroyed = await clone.run("npm run destroy", { environment });
    expect(destroyed.exitCode, destroyed.text).toBe(0);
    await expect(fetch("http://127.0.0.1:8601/healthz")).rejects.toThrow();
  });
});
