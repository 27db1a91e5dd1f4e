import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { toContent } from "../../../scim-server/src/protocol/resource-content.ts";
import { groupSchema } from "../../../scim-server/src/schema/group-schema.ts";
import { buildResourceModel } from "../../../scim-server/src/schema/resource-model.ts";
import { userSchema } from "../../../scim-server/src/schema/user-schema.ts";
import { openStorage } from "../../../scim-server/src/storage/open-storage.ts";
import type { StoredResource, Transaction } from "../../../scim-server/src/storage/storage.ts";

const users = buildResourceModel(userSchema, []);
const groups = buildResourceModel(groupSchema, []);
const origin = { tokenId: "test", requestId: "test", userAgent: "test" };
const folder = mkdtempSync(join(tmpdir(), "scim-large-groups-"));

afterAll(() => rmSync(folder, { recursive: true }));

test("reads are answered while a write adds, replaces and removes thousands of members", async () => {
  const storage = await openStorage(`sqlite://${join(folder, "scim.sqlite")}`, () => {});
  const transact = <T>(work: (transaction: Transaction) => Promise<T>): Promise<T> =>
    storage.transact("payroll", origin, work);
  const everybody = Array.from({ length: 5500 }, (_, index) => `u${index}`);
  const group = await transact(async (transaction) => {
    for (const id of everybody) await transaction.insert(toContent(users, id, { userName: id }));
    return transaction.insert(toContent(groups, "g", { displayName: "g" }));
  });

  /** What the work answered, sorted, and how many reads were answered between its beginning and its end. */
  const during = async (
    work: (transaction: Transaction, group: StoredResource) => Promise<readonly string[]>,
  ): Promise<{ readonly answer: readonly string[]; readonly reads: number }> => {
    const writer: { state: "before" | "during" | "after" } = { state: "before" };
    const writing = transact(async (transaction) => {
      writer.state = "during";
      const answer = await work(transaction, group);
      writer.state = "after";
      return answer;
    });
    let reads = 0;
    while (writer.state !== "after") {
      await nextTurn();
      expect(await storage.find("payroll", "User", "u1")).toMatchObject({ id: "u1" });
      if (writer.state === "during") reads += 1;
    }
    return { answer: (await writing).toSorted(), reads };
  };

  const half = everybody.slice(0, 2750);
  const added = await during((transaction) => transaction.addMembers(group, [...everybody, "unknown"]));
  expect(added.answer).toEqual(everybody.toSorted());
  expect(added.reads).toBeGreaterThan(3);
  const unknown = await during((transaction) => transaction.unknownIds([...everybody, "unknown"]));
  expect(unknown.answer).toEqual(["unknown"]);
  const retained = await during((transaction) => transaction.retainMembers(group, half));
  expect(retained.answer).toEqual(everybody.slice(2750).toSorted());
  expect(retained.reads).toBeGreaterThan(3);
  const removed = await during((transaction) => transaction.removeMembers(group, everybody));
  expect(removed.answer).toEqual(half.toSorted());
  expect(removed.reads).toBeGreaterThan(3);
  expect((await storage.membersOf([group.ordinal])).get(group.ordinal)).toBeUndefined();
  await storage.close();
});
