import { afterEach, expect, it, vi } from "vitest";
import { describeOnBothEngines, tenantsFile } from "./support/running-server.ts";

/** Time synchronisation and people set clocks back; nothing may wait for the former time to come again. */
describeOnBothEngines("a clock that is set back", (start) => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  /** The clock goes on from an hour ago. */
  function setBack(): void {
    const now = Date.now.bind(Date);
    vi.spyOn(Date, "now").mockImplementation(() => now() - 3_600_000);
  }

  it("keeps no token from its rate, and no change is dated before the one before it", async () => {
    const server = await start(tenantsFile({ rateLimit: { requestsPerSecond: 100, burst: 20 } }));
    const id = await server.createUser("ada@example.com");
    const before = (await server.call("GET", `/Users/${id}`)).body.meta;
    setBack();
    const changed = await server.patch(`/Users/${id}`, { op: "add", path: "title", value: "x" });
    expect([changed.status, changed.body.meta.version]).toEqual([200, 'W/"2"']);
    expect(changed.body.meta.lastModified >= before.lastModified).toBe(true);
    const group = await server.createGroup("All", [id]);
    const left = await server.patch(`/Groups/${group}`, { op: "remove", path: "members" });
    expect(left.body.meta.lastModified >= left.body.meta.created).toBe(true);
  });

  it("does not lengthen a long poll", async () => {
    const server = await start();
    const headers = { authorization: "Bearer a-token-for-tests" };
    const first = server.request("GET", "/payroll/changes?after=0&wait=1", undefined, headers);
    // Whoever is answered after it was asked after it: the poll waits by now.
    await server.call("GET", "/Users?count=0");
    setBack();
    expect((await first).status).toBe(200);
  });
});
