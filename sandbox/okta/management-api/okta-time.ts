/** A stored time as most endpoints print it: whole seconds, with milliseconds of zero. */
export function wholeSeconds(time: string): string;
export function wholeSeconds(time: string | null): string | null;
export function wholeSeconds(time: string | null): string | null {
  return time === null ? null : `${time.slice(0, 19)}.000Z`;
}

/** A stored time as group-push mappings print it: whole seconds, no milliseconds. */
export function rfc3339Seconds(time: string): string {
  return `${time.slice(0, 19)}Z`;
}
