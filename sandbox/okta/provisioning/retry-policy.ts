/** How often a task that the SCIM server answers with 429 is tried before it fails for good. */
const maxAttempts = 10;

const firstWait = 5 * 60_000;

/**
 * Milliseconds to wait after a 429: the whole seconds of `Retry-After`, else (missing, an HTTP date, or anything but a whole
 * number) five minutes that double with each further 429. Undefined when the attempts are used up.
 * @param attempt how often the task has been tried, from 1
 * @see https://developer.okta.com/docs/concepts/scim/ on rate limits
 */
export function waitAfterRateLimit(retryAfter: string | undefined, attempt: number): number | undefined {
  if (attempt >= maxAttempts) return undefined;
  const seconds = retryAfter?.trim() ?? "";
  if (/^\d{1,9}$/.test(seconds)) return Number(seconds) * 1000;
  return firstWait * 2 ** (attempt - 1);
}
