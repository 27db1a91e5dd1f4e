import { setTimeout as sleep } from "node:timers/promises";

/** Whoever scrapes or probes has little patience: a database that stands still must not make the question hang. */
const patienceMilliseconds = 2000;

/** What the storage answers; undefined when it fails, or says nothing for two seconds. */
export async function answerInTime<T>(answer: Promise<T>): Promise<T | undefined> {
  const answered = new AbortController();
  try {
    return await Promise.race([
      answer.catch(() => undefined),
      sleep(patienceMilliseconds, undefined, { signal: answered.signal }).catch(() => undefined),
    ]);
  } finally {
    answered.abort();
  }
}
