import { beforeAll, expect, it } from "vitest";
import { describeOnBothEngines, type RunningServer } from "./support/running-server.ts";

describeOnBothEngines("what no engine can hold", (start) => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await start();
  });

  it("refuses a URL with NUL, which PostgreSQL can't look for", async () => {
    const paths = [
      "/Users/%00",
      "/Groups/a%00b",
      "/Users?filter=userName%20eq%20%22%00%22",
      "/Users?cursor=%00",
    ];
    for (const path of paths) {
      for (const method of ["GET", "DELETE"]) {
        const { status, body } = await server.call(method, path);
        expect([status, body.status], `${method} ${path}`).toEqual([400, "400"]);
      }
    }
  });
});
