/**
 * A read that several checks share. It answers what was read at most `maxAgeMs` ago, counted from when that reading began, and reads
 * anew otherwise; without an age, what was read at any time in this run.
 */
export type SharedRead<Value> = (maxAgeMs?: number) => Promise<Value>;

/** A failed reading is answered to others for so long, so that a hundred apps don't repeat it at once; then it is made again. */
const keepFailureMs = 500;

/** Shares a read: whoever asks while it is under way, or soon after, gets the same answer. */
export function shareRead<Value>(read: () => Promise<Value>): SharedRead<Value> {
  let kept: { readonly value: Promise<Value>; readonly beganAt: number; failedAt?: number } | undefined;
  return (maxAgeMs = Number.POSITIVE_INFINITY) => {
    const now = performance.now();
    const isUsable =
      kept !== undefined &&
      now - kept.beganAt <= maxAgeMs &&
      (kept.failedAt === undefined || now - kept.failedAt <= keepFailureMs);
    if (kept !== undefined && isUsable) return kept.value;
    const reading: NonNullable<typeof kept> = { value: read(), beganAt: now };
    reading.value.catch(() => {
      reading.failedAt = performance.now();
    });
    kept = reading;
    return reading.value;
  };
}

/** Shared reads by key: one per group, per person. */
export function shareReads<Value>(
  read: (key: string) => Promise<Value>,
): (key: string, maxAgeMs?: number) => Promise<Value> {
  const reads = new Map<string, SharedRead<Value>>();
  return (key, maxAgeMs) => {
    let shared = reads.get(key);
    if (shared === undefined) {
      shared = shareRead(() => read(key));
      reads.set(key, shared);
    }
    return shared(maxAgeMs);
  };
}
