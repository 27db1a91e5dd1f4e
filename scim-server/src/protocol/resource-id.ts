import { randomUUID } from "node:crypto";

const maxInMillisecond = 0xfff;

let lastMillisecond = 0;
let inMillisecond = 0;

/**
 * A new resource's id: a UUID of version 7 (RFC 9562 section 5.7). This process hands them out in ascending order, so
 * that ids created together lie together in the database's indexes: a commit of many then writes one page of each index
 * instead of a page for each resource. 62 bits are random, which keeps several servers of one database apart.
 */
export function createResourceId(now: number = Date.now()): string {
  // A clock that is set back, and more ids than a millisecond has places for, go on from the last one.
  if (now > lastMillisecond) {
    lastMillisecond = now;
    inMillisecond = 0;
  } else if (inMillisecond < maxInMillisecond) {
    inMillisecond += 1;
  } else {
    lastMillisecond += 1;
    inMillisecond = 0;
  }
  const time = lastMillisecond.toString(16).padStart(12, "0");
  const place = inMillisecond.toString(16).padStart(3, "0");
  // A version 4 has the same layout from its variant on, and its random bits are at hand.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${place}-${randomUUID().slice(19)}`;
}
