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

describe("changes found by whom they concern", () => {
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
    const row = database
      .prepare("SELECT COUNT(*) AS count, MIN(sequence) AS first FROM resource_change")
      .get();
    database.close();
    return { ...row };
  };

  it("are entered in parts, found newest first, and forgotten with the changes themselves", async () => {
    // More than one part has, in sequences as in changes of groups.
    const user: Change = { type: "user.updated", resourceType: "User", resourceId: "u", details: {} };
    await record(...Array.from({ length: 2500 }, () => user));
    await record(
      ...Array.from({ length: 120 }, (_, index) => changed("g", { added: [`m${index}`, "everywhere"] })),
    );
    await record(changed("h", { added: [], removed: ["m7"] }));
    expect(await found("m7")).toEqual([2621, 2508]);
    expect(await found("everywhere")).toEqual([2620, 2619, 2618, 2617, 2616]);
    expect(await found("u")).toEqual([2500, 2499, 2498, 2497, 2496]);
    expect(await found("nobody")).toEqual([]);
    expect(entered()).toEqual({ count: 2862, first: 1 });

    const limits = { before: 0, beyond: 2600, upTo: 2621 };
    while ((await storage.changeLog.prune("t", limits)) > 0);
    expect(entered()).toEqual({ count: 62, first: 2601 });
    expect(await found("m7")).toEqual([2621]);

    await record(changed("g", { added: ["late"] }));
    while ((await storage.changeLog.prune("t", { ...limits, beyond: 2622, upTo: 2622 })) > 0);
    await storage.changeLog.catchUp("t");
    expect(entered()).toEqual({ count: 0, first: null });
  });
});
