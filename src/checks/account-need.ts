import type { OktaAppUser } from "../okta/app-users.ts";

/** App users of these statuses need no account in the app, or none that is active: Okta sends nothing for them yet, or no more. */
const withoutAccount = new Set(["SUSPENDED", "DEPROVISIONED", "UNASSIGNED", "REVOKED", "INACTIVE", "STAGED"]);

/** Whether Okta owes this person an active account in the app. */
export function needsAccount({ status }: OktaAppUser): boolean {
  return !withoutAccount.has(status);
}
