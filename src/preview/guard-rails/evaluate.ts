import { createHash } from "node:crypto";
import type { Properties } from "../changes/engine-step.ts";
import type { ResourceChange } from "../changes/resource-change.ts";
import type { PeopleReport } from "../report.ts";
import type { GuardRailFinding, GuardRailKind } from "./finding.ts";
import { defaultLimits, type ProtectionLimits, resolveLimit } from "./limits.ts";

/** A reviewed line of the spec that allows what a guard rail stops. */
export interface Acknowledgement {
  readonly kind: string;
  readonly atMost?: number | undefined;
  /** The last day on which it is valid, YYYY-MM-DD. */
  readonly until?: string | undefined;
  readonly reason: string;
}

export interface GuardRailInput {
  readonly app: string;
  readonly changes: readonly ResourceChange[];
  readonly people: PeopleReport | undefined;
  /** Assignments and push groups that are there now; the totals that shares refer to. */
  readonly assignments: number;
  readonly pushGroups: number;
  /** True when the update takes Pulumi's protection off a resource of this app. */
  readonly protectionRemoved: boolean;
  readonly limits: ProtectionLimits;
  readonly acknowledgements: readonly Acknowledgement[];
  /** `missing` where the file was deleted, `offboarded` where the last update had applied `lifecycle: offboarding` before that. */
  readonly spec: "present" | "missing" | "offboarded";
  /** Fingerprints of acknowledgements that earlier updates have used up. */
  readonly used: ReadonlySet<string>;
  /** Today, YYYY-MM-DD: an acknowledgement is valid up to and including its day. */
  readonly today: string;
}

interface Measure {
  readonly kind: GuardRailKind;
  readonly actual: number;
  readonly limit: number;
  readonly what: string;
  readonly names: readonly string[];
}

/**
 * Holds one app's changes against its limits. Everything above a limit is a finding: acknowledged where the spec names it (kind, at most so
 * many, until a date), broken otherwise. A broken one stops the update before anything is changed.
 */
export function evaluateGuardRails(input: GuardRailInput): GuardRailFinding[] {
  return measure(input)
    .filter((measured) => measured.actual > measured.limit)
    .map((measured) => judge(input, measured));
}

/** What an acknowledgement is known by once it is used up: whoever changes a word of it has it reviewed anew. */
export function fingerprint(app: string, { kind, atMost, until, reason }: Acknowledgement): string {
  const text = JSON.stringify([app, kind, atMost ?? null, until ?? null, reason]);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function judge(input: GuardRailInput, measured: Measure): GuardRailFinding {
  const isUsed = (candidate: Acknowledgement): boolean => input.used.has(fingerprint(input.app, candidate));
  const acknowledgement = input.acknowledgements.find(
    (candidate) =>
      candidate.kind === measured.kind &&
      !isUsed(candidate) &&
      (candidate.until === undefined || candidate.until >= input.today) &&
      measured.actual <= (candidate.atMost ?? Number.POSITIVE_INFINITY),
  );
  const present = input.acknowledgements.find((candidate) => candidate.kind === measured.kind);
  return {
    kind: measured.kind,
    app: input.app,
    outcome: acknowledgement === undefined ? "broken" : "acknowledged",
    actual: measured.actual,
    limit: measured.limit,
    names: measured.names,
    message: `${measured.what}; at most ${measured.limit} allowed`,
    remedy:
      acknowledgement === undefined
        ? wayOut(input, measured, present, present !== undefined && isUsed(present))
        : `allowed: ${acknowledgement.reason}`,
    ...(acknowledgement === undefined ? {} : { acknowledgement: fingerprint(input.app, acknowledgement) }),
  };
}

function wayOut(
  input: GuardRailInput,
  measured: Measure,
  present: Acknowledgement | undefined,
  isUsedUp: boolean,
): string {
  const entry = `- { kind: ${measured.kind}, atMost: ${measured.actual}, until: <date>, reason: <why> }`;
  if (input.spec === "missing")
    return `Offboarding takes two steps: bring the spec back with \`lifecycle: offboarding\` and, for the reviewer to see, the acknowledgements ${entry}; update; then delete the file.`;
  if (input.spec === "offboarded")
    return "Somebody was assigned by hand after the offboarding: take them out in Okta first.";
  if (present === undefined)
    return `If it is meant, add to the spec's acknowledgements, for the reviewer to see: ${entry}`;
  if (isUsedUp)
    return `The spec's acknowledgement was used up by an earlier update. If it is meant once more, replace it (its reason at least): ${entry}`;
  return `The spec's acknowledgement (${present.atMost === undefined ? "" : `at most ${present.atMost}, `}until ${present.until ?? "any day"}) does not cover this. If it is meant: ${entry}`;
}

function measure(input: GuardRailInput): Measure[] {
  const { changes, limits } = input;
  const removed = (kinds: readonly ResourceChange["kind"][]): ResourceChange[] =>
    changes.filter(
      (change) => kinds.includes(change.kind) && (change.action === "remove" || change.action === "replace"),
    );
  const assignments = removed(["group assignment", "person assignment"]);
  const pushGroups = removed(["push group"]);
  const deletedTargets = pushGroups.filter(
    (change) => change.before?.["deleteTargetGroupOnDestroy"] === true,
  );
  const gone = deactivations(input.people);
  const titles = (list: readonly ResourceChange[]): string[] => list.map((change) => change.title);
  const limit = (name: keyof ProtectionLimits, total: number): number =>
    resolveLimit(limits[name] ?? defaultLimits[name], total);
  return [
    {
      kind: "people-deactivated",
      actual: gone.count,
      limit: limit("maxDeactivations", gone.of),
      what: `${gone.count} of ${gone.of} people lose their account`,
      names: gone.names,
    },
    {
      kind: "assignments-removed",
      actual: assignments.length,
      limit: limit("maxAssignmentRemovals", input.assignments),
      what: `${assignments.length} of ${input.assignments} assignments are removed`,
      names: titles(assignments),
    },
    {
      kind: "push-groups-removed",
      actual: pushGroups.length,
      limit: limit("maxPushGroupRemovals", input.pushGroups),
      what: `${pushGroups.length} of ${input.pushGroups} push groups are removed`,
      names: titles(pushGroups),
    },
    {
      kind: "target-groups-deleted",
      actual: deletedTargets.length,
      limit: limit("maxTargetGroupDeletions", input.pushGroups),
      what: `${deletedTargets.length} groups are deleted in the application`,
      names: titles(deletedTargets),
    },
    ...never(
      "app-deactivated",
      changes.filter(
        (change) =>
          change.kind === "app" &&
          ((change.action === "remove" && input.spec !== "offboarded") ||
            (change.action === "change" && becomes(change, "status", "INACTIVE"))),
      ),
      "the application is deactivated or removed",
    ),
    ...never(
      "app-replaced",
      changes.filter((change) => change.kind === "app" && change.action === "replace"),
      "the application is replaced: everyone's account in it is made anew",
    ),
    ...never("tls-weakened", changes.filter(weakensTls), "the connection no longer uses TLS"),
    ...never(
      "authentication-weakened",
      changes.filter(weakensAuthentication),
      "sign-on or authentication becomes weaker",
    ),
    ...(input.protectionRemoved
      ? [
          {
            kind: "protect-removed",
            actual: 1,
            limit: 0,
            what: "Pulumi's protection is taken off",
            names: [],
          } as const,
        ]
      : []),
  ];
}

function never(kind: GuardRailKind, changes: readonly ResourceChange[], what: string): Measure[] {
  return changes.length === 0
    ? []
    : [{ kind, actual: changes.length, limit: 0, what, names: changes.map((change) => change.title) }];
}

function deactivations(people: PeopleReport | undefined): {
  count: number;
  of: number;
  names: readonly string[];
} {
  if (people?.kind === "exact") {
    const touched = [...people.impact.deactivated, ...people.impact.unassignedOnly];
    return { count: touched.length, of: people.assignedBefore, names: touched.map((person) => person.login) };
  }
  if (people?.kind === "estimate") return { count: people.deactivated, of: people.assignedBefore, names: [] };
  return { count: 0, of: 0, names: [] };
}

function becomes(change: ResourceChange, property: string, value: unknown): boolean {
  return change.after?.[property] === value && change.before?.[property] !== value;
}

function weakensTls(change: ResourceChange): boolean {
  const scheme = (inputs: Properties | undefined): string =>
    String(inputs?.["baseUrl"] ?? "").split(":")[0] ?? "";
  return change.kind === "connection" && scheme(change.before) === "https" && scheme(change.after) === "http";
}

/** Settings of a SAML app that protect the assertion, and what they must not become. */
const weakerSettings = [
  ["responseSigned", false],
  ["assertionSigned", false],
  ["signatureAlgorithm", "RSA_SHA1"],
  ["digestAlgorithm", "SHA1"],
  ["honorForceAuthn", false],
  ["accessibilitySelfService", true],
] as const;

function weakensAuthentication(change: ResourceChange): boolean {
  if (change.kind === "app" && change.action === "change")
    return weakerSettings.some(([property, value]) => becomes(change, property, value));
  return false;
}
