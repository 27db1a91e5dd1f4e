import { countOf } from "../text/count-of.ts";
import type { ReportedChange, TakenOverPart } from "./changes/resource-change.ts";
import type { GuardRailFinding } from "./guard-rails/finding.ts";
import type { PeopleImpact } from "./people/impact.ts";

/** From least to most. */
export const verdictLevels = ["no change", "safe", "needs review", "dangerous"] as const;
export type VerdictLevel = (typeof verdictLevels)[number];

/** The first line of every report. */
export interface Verdict {
  readonly level: VerdictLevel;
  readonly reasons: readonly string[];
}

/** Exact people, or estimates from group statistics where reading everyone would cost more API calls than the budget. */
export type PeopleReport =
  | {
      readonly kind: "exact";
      readonly impact: PeopleImpact;
      readonly assignedBefore: number;
      readonly assignedAfter: number;
    }
  | {
      readonly kind: "estimate";
      readonly assignedBefore: number;
      readonly gains: number;
      /** Who may have other values afterwards, at most. */
      readonly updated: number;
      /** Who loses the application, at most. */
      readonly deactivated: number;
      readonly because: string;
    }
  | { readonly kind: "unknown"; readonly because: string };

/** A group that is assigned or pushed, and stays so. */
export interface UnchangedPart {
  readonly kind: "group assignment" | "push group";
  readonly title: string;
}

export interface AppReport {
  readonly name: string;
  readonly label: string;
  readonly changes: readonly ReportedChange[];
  /** Assigned and pushed groups that stay as they are, for the picture; the first ones. */
  readonly unchanged?: readonly UnchangedPart[] | undefined;
  /** What the update takes over as it is in Okta: it changes nothing there. */
  readonly takenOver?: readonly TakenOverPart[] | undefined;
  /** Missing where no change concerns people. */
  readonly people?: PeopleReport | undefined;
}

/** What a preview found: the data that every renderer shows. */
export interface PreviewReport {
  /** Of the JSON's form. */
  readonly version: 1;
  readonly project: string;
  readonly stack: string;
  readonly org: string;
  readonly commit?: string | undefined;
  /** ISO 8601. */
  readonly at: string;
  readonly verdict: Verdict;
  readonly apps: readonly AppReport[];
  /** What the apps share: the SCIM server and its volumes. */
  readonly shared: readonly ReportedChange[];
  readonly guardRails: readonly GuardRailFinding[];
  readonly unchangedResources: number;
  readonly oktaCalls: number;
  readonly milliseconds: number;
}

/**
 * The verdict on a report: dangerous when a guard rail is broken, needs review when people lose something, settings are replaced or removed,
 * or figures are missing; safe when things are only added or taken over as they are, or people only gain.
 * @param concerns what the settings themselves give to think about, see reviewSettings
 */
export function judge(
  apps: readonly AppReport[],
  shared: readonly ReportedChange[],
  guardRails: readonly GuardRailFinding[],
  concerns: readonly string[],
): Verdict {
  const changes = [...apps.flatMap((app) => app.changes), ...shared];
  const broken = guardRails.filter((finding) => finding.outcome === "broken");
  const reasons: { level: VerdictLevel; text: string }[] = [
    ...broken.map((finding) => ({ level: "dangerous" as const, text: `${finding.app}: ${finding.message}` })),
    ...guardRails
      .filter((finding) => finding.outcome === "acknowledged")
      .map((finding) => ({
        level: "needs review" as const,
        text: `${finding.app}: ${finding.message} (acknowledged in the spec)`,
      })),
    ...apps.flatMap((app) => reviewReasons(app, guardRails)),
    ...concerns.map((text) => ({ level: "needs review" as const, text })),
  ];
  const level = reasons.reduce<VerdictLevel>(
    (worst, reason) =>
      verdictLevels.indexOf(reason.level) > verdictLevels.indexOf(worst) ? reason.level : worst,
    changes.length === 0 && apps.length === 0 ? "no change" : "safe",
  );
  const texts = reasons
    .filter((reason) => level !== "dangerous" || reason.level === "dangerous")
    .map((reason) => reason.text);
  return { level, reasons: [...new Set(texts)] };
}

function reviewReasons(
  app: AppReport,
  guardRails: readonly GuardRailFinding[],
): { level: VerdictLevel; text: string }[] {
  const review = (text: string): { level: VerdictLevel; text: string } => ({
    level: "needs review",
    text: `${app.name}: ${text}`,
  });
  const people = (count: number): string => countOf(count, "person", "people");
  const reasons = app.changes
    .filter((change) => change.action === "replace" || change.action === "remove")
    .map((change) =>
      review(`${change.kind} "${change.title}" is ${change.action === "replace" ? "replaced" : "removed"}`),
    );
  if (app.people?.kind === "exact") {
    const { impact } = app.people;
    const leaves = impact.groups.reduce((sum, group) => sum + group.leaves.length, 0);
    const isCounted = guardRails.some(
      ({ app: name, kind }) => name === app.name && kind === "people-deactivated",
    );
    if (impact.deactivated.length > 0 && !isCounted)
      reasons.push(review(`${people(impact.deactivated.length)} deactivated`));
    if (impact.lockedOut.length > 0)
      reasons.push(review(`${people(impact.lockedOut.length)} can no longer open the application`));
    if (impact.unassignedOnly.length > 0)
      reasons.push(review(`${people(impact.unassignedOnly.length)} unassigned, accounts stay`));
    if (impact.assignedNotPushed.length > 0)
      reasons.push(review(`${people(impact.assignedNotPushed.length)} assigned but not provisioned`));
    if (impact.refused.length > 0)
      reasons.push(
        review(
          `the update fails: Okta refuses to unassign ${people(impact.refused.length)} whom a group assigns`,
        ),
      );
    const taken = impact.gains.filter(({ account }) => account === "taken").length;
    const matched = impact.gains.filter(({ account }) => account === "matched").length;
    const unknown = impact.gains.filter(({ account }) => account === "unknown").length;
    if (taken > 0) reasons.push(review(`${people(taken)} get no account: it is somebody else's`));
    if (matched > 0)
      reasons.push(
        review(`active ${matched === 1 ? "account" : "accounts"} of ${people(matched)} taken over`),
      );
    if (unknown > 0)
      reasons.push(
        review(`${people(unknown)} get an account, or take over one that exists: which is not known`),
      );
    if (impact.updatedLater.length > 0)
      reasons.push(review(`${people(impact.updatedLater.length)} updated later`));
    if (impact.updated.length > 0) reasons.push(review(`${people(impact.updated.length)} updated`));
    if (leaves > 0) reasons.push(review(`${people(leaves)} leave a pushed group`));
    reasons.push(...impact.openQuestions.map(review));
  }
  if (app.people?.kind === "estimate") reasons.push(review("people are estimated, not counted"));
  if (app.people?.kind === "unknown") reasons.push(review(`people are unknown: ${app.people.because}`));
  return reasons;
}
