import type { Tenant } from "../config/tenant.ts";
import type { RecordedChange } from "../storage/storage.ts";
import { withAllowedValues } from "./recorded-values.ts";

/** A change as the feed, webhooks and the audit trail send it. `id` is the same at each delivery. */
export function toMessage(tenant: Tenant, change: RecordedChange): object {
  return {
    id: messageId(tenant, change),
    sequence: change.sequence,
    tenant: tenant.name,
    at: new Date(change.at).toISOString(),
    type: change.type,
    resource: { type: change.resourceType, id: change.resourceId },
    ...withAllowedValues(change.details, tenant.changes.values),
    by: {
      token: change.origin.tokenId,
      userAgent: change.origin.userAgent,
      requestId: change.origin.requestId,
    },
  };
}

/** By which a receiver knows a delivery again; also the id of a server-sent event. */
export function messageId(tenant: Tenant, change: RecordedChange): string {
  return `${tenant.name}-${change.sequence}`;
}
