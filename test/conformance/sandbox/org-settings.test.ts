import { afterAll, describe, expect, test } from "vitest";
import { createOrgCaller, field } from "./call-org.ts";
import { startOrg } from "./start-org.ts";

/** What depends on a setting of the org that the Management API does not show. */
const org = await startOrg();
const call = createOrgCaller(org);
afterAll(() => org.stop());

describe("self-assignment of apps", () => {
  const bookmark = (selfService: boolean) => ({
    name: "bookmark",
    label: "Handbook",
    signOnMode: "BOOKMARK",
    accessibility: { selfService },
    settings: { app: { url: "https://handbook.example.com" } },
  });

  test("is taken, as in the orgs of the recordings", async () => {
    const { body, status } = await call("POST", "/api/v1/apps", { ...bookmark(true), label: "Wiki" });
    expect([status, field(body, "accessibility", "selfService")]).toEqual([200, true]);
  });

  test("is refused in an org that has it off, for a new app and for one that is there", async () => {
    org.store.saveSetting("self_service", "false");
    const refused = await call("POST", "/api/v1/apps", bookmark(true));
    expect([refused.status, refused.body["errorCode"], refused.body["errorSummary"]]).toEqual([
      403,
      "E0000043",
      "Self service application assignment is not enabled.",
    ]);
    const { body } = await call("POST", "/api/v1/apps", bookmark(false));
    expect((await call("PUT", `/api/v1/apps/${body["id"]}`, bookmark(true))).status).toBe(403);
  });

  test("can be switched for a time", async () => {
    await call("PUT", "/sandbox/management-api", { selfService: "allowed" });
    expect((await call("POST", "/api/v1/apps", { ...bookmark(true), label: "Blog" })).status).toBe(200);
    await call("PUT", "/sandbox/management-api", { selfService: "as-configured" });
    expect((await call("POST", "/api/v1/apps", { ...bookmark(true), label: "Diary" })).status).toBe(403);
  });
});
