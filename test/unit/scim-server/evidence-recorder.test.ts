import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { EvidenceRecorder } from "../../../scim-server/src/evidence/evidence-recorder.ts";
import { openStorage } from "../../../scim-server/src/storage/open-storage.ts";

test("calls that cannot be written down while the database is away are when it is back", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scim-evidence-"));
  const storage = await openStorage(`sqlite://${join(folder, "scim.sqlite")}`, () => {});
  const errors: unknown[] = [];
  const evidence = new EvidenceRecorder(storage, (error) => errors.push(error));
  const away = vi.spyOn(storage, "addEvidence").mockRejectedValueOnce(new Error("away"));
  evidence.record("payroll", "v1", "Okta SCIM Client 1.0.0", "list users", 200);
  await evidence.flush();
  expect(errors).toHaveLength(1);
  evidence.record("payroll", "v1", "Okta SCIM Client 1.0.0", "list users", 404);
  await evidence.flush();
  expect(away).toHaveBeenCalledTimes(2);
  expect(await storage.evidence("payroll")).toMatchObject([{ count: 2, lastStatus: 404 }]);
  expect(await storage.tokenUses("payroll")).toMatchObject([{ tokenId: "v1", count: 2 }]);
  await storage.close();
  rmSync(folder, { recursive: true });
});
