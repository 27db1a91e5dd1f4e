import { ScimError } from "../scim-error.ts";
import type { ChangeBounds } from "../storage/storage.ts";

/**
 * 410: what comes after a consumer's position is not there (pruned), or the position never was (the database was
 * restored from an older backup). Either way the consumer has to read everything again.
 */
export class PositionGoneError extends ScimError {
  readonly bounds: ChangeBounds;

  constructor(after: number, bounds: ChangeBounds) {
    const { first, last } = bounds;
    super(
      410,
      `The changes after ${after} are not kept; those from ${first} to ${last} are. To go on: remember the position ${last}, read all of /Users and /Groups, then ask for the changes after ${last}.`,
      undefined,
      { "x-first-sequence": String(first), "x-last-sequence": String(last) },
    );
    this.name = "PositionGoneError";
    this.bounds = bounds;
  }
}
