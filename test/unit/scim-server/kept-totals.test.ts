import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { bindFilter } from "../../../scim-server/src/filter/bind-filter.ts";
import { queryFilterLimits } from "../../../scim-server/src/filter/filter-node.ts";
import { parseFilter } from "../../../scim-server/src/filter/parse-filter.ts";
import { toContent } from "../../../scim-server/src/protocol/resource-content.ts";
import { buildResourceModel } from "../../../scim-server/src/schema/resource-model.ts";
import { userSchema } from "../../../scim-server/src/schema/user-schema.ts";
import { openStorage } from "../../../scim-server/src/storage/open-storage.ts";

const model = buildResourceModel(userSchema, []);
const origin = { tokenId: "test", requestId: "test", userAgent: "test" };
const folder = mkdtempSync(join(tmpdir(), "scim-totals-"));

afterAll(() => rmSync(folder, { recursive: true }));

/** Each filter beside one that means the same and has to be counted. */
const filters = [
  ["active eq true", "active eq true and id pr"],
  ["active eq false", "active eq false and id pr"],
  ['active eq "False"', "active ne true and id pr"],
] as const;

test("totals that are kept are those that counting gives, after people came, changed and went", async () => {
  const storage = await openStorage(`sqlite://${join(folder, "scim.sqlite")}`, () => {});
  const total = async (text: string): Promise<number> => {
    const filter = bindFilter(model, parseFilter(text, queryFilterLimits));
    const selections = [{ type: "User", filter } as const];
    const query = { selections, sort: undefined, offset: 0, limit: 1, after: undefined };
    return (await storage.list("payroll", query)).total;
  };
  const expectAlike = async (): Promise<readonly number[]> => {
    const totals: number[] = [];
    for (const [kept, counted] of filters) {
      const answer = await total(kept);
      expect(answer).toBe(await total(counted));
      totals.push(answer);
    }
    return totals;
  };
  const document = (index: number, active: boolean | undefined): Record<string, string | boolean> => ({
    userName: `u${index}`,
    ...(active === undefined ? {} : { active }),
  });
  const states = [true, false, undefined, true, true];
  const people = await storage.transact("payroll", origin, async (transaction) => {
    const created = [];
    for (const [index, active] of states.entries()) {
      created.push(await transaction.insert(toContent(model, `id-${index}`, document(index, active))));
      transaction.record({
        type: "user.created",
        resourceType: "User",
        resourceId: `id-${index}`,
        details: {},
      });
    }
    return created;
  });
  expect(await expectAlike()).toEqual([3, 2, 2]);
  const [first, second, , last] = people;
  if (first === undefined || second === undefined || last === undefined) throw new Error("people are there");
  await storage.transact("payroll", origin, async (transaction) => {
    await transaction.update(first, toContent(model, first.id, document(0, false)), []);
    await transaction.update(second, toContent(model, second.id, document(1, true)), []);
    await transaction.remove(last, []);
    transaction.record({ type: "user.updated", resourceType: "User", resourceId: first.id, details: {} });
  });
  expect(await expectAlike()).toEqual([2, 2, 2]);
  await storage.close();
});
