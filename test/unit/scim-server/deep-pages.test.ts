import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { toContent } from "../../../scim-server/src/protocol/resource-content.ts";
import { buildResourceModel } from "../../../scim-server/src/schema/resource-model.ts";
import { userSchema } from "../../../scim-server/src/schema/user-schema.ts";
import { openStorage } from "../../../scim-server/src/storage/open-storage.ts";
import type { Storage, StoredResource } from "../../../scim-server/src/storage/storage.ts";
import { findPostgres, TemporaryPostgres } from "../../conformance/scim-server/support/postgres.ts";

const model = buildResourceModel(userSchema, []);
const origin = { tokenId: "test", requestId: "test", userAgent: "test" };
const folder = mkdtempSync(join(tmpdir(), "scim-pages-"));
const programs = findPostgres();
const cleanUps: (() => Promise<void>)[] = [];

afterAll(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
  rmSync(folder, { recursive: true });
});

async function fill(storage: Storage, tenant: string, people: number, from = 0): Promise<StoredResource[]> {
  return storage.transact(tenant, origin, async (transaction) => {
    const created: StoredResource[] = [];
    for (let index = from; index < from + people; index += 1) {
      const resource = await transaction.insert(
        toContent(model, `${tenant}-${index}`, { userName: `u${index}` }),
      );
      transaction.record({
        type: "user.created",
        resourceType: "User",
        resourceId: resource.id,
        details: {},
      });
      created.push(resource);
    }
    return created;
  });
}

async function remove(storage: Storage, tenant: string, people: readonly StoredResource[]): Promise<void> {
  await storage.transact(tenant, origin, async (transaction) => {
    for (const person of people) {
      await transaction.remove(person, []);
      transaction.record({ type: "user.deleted", resourceType: "User", resourceId: person.id, details: {} });
    }
  });
}

async function expectPages(storage: Storage, tenant: string, ids: readonly string[]): Promise<void> {
  const around = [0, 1, 2047, 2048, 2049, 4095, 4096, 5000, ids.length - 1, ids.length, ids.length + 5];
  for (const offset of around) {
    const page = await storage.list(tenant, {
      selections: [{ type: "User", filter: undefined }],
      sort: undefined,
      offset,
      limit: 7,
      after: undefined,
    });
    expect(page.resources.map(({ id }) => id)).toEqual(ids.slice(offset, offset + 7));
    expect(page.total).toBe(ids.length);
  }
}

const engines = [
  { name: "sqlite", open: async () => `sqlite://${join(folder, "scim.sqlite")}` },
  {
    name: "postgres",
    open: async () => {
      const postgres = await TemporaryPostgres.start(programs ?? "");
      cleanUps.push(() => postgres.stop());
      return postgres.createDatabase();
    },
  },
];

describe("pages deep in a list", () => {
  for (const { name, open } of engines) {
    it.skipIf(name === "postgres" && programs === undefined)(
      `are those of the whole list on ${name}, also after deletions`,
      { timeout: 120_000 },
      async () => {
        const storage = await openStorage(await open(), () => {});
        // Two tenants and two transactions share blocks of ordinals.
        const first = await fill(storage, "a", 3000);
        await fill(storage, "b", 1500);
        const people = [...first, ...(await fill(storage, "a", 4000, 3000))];
        const ids = people.map(({ id }) => id);
        await expectPages(storage, "a", ids);
        const gone = people.filter((_, index) => index % 3 === 0 || (index > 2500 && index < 4500));
        await remove(storage, "a", gone);
        const goneIds = new Set(gone.map(({ id }) => id));
        await expectPages(
          storage,
          "a",
          ids.filter((id) => !goneIds.has(id)),
        );
        await storage.close();
      },
    );
  }
});
