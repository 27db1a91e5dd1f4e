import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStorage } from "../../../scim-server/src/storage/open-storage.ts";
import { StorageTimer } from "../../../scim-server/src/storage/sql/timed-engine.ts";
import type { Change, Storage } from "../../../scim-server/src/storage/storage.ts";

const origin = { tokenId: "v1", requestId: "r", userAgent: "test" };

function changed(resourceId: string, details: Change["details"]): Change {
  return { type: "group.membership-changed", resourceType: "Group", resourceId, details };
}

describe("changes found by who joined or left", () => {
  const folder = mkdtempSync(join(tmpdir(), "scim-memberships-"));
  const file = join(folder, "scim.sqlite");
  let storage: Storage;

  beforeAll(async () => {
    storage = await openStorage(`sqlite://${file}`, () => {}, new StorageTimer());
  });
  afterAll(async () => {
    await storage.close();
    rmSync(folder, { recursive: true });
  });

  const record = (...changes: readonly Change[]): Promise<void> =>
    storage.transact("t", origin, async (transaction) => {
      for (const change of changes) transaction.record(change);
    });
  const found = async (id: string): Promise<readonly number[]> =>
    (await storage.changeLog.newestOf("t", id, 5)).map(({ sequence }) => sequence);
  const entered = (): unknown => {
    const database = new DatabaseSync(file, { readOnly: true });
    const row = database.prepare("SELECT COUNT(*) AS count, MIN(sequence) AS first FROM member_change").get();
    database.close();
    return { ...row };
  };

  it("are entered in parts, found newest first, and forgotten with the changes themselves", async () => {
    // More than one part has, in sequences as in changes of groups.
    const user: Change = { type: "user.updated", resourceType: "User", resourceId: "u", details: {} };
    await record(...Array.from({ length: 1500 }, () => user));
    await record(
      ...Array.from({ length: 120 }, (_, index) => changed("g", { added: [`m${index}`, "everywhere"] })),
    );
    await record(changed("h", { added: [], removed: ["m7"] }));
    expect(await found("m7")).toEqual([1621, 1508]);
    expect(await found("everywhere")).toEqual([1620, 1619, 1618, 1617, 1616]);
    expect(await found("u")).toEqual([1500, 1499, 1498, 1497, 1496]);
    expect(await found("nobody")).toEqual([]);
    expect(entered()).toEqual({ count: 241, first: 1501 });

    const limits = { before: 0, beyond: 1600, upTo: 1621 };
    while ((await storage.changeLog.prune("t", limits)) > 0);
    expect(entered()).toEqual({ count: 41, first: 1601 });
    expect(await found("m7")).toEqual([1621]);

    await record(changed("g", { added: ["late"] }));
    while ((await storage.changeLog.prune("t", { ...limits, beyond: 1622, upTo: 1622 })) > 0);
    await storage.changeLog.catchUp("t");
    expect(entered()).toEqual({ count: 0, first: null });
  });
});
