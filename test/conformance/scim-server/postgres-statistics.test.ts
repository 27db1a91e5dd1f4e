import pg from "pg";
import { describe, expect, it } from "vitest";
import { findPostgres, TemporaryPostgres } from "./support/postgres.ts";
import { RunningServer } from "./support/running-server.ts";

const programs = findPostgres();

describe.skipIf(programs === undefined)("PostgreSQL's statistics", () => {
  it("are gathered while the first people come, so that each is looked for by an index", async () => {
    const postgres = await TemporaryPostgres.start(programs ?? "");
    const url = await postgres.createDatabase();
    const server = await RunningServer.start(url);
    const client = new pg.Client(url);
    await client.connect();
    // Else the database might do it in time by itself.
    await client.query("ALTER TABLE resource SET (autovacuum_enabled = false)");
    await Promise.all(Array.from({ length: 200 }, (_, index) => server.createUser(`person${index}`)));
    const plan = async (): Promise<string> => {
      const { rows } = await client.query<Record<"QUERY PLAN", string>>(
        "EXPLAIN SELECT 1 FROM resource r WHERE r.tenant = 'payroll' AND r.type = 'User' AND r.unique_key = 'person7' ORDER BY ordinal LIMIT 1",
      );
      return rows.map((row) => row["QUERY PLAN"]).join("\n");
    };
    await expect.poll(plan, { timeout: 20_000 }).toContain("resource_unique_key");
    await client.end();
    await server.stop();
    await postgres.stop();
  });
});
