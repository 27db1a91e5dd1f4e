import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, test } from "vitest";
import { emailsOf, toContent } from "../../../scim-server/src/protocol/resource-content.ts";
import type { Document } from "../../../scim-server/src/schema/document.ts";
import { buildResourceModel } from "../../../scim-server/src/schema/resource-model.ts";
import { userSchema } from "../../../scim-server/src/schema/user-schema.ts";
import { openStorage } from "../../../scim-server/src/storage/open-storage.ts";

const model = buildResourceModel(userSchema, []);
const origin = { tokenId: "test", requestId: "test", userAgent: "test" };
const folder = mkdtempSync(join(tmpdir(), "scim-emails-"));
const file = join(folder, "scim.sqlite");

afterAll(() => rmSync(folder, { recursive: true }));

function person(...emails: readonly string[]): Document {
  return { userName: "u", ...(emails.length === 0 ? {} : { emails: emails.map((value) => ({ value })) }) };
}

test("people are found by the e-mail addresses that they have, and by no others", async () => {
  const storage = await openStorage(`sqlite://${file}`, () => {});
  const entered = (): readonly unknown[] => {
    const database = new DatabaseSync(file, { readOnly: true });
    const rows = database.prepare("SELECT value FROM user_email ORDER BY value").all();
    database.close();
    return rows.map((row) => row["value"]);
  };
  let document = person("A@x.org", "a@X.org", "Ｂ@x.org");
  let stored = await storage.transact("t", origin, (transaction) =>
    transaction.insert(toContent(model, "1", document)),
  );
  expect(entered()).toEqual(["a@x.org", "b@x.org"]);
  const changes = [
    { next: person("b@x.org", "c@x.org"), expected: ["b@x.org", "c@x.org"] },
    { next: person("C@x.org", "B@x.org"), expected: ["b@x.org", "c@x.org"] },
    { next: person(), expected: [] },
    { next: person("d@x.org"), expected: ["d@x.org"] },
  ];
  for (const { next, expected } of changes) {
    const former = emailsOf(model, document);
    stored = await storage.transact("t", origin, (transaction) =>
      transaction.update(stored, toContent(model, "1", next), former),
    );
    document = next;
    expect(entered()).toEqual(expected);
  }
  await storage.transact("t", origin, (transaction) => transaction.remove(stored, emailsOf(model, document)));
  expect(entered()).toEqual([]);
  await storage.close();
});
