import type { Clock, Evaluation, LogTarget } from "./model.ts";
import type { OrgEventPayload } from "./org-event-types.ts";
import type { Sql } from "./sql.ts";

/** What the parts of the store share. */
export interface StoreContext {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly evaluation: Evaluation;
  /** The org's time as Okta prints it. */
  readonly now: () => string;
  /** Appends a row to `org_event`; call it inside the transaction of the change it tells of. */
  readonly emit: (event: OrgEventPayload) => void;
  /** Who is acting, for the System Log; undefined outside an API request or console form. */
  readonly actor: () => LogTarget | undefined;
}
