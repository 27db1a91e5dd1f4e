import type { OktaLogEvent } from "../../okta/logs.ts";
import type { OktaClient } from "../../okta/okta-client.ts";
import type { CheckPlan } from "../check-plan.ts";
import { shareRead } from "../shared-read.ts";

const hourMs = 3_600_000;
/** Events are read again from so long before the last reading's end: Okta writes some of them late. */
const overlapMs = 30_000;
/** A reading serves whoever asks so soon after it: 30 readings a minute at most, of the 120 that Okta allows. */
const maxAgeMs = 2_000;
/** So many failures are read in a run at most; a broken server makes thousands. */
const readAtMost = 10_000;
/** Up to so many apps are named in the query, which Okta then answers more shortly; with more it would grow too long. */
const namedApps = 20;

/** The provisioning failures of one app. */
export interface AppFailures {
  /** In the order in which they happened. */
  readonly events: readonly OktaLogEvent[];
  /** From when on they were looked for (ISO 8601). */
  readonly since: string;
  /** Whether there were more than are read. */
  readonly isCut: boolean;
  /** The request, for evidence. */
  readonly request: string;
}

/**
 * Okta's provisioning failures since the last update, of all apps of a run by one query, since the System Log's rate limit is the
 * lowest of all (120 calls a minute, however many apps). Whoever asks later gets what happened since as well.
 */
export function createFailureLog(
  okta: OktaClient,
  plan: CheckPlan,
  now: () => Date,
  signal: AbortSignal,
): (appId: string) => Promise<AppFailures> {
  const sinceHere = plan.updatedSince ?? new Date(now().getTime() - hourMs).toISOString();
  let since = sinceHere;
  const filter = describeFilter(plan.apps.map(({ appId }) => appId));
  const byApp = new Map(plan.apps.map(({ appId }): [string, OktaLogEvent[]] => [appId, []]));
  const seen = new Set<string>();
  let readFrom: string | undefined;
  const read = shareRead(async () => {
    // Events bear the org's time. By a clock of ours that is behind, the latest of them would be cut off.
    const { clockAheadMs } = okta.statistics();
    since = new Date(Date.parse(sinceHere) + clockAheadMs).toISOString();
    readFrom ??= since;
    const until = new Date(now().getTime() + clockAheadMs);
    for await (const event of okta.logs.list(
      { since: readFrom, until: until.toISOString(), filter },
      signal,
    )) {
      if (seen.size >= readAtMost) break;
      if (seen.has(event.uuid)) continue;
      seen.add(event.uuid);
      for (const { id } of event.target ?? []) byApp.get(id ?? "")?.push(event);
    }
    readFrom = new Date(Math.max(until.getTime() - overlapMs, Date.parse(since))).toISOString();
  });
  return async (appId) => {
    await read(maxAgeMs);
    return {
      events: byApp.get(appId) ?? [],
      since,
      isCut: seen.size >= readAtMost,
      request: `GET /api/v1/logs?since=${since}&filter=${filter}`,
    };
  };
}

function describeFilter(appIds: readonly string[]): string {
  const failures = 'eventType sw "application.provision" and outcome.result eq "FAILURE"';
  const named = [...new Set(appIds)].map((id) => `target.id eq "${id}"`);
  if (named.length === 0 || named.length > namedApps) return failures;
  return `${failures} and ${named.length === 1 ? named.join() : `(${named.join(" or ")})`}`;
}
