import type { SqlConnection } from "./sql-engine.ts";

/**
 * Enters the e-mail addresses that a person is found by, in place of `former`: those of the content that is replaced, or
 * none for somebody new. Without new ones the person is found by none any more.
 */
export async function replaceEmails(
  connection: SqlConnection,
  tenant: string,
  ordinal: number,
  former: readonly string[],
  emails: readonly string[],
): Promise<void> {
  for (const email of former) {
    if (emails.includes(email)) continue;
    await connection.all("DELETE FROM user_email WHERE tenant = ? AND value = ? AND ordinal = ?", [
      tenant,
      email,
      ordinal,
    ]);
  }
  for (const email of new Set(emails)) {
    if (former.includes(email)) continue;
    await connection.all("INSERT INTO user_email (tenant, value, ordinal) VALUES (?, ?, ?)", [
      tenant,
      email,
      ordinal,
    ]);
  }
}
