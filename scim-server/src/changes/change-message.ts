import type { RecordedChange } from "../storage/storage.ts";

/** A change as the feed, webhooks and the audit trail send it. `id` is the same at each delivery. */
export function toMessage(tenant: string, change: RecordedChange): object {
  return {
    id: `${tenant}-${change.sequence}`,
    sequence: change.sequence,
    tenant,
    at: new Date(change.at).toISOString(),
    type: change.type,
    resource: { type: change.resourceType, id: change.resourceId },
    ...change.details,
    by: {
      token: change.origin.tokenId,
      userAgent: change.origin.userAgent,
      requestId: change.origin.requestId,
    },
  };
}
