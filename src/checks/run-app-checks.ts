import { rootCertificates } from "node:tls";
import { Agent } from "undici";
import { Slots } from "../okta/slots.ts";
import { ScimClient } from "../scim/scim-client.ts";
import { createAppReads } from "./app-reads.ts";
import type { AppSession } from "./app-session.ts";
import type { AppFacts, Check, Finding } from "./check.ts";
import type { AppCheckPlan, CheckPlan } from "./check-plan.ts";
import type { AppSummary, CheckResult } from "./check-report.ts";
import { type CanaryState, restoreCanary } from "./loop/canary.ts";
import { comparePeople, type PeopleComparison } from "./loop/people-comparison.ts";
import { endedEarly, runCheck } from "./run-check.ts";
import { type CheckClients, type CheckOptions, defaultPatience } from "./run-checks.ts";
import type { RunShared } from "./run-shared.ts";
import { ScimProbe } from "./scim-probe.ts";
import { removeThrowAways } from "./server/remove-throw-aways.ts";
import { shareRead } from "./shared-read.ts";
import { summarizeApp } from "./summarize-app.ts";
import { ThrowAways } from "./throw-aways.ts";

/** What the removal of throw-aways may take when the run is over. Milliseconds. */
const removalDeadline = 10_000;

type RunOptions = CheckOptions & { readonly now: () => Date };

/** Runs the checks of one app: each as soon as what it needs or follows has ended, several at once, each with its deadline. */
export async function runAppChecks(
  plan: CheckPlan,
  app: AppCheckPlan,
  checks: readonly Check[],
  clients: CheckClients,
  shared: RunShared,
  options: RunOptions,
): Promise<{ readonly summary: AppSummary; readonly results: readonly CheckResult[] }> {
  const ending = new AbortController();
  const runSignal =
    options.signal === undefined ? ending.signal : AbortSignal.any([ending.signal, options.signal]);
  const ownDispatcher = clients.scimDispatcher === undefined ? createDispatcher(clients) : undefined;
  const dispatcher = clients.scimDispatcher ?? ownDispatcher;
  const throwAways = new ThrowAways(plan.stack);
  const reads = createAppReads(clients.okta, app.appId, runSignal);
  const canary: CanaryState = {};
  const people: () => Promise<PeopleComparison> = shareRead(() => comparePeople(openSession(runSignal)));
  const openSession = (signal: AbortSignal): AppSession => ({
    plan,
    app,
    patience: { ...defaultPatience, ...options.patience },
    okta: clients.okta,
    reads,
    shared,
    people,
    probe: new ScimProbe(app.server.baseUrl, app.server.authorization, signal, dispatcher),
    scim: new ScimClient({
      baseUrl: app.server.baseUrl,
      authorization: app.server.authorization,
      userAgent: "okta-scim checks",
      ...(dispatcher === undefined ? {} : { dispatcher }),
    }),
    throwAways,
    canary,
    certificateAuthority: clients.certificateAuthority,
    signal,
    now: options.now,
  });

  const findings = new Map<string, Finding>();
  const results = new Map<string, CheckResult>();
  const slots = new Slots(options.checksAtOnce ?? 6);
  const ended = new Map<string, Promise<void>>();
  const inTurn = <Value>(check: Check, work: () => Promise<Value>): Promise<Value> => {
    const name = check.exclusive?.(app);
    return name === undefined ? work() : shared.turns(name).run(work);
  };
  const run = async (check: Check): Promise<void> => {
    await Promise.all([...(check.needs ?? []), ...(check.after ?? [])].map((id) => ended.get(id)));
    const started = performance.now();
    const finding =
      findReasonToSkip(check, app, findings, options) ??
      (await inTurn(check, () => slots.run(() => runCheck(check, openSession, options, runSignal))));
    findings.set(check.id, finding);
    const result = makeResult(check, app, finding, performance.now() - started);
    results.set(check.id, result);
    options.onResult?.(result);
  };
  try {
    for (const check of sortByOrder(checks)) ended.set(check.id, run(check));
    await Promise.all(ended.values());
  } finally {
    const ends = openSession(AbortSignal.timeout(removalDeadline));
    await Promise.allSettled([removeThrowAways(ends), restoreCanary(ends)]);
    ending.abort();
    await ownDispatcher?.destroy();
  }
  const ordered = checks.flatMap((check) => results.get(check.id) ?? []);
  const facts: Partial<AppFacts> = Object.assign(
    {},
    ...[...findings.values()].map((finding) => finding.facts ?? {}),
  );
  return { summary: summarizeApp(app, ordered, facts), results: ordered };
}

function createDispatcher({ certificateAuthority }: CheckClients): Agent {
  return new Agent(
    certificateAuthority === undefined
      ? {}
      : { connect: { ca: [...rootCertificates, certificateAuthority] } },
  );
}

/** Checks in an order in which each comes after those that it needs or follows. */
function sortByOrder(checks: readonly Check[]): readonly Check[] {
  const byId = new Map(checks.map((check) => [check.id, check]));
  const sorted = new Set<Check>();
  const visit = (check: Check, path: readonly string[]): void => {
    if (sorted.has(check)) return;
    if (path.includes(check.id))
      throw new Error(`Checks wait for each other: ${[...path, check.id].join(" -> ")}.`);
    for (const id of [...(check.needs ?? []), ...(check.after ?? [])]) {
      const before = byId.get(id);
      if (before !== undefined) visit(before, [...path, check.id]);
    }
    sorted.add(check);
  };
  for (const check of checks) visit(check, []);
  return [...sorted];
}

function findReasonToSkip(
  check: Check,
  app: AppCheckPlan,
  findings: ReadonlyMap<string, Finding>,
  options: RunOptions,
): Finding | undefined {
  const block = (evidence: string, remedy: string): Finding => ({
    outcome: "skipped",
    blocked: true,
    evidence,
    remedy,
  });
  const reason = check.inapplicable?.(app);
  if (reason !== undefined) return { outcome: "skipped", evidence: reason };
  if (check.writes === true && (options.readOnly === true || app.readOnly === true)) {
    return { outcome: "skipped", blocked: true, evidence: "It writes, and only reads were asked for." };
  }
  for (const id of check.needs ?? []) {
    const needed = findings.get(id);
    if (needed === undefined || needed.outcome === "pass" || needed.outcome === "warn") continue;
    if (needed.outcome === "skipped" && needed.blocked !== true) continue;
    const how = { fail: "failed", waiting: "is waiting", skipped: "was skipped" }[needed.outcome];
    return block(`It needs ${id}, which ${how}.`, `See ${id}.`);
  }
  if (options.signal?.aborted === true) return endedEarly;
  return undefined;
}

function makeResult(check: Check, app: AppCheckPlan, finding: Finding, milliseconds: number): CheckResult {
  const isSoftened = finding.outcome === "fail" && (app.mode === "warn" || check.advisory?.(app) === true);
  return {
    id: check.id,
    app: app.name,
    question: check.question,
    outcome: isSoftened ? "warn" : finding.outcome,
    evidence: finding.evidence,
    ...(finding.details === undefined || finding.details.length === 0
      ? {}
      : { details: [...finding.details] }),
    ...(finding.remedy === undefined ? {} : { remedy: finding.remedy }),
    ...(finding.exchange === undefined ? {} : { exchange: finding.exchange }),
    ...(finding.unreachable === true ? { unreachable: true } : {}),
    docs: linkToDocs(check.id),
    milliseconds: Math.round(milliseconds),
  };
}

/** The check's heading in docs/troubleshooting.md, as GitHub makes anchors of headings: without dots. */
function linkToDocs(checkId: string): string {
  return `docs/troubleshooting.md#${checkId.replaceAll(".", "")}`;
}
