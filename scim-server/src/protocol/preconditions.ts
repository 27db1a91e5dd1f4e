import { ScimError } from "../scim-error.ts";
import type { StoredResource } from "../storage/storage.ts";
import { entityTag } from "./representation.ts";

/** The headers of a request that name versions of its resource. */
export interface Preconditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/**
 * Throws 412 when a write must not go on: If-Match names another version, or If-None-Match names this one (RFC 9110
 * section 13.1). SCIM's tags are weak and compared as such.
 */
export function checkPreconditions({ ifMatch, ifNoneMatch }: Preconditions, existing: StoredResource): void {
  checkIfMatch(ifMatch, existing);
  if (isNotModified(ifNoneMatch, existing)) {
    throw new ScimError(412, "The resource has a version that If-None-Match names.");
  }
}

/** Throws 412 when If-Match names another version. */
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
