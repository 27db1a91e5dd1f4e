import { OktaError } from "../okta/okta-error.ts";
import { ScimClientError } from "../scim/scim-errors.ts";
import type { AppSession } from "./app-session.ts";
import { type Check, CheckFailure, type Finding } from "./check.ts";
import type { Exchange } from "./exchange.ts";
import { type CheckOptions, defaultPatience } from "./run-checks.ts";

const defaultDeadline = 20_000;
/** How much longer than its deadline a check may take where Okta's rate limit holds it up. Milliseconds. */
const rateLimitPatience = 300_000;

/** The finding on a check that the end of the run caught. */
export const endedEarly: Finding = {
  outcome: "skipped",
  blocked: true,
  evidence: "The run was ended early.",
  remedy: "Run the checks again.",
};

/**
 * Runs one check with its deadline. Waiting for Okta's rate limit does not count: it says nothing about the app, and it ends within
 * the minute. Never throws.
 */
export async function runCheck(
  check: Check,
  openSession: (signal: AbortSignal) => AppSession,
  options: CheckOptions,
  runSignal: AbortSignal,
): Promise<Finding> {
  const deadline = new AbortController();
  const session = openSession(AbortSignal.any([deadline.signal, runSignal]));
  const { promise: timeUp, reject } = Promise.withResolvers<never>();
  const stopTimer = startDeadline(check, session, options, (failure) => {
    reject(failure);
    deadline.abort(failure);
  });
  const stopWaiting = () => reject(runSignal.reason);
  runSignal.addEventListener("abort", stopWaiting, { once: true });
  try {
    const finding = await Promise.race([check.run(session), timeUp]);
    return withExchange(finding, session);
  } catch (error) {
    if (runSignal.aborted) return endedEarly;
    return withExchange(describeFailure(error), session);
  } finally {
    stopTimer();
    runSignal.removeEventListener("abort", stopWaiting);
  }
}

/** Calls `onTimeUp` when the check has had its time; answers how to stop that. */
function startDeadline(
  check: Check,
  { okta }: AppSession,
  options: CheckOptions,
  onTimeUp: (failure: CheckFailure) => void,
): () => void {
  const settleMs = options.patience?.settleMs ?? defaultPatience.settleMs;
  const usualMs = options.deadlineMs ?? defaultDeadline;
  const deadlineMs = check.deadline === "settle" ? settleMs + usualMs : (check.deadline ?? usualMs);
  const startedAt = Date.now();
  const decide = (): void => {
    const { waitingUntil } = okta.statistics();
    const isHeldUp = asksOkta(check) && waitingUntil > startedAt;
    const endsAt = Math.min(waitingUntil + deadlineMs, startedAt + deadlineMs + rateLimitPatience);
    if (isHeldUp && endsAt > Date.now()) timer = setTimeout(decide, endsAt - Date.now());
    else if (isHeldUp) onTimeUp(describeRateLimit(Date.now() - startedAt));
    else onTimeUp(describeSlowness(deadlineMs));
  };
  let timer = setTimeout(decide, deadlineMs);
  return () => clearTimeout(timer);
}

/** The server's checks ask only the SCIM server. */
function asksOkta({ id }: Check): boolean {
  return !id.startsWith("server.");
}

function describeSlowness(deadlineMs: number): CheckFailure {
  return new CheckFailure(
    `It did not end within ${deadlineMs / 1000} s.`,
    "Something answers too slowly or not at all: the last exchange shows what was asked. Okta itself gives up after 60 s.",
  );
}

function describeRateLimit(elapsedMs: number): CheckFailure {
  return new CheckFailure(
    `It did not end within ${Math.round(elapsedMs / 1000)} s; Okta's rate limit held it up.`,
    "Run the checks when less else uses Okta's API, or ask Okta for a higher rate limit.",
  );
}

function withExchange(finding: Finding, session: AppSession): Finding {
  const exchange = finding.exchange ?? session.probe.lastExchange;
  return exchange === undefined ? finding : { ...finding, exchange };
}

function describeFailure(error: unknown): Finding {
  if (error instanceof CheckFailure) {
    const { exchange } = error;
    return {
      outcome: "fail",
      evidence: error.message,
      remedy: error.remedy,
      details: error.details,
      ...(exchange === undefined ? {} : { exchange }),
    };
  }
  if (error instanceof OktaError || error instanceof ScimClientError) {
    const exchange = describeRefusedExchange(error);
    return {
      outcome: "fail",
      evidence: error.message,
      remedy: error.remedy,
      ...(error.code === "OKTA_UNREACHABLE" ? { unreachable: true } : {}),
      ...(exchange === undefined ? {} : { exchange }),
    };
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    outcome: "fail",
    evidence: `The check itself broke. ${message}`,
    remedy: "This is a defect of okta-scim: report it with this line.",
  };
}

function describeRefusedExchange(error: OktaError | ScimClientError): Exchange | undefined {
  if (error instanceof ScimClientError)
    return { request: `${error.call.method} ${error.call.url}`, answer: error.message };
  return error.request === undefined ? undefined : { request: error.request, answer: error.message };
}
