import type { Dispatcher } from "undici";
import type { OktaClient } from "../okta/okta-client.ts";
import { allChecks } from "./all-checks.ts";
import type { CheckPatience } from "./app-session.ts";
import type { Check } from "./check.ts";
import { CheckNameError } from "./check-name-error.ts";
import type { CheckPlan } from "./check-plan.ts";
import type { AppSummary, CheckReport, CheckResult } from "./check-report.ts";
import { runAppChecks } from "./run-app-checks.ts";
import { endedEarly } from "./run-check.ts";
import { createRunShared } from "./run-shared.ts";
import { worstOutcome } from "./summarize-app.ts";

/** Who the checks talk through. */
export interface CheckClients {
  readonly okta: OktaClient;
  /** The undici dispatcher for SCIM servers; one of its own where missing. */
  readonly scimDispatcher?: Dispatcher;
  /** Certificates (PEM) that TLS to SCIM servers trusts besides the system's. */
  readonly certificateAuthority?: string;
}

export interface CheckOptions {
  /** Milliseconds that a check may take, unless it says otherwise. Default 20,000. Okta's rate limit lengthens it. */
  readonly deadlineMs?: number;
  readonly patience?: Partial<CheckPatience>;
  /** Checks of one app that run at once. Default 6. */
  readonly checksAtOnce?: number;
  /** Apps that are checked at once. Default 4. */
  readonly appsAtOnce?: number;
  /** Names of the apps to check; all where missing. */
  readonly apps?: readonly string[];
  /** Ids of checks, or beginnings of ids (`server.`), to run; what they need runs too. All where missing. */
  readonly only?: readonly string[];
  /** Whether nothing may be written: no throw-away people, no canary. */
  readonly readOnly?: boolean;
  /** Told of each check when it ends. */
  readonly onResult?: (result: CheckResult) => void;
  /** Ends the whole run early; what has not ended then is reported as skipped. */
  readonly signal?: AbortSignal;
  readonly now?: () => Date;
  /** Other checks than the product's own; for tests of the runner. */
  readonly checks?: readonly Check[];
}

export const defaultPatience: CheckPatience = {
  settleMs: 60_000,
  pollMs: 500,
  exactPeople: 500,
  // What Okta's older SPEC suite demanded of every answer.
  fastEnoughMs: 600,
};

/**
 * Asks every question about every app and collects all answers: nothing here throws because a check failed, and nothing hangs, since
 * each check has a deadline. Throw-away people and groups are removed at the end in any case.
 * @throws CheckNameError for one of `only` that matches no check; Error for checks that need unknown checks (a defect).
 */
export async function runChecks(
  plan: CheckPlan,
  clients: CheckClients,
  options: CheckOptions = {},
): Promise<CheckReport> {
  const now = options.now ?? (() => new Date());
  const startedAt = now();
  const started = performance.now();
  const checks = selectChecks(options.checks ?? allChecks, options.only);
  const apps = plan.apps.filter((app) => options.apps?.includes(app.name) ?? true);
  const outcomes: { summary: AppSummary; results: readonly CheckResult[] }[] = [];
  const ending = new AbortController();
  const signal =
    options.signal === undefined ? ending.signal : AbortSignal.any([ending.signal, options.signal]);
  const shared = createRunShared(clients.okta, { ...plan, apps }, now, signal);
  const queue = [...apps.entries()];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, app] = next;
      outcomes[index] = await runAppChecks(plan, app, checks, clients, shared, { ...options, now });
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(options.appsAtOnce ?? 4, apps.length) }, work));
  } finally {
    ending.abort();
  }
  const results = outcomes.flatMap((outcome) => outcome.results);
  return {
    version: 1,
    stack: plan.stack,
    orgUrl: plan.orgUrl,
    startedAt: startedAt.toISOString(),
    milliseconds: Math.round(performance.now() - started),
    outcome: worstOutcome(outcomes.map(({ summary }) => summary.outcome)),
    ...(results.some(({ evidence }) => evidence === endedEarly.evidence) ? { endedEarly: true } : {}),
    apps: outcomes.map(({ summary }) => summary),
    results,
  };
}

/**
 * The checks whose ids begin with one of `only`, with all that they need, in the given order.
 * @throws CheckNameError for one of `only` that matches no check; Error when a check needs or follows one that does not exist.
 */
export function selectChecks(
  checks: readonly Check[],
  only: readonly string[] | undefined,
): readonly Check[] {
  const byId = new Map(checks.map((check) => [check.id, check]));
  const find = (id: string, by: string): Check => {
    const check = byId.get(id);
    if (check === undefined) throw new Error(`The check ${by} refers to ${id}, which does not exist.`);
    return check;
  };
  for (const check of checks)
    for (const id of [...(check.needs ?? []), ...(check.after ?? [])]) find(id, check.id);
  if (only === undefined) return checks;
  const isMeant = (id: string, begin: string): boolean => id === begin || id.startsWith(begin);
  const unknown = only.find((begin) => !checks.some(({ id }) => isMeant(id, begin)));
  if (unknown !== undefined) throw new CheckNameError(unknown, [...byId.keys()]);
  const selected = new Set<string>();
  const select = (check: Check): void => {
    if (selected.has(check.id)) return;
    selected.add(check.id);
    for (const id of check.needs ?? []) select(find(id, check.id));
  };
  for (const check of checks) if (only.some((begin) => isMeant(check.id, begin))) select(check);
  return checks.filter((check) => selected.has(check.id));
}
