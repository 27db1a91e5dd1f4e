import { z } from "zod";
import type { Properties } from "../changes/engine-step.ts";
import type { ResourceChange } from "../changes/resource-change.ts";
import type { PeopleReport } from "../report.ts";
import type { GuardRailKind } from "./finding.ts";
import { defaultLimits, type ProtectionLimits, resolveLimit } from "./limits.ts";

/** What one update does to one app, as far as guard rails care. */
export interface MeasureInput {
  readonly changes: readonly ResourceChange[];
  readonly people: PeopleReport | undefined;
  /** Assignments and push groups that are there now; the totals that shares refer to. */
  readonly assignments: number;
  readonly pushGroups: number;
  /** True when the update takes Pulumi's protection off a resource of this app. */
  readonly protectionRemoved: boolean;
  readonly limits: ProtectionLimits;
  /** `missing` where the file was deleted, `offboarded` where the last update had applied `lifecycle: offboarding` before that. */
  readonly spec: "present" | "missing" | "offboarded";
}

/** How much of one kind an update does to an app, and how much it may. */
export interface Measure {
  readonly kind: GuardRailKind;
  readonly actual: number;
  /** How much there is, which a share refers to. */
  readonly total: number;
  readonly limit: number;
  readonly what: string;
  readonly names: readonly string[];
}

const profileSchema = z.looseObject({ authScheme: z.string() });

/** Everything that guard rails know, also what stays within its limit: all apps together may still do too much. */
export function measure(input: MeasureInput): Measure[] {
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
      total: gone.of,
      limit: limit("maxDeactivations", gone.of),
      what: `${gone.count} of ${gone.of} people lose their account`,
      names: gone.names,
    },
    {
      kind: "assignments-removed",
      actual: assignments.length,
      total: input.assignments,
      limit: limit("maxAssignmentRemovals", input.assignments),
      what: `${assignments.length} of ${input.assignments} assignments are removed`,
      names: titles(assignments),
    },
    {
      kind: "push-groups-removed",
      actual: pushGroups.length,
      total: input.pushGroups,
      limit: limit("maxPushGroupRemovals", input.pushGroups),
      what: `${pushGroups.length} of ${input.pushGroups} push groups are removed`,
      names: titles(pushGroups),
    },
    {
      kind: "target-groups-deleted",
      actual: deletedTargets.length,
      total: input.pushGroups,
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
            total: 1,
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
    : [
        {
          kind,
          actual: changes.length,
          total: changes.length,
          limit: 0,
          what,
          names: changes.map((change) => change.title),
        },
      ];
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
  const isKept = change.action === "change" || change.action === "replace";
  if (!isKept) return false;
  if (change.kind === "connection")
    return schemeOf(change.before) === "OAUTH2" && schemeOf(change.after) === "TOKEN";
  if (change.kind !== "app") return false;
  const isSaml = (type: string): boolean => type === "okta:app/saml:Saml";
  const policy = (inputs: Properties | undefined): unknown => inputs?.["authenticationPolicy"] ?? "";
  return (
    (isSaml(change.formerType ?? change.type) && !isSaml(change.type)) ||
    (policy(change.before) !== "" && policy(change.after) === "") ||
    weakerSettings.some(([property, value]) => becomes(change, property, value))
  );
}

/** How Okta authenticates to the SCIM server: OAUTH2 with tokens that expire, or one that stays. */
function schemeOf(inputs: Properties | undefined): unknown {
  return profileSchema.safeParse(inputs?.["profile"]).data?.authScheme;
}
