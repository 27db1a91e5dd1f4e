import { ScimError } from "../scim-error.ts";
import type { StoredResource } from "../storage/storage.ts";
import { entityTag } from "./representation.ts";

/** Throws 412 when If-Match names another version. SCIM's tags are weak and compared as such. */
export function checkIfMatch(ifMatch: string | undefined, existing: StoredResource): void {
  if (ifMatch !== undefined && !matches(ifMatch, existing)) throw ScimError.preconditionFailed();
}

/** Whether If-None-Match says that the client has this version already. */
export function isNotModified(ifNoneMatch: string | undefined, existing: StoredResource): boolean {
  return ifNoneMatch !== undefined && matches(ifNoneMatch, existing);
}

function matches(header: string, existing: StoredResource): boolean {
  const opaque = entityTag(existing.version).slice(2);
  return header.split(",").some((part) => {
    const tag = part.trim();
    return tag === "*" || tag === opaque || tag === `W/${opaque}`;
  });
}
