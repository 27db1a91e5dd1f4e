import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bindFilter } from "../../../scim-server/src/filter/bind-filter.ts";
import { queryFilterLimits } from "../../../scim-server/src/filter/filter-node.ts";
import { parseFilter } from "../../../scim-server/src/filter/parse-filter.ts";
import { groupSchema } from "../../../scim-server/src/schema/group-schema.ts";
import { buildResourceModel } from "../../../scim-server/src/schema/resource-model.ts";
import { userSchema } from "../../../scim-server/src/schema/user-schema.ts";
import { openPostgresEngine } from "../../../scim-server/src/storage/postgres/postgres-engine.ts";
import type { SqlEngine, SqlReader } from "../../../scim-server/src/storage/sql/sql-engine.ts";
import { SqlStorage } from "../../../scim-server/src/storage/sql/sql-storage.ts";
import { findPostgres, TemporaryPostgres } from "../../conformance/scim-server/support/postgres.ts";

const programs = findPostgres();

/** Twenty thousand people, half of them in one group, and one in each of fifty small ones. */
const fill = [
  `INSERT INTO resource (tenant, type, id, unique_key, version, created_at, last_modified_at, document, search)
    SELECT 'payroll', 'User', 'u' || i, 'u' || i, 1, 0, 0, '{}', '{}' FROM generate_series(1, 20000) i`,
  `INSERT INTO resource (tenant, type, id, version, created_at, last_modified_at, document, search)
    SELECT 'payroll', 'Group', 'g' || i, 1, 0, 0, '{}', '{}' FROM generate_series(1, 51) i`,
  "ANALYZE",
  `INSERT INTO member SELECT g.ordinal, u.ordinal FROM resource g, resource u
    WHERE g.id = 'g1' AND u.type = 'User' AND u.ordinal % 2 = 0`,
  `INSERT INTO member SELECT g.ordinal, u.ordinal FROM resource g, resource u
    WHERE g.type = 'Group' AND g.id <> 'g1' AND u.id = 'u' || substring(g.id FROM 2)`,
  "ANALYZE",
];

describe.skipIf(programs === undefined)("PostgreSQL's plans in a large tenant", () => {
  let postgres: TemporaryPostgres;
  let engine: SqlEngine;
  let plans: string[] = [];
  let storage: SqlStorage;

  beforeAll(async () => {
    postgres = await TemporaryPostgres.start(programs ?? "");
    engine = await openPostgresEngine(await postgres.createDatabase(), () => {});
    await engine.transact(async (connection) => {
      for (const statement of fill) await connection.all(statement, []);
    });
    const { reader } = engine;
    const explain = async (text: string, parameters: Parameters<SqlReader["all"]>[1]): Promise<void> => {
      const rows = await reader.all(`EXPLAIN ${text}`, parameters, false);
      plans.push(rows.map((row) => String(row["QUERY PLAN"])).join("\n"));
    };
    storage = new SqlStorage({
      dialect: engine.dialect,
      reader: {
        all: async (text, parameters, reusable) => {
          await explain(text, parameters);
          return reader.all(text, parameters, reusable);
        },
        tuples: async (text, parameters, reusable) => {
          await explain(text, parameters);
          return reader.tuples(text, parameters, reusable);
        },
      },
      transact: (work) => engine.transact(work),
      snapshot: (work) => engine.snapshot(work),
      isUniqueViolation: (error) => engine.isUniqueViolation(error),
      check: () => engine.check(),
      close: () => engine.close(),
    });
  });

  afterAll(async () => {
    await engine.close();
    await postgres.stop();
  });

  /** Whatever was read, no table was gone through from its beginning to its end. */
  function expectIndexes(): void {
    expect(plans.length).toBeGreaterThan(0);
    for (const plan of plans) expect(plan).not.toMatch(/Seq Scan on (resource|member)/);
    plans = [];
  }

  async function list(type: "User" | "Group", filter: string): Promise<readonly string[]> {
    const model = type === "User" ? buildResourceModel(userSchema, []) : buildResourceModel(groupSchema, []);
    const bound = bindFilter(model, parseFilter(filter, queryFilterLimits));
    const page = await storage.list("payroll", {
      selections: [{ type, filter: bound }],
      sort: undefined,
      offset: 0,
      limit: 10,
      after: undefined,
    });
    return page.resources.map(({ id }) => id);
  }

  it("find a person's groups by indexes", async () => {
    const person = await storage.find("payroll", "User", "u2");
    const ordinal = person?.ordinal ?? 0;
    expect((await storage.groupsOf([ordinal])).get(ordinal)?.map(({ id }) => id)).toEqual(["g1", "g2"]);
    expectIndexes();
  });

  it("find the members of a small group by indexes, though groups are large on average", async () => {
    const group = await storage.find("payroll", "Group", "g7");
    const ordinal = group?.ordinal ?? 0;
    expect((await storage.membersOf([ordinal])).get(ordinal)?.map(({ id }) => id)).toEqual(["u7"]);
    expectIndexes();
  });

  it("find the groups of a member, and a member of a group, by indexes", async () => {
    expect(await list("Group", 'members[value eq "u2"]')).toEqual(["g1", "g2"]);
    expect(await list("Group", 'members eq "u2"')).toEqual(["g1", "g2"]);
    expect(await list("User", 'groups.value eq "g9"')).toEqual(["u9"]);
    expectIndexes();
    expect(await list("Group", 'not (members.value eq "u2")')).toHaveLength(10);
    plans = [];
  });
});
