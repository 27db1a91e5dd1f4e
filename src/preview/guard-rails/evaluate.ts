import type { GuardRailFinding } from "./finding.ts";
import { type Measure, type MeasureInput, measure } from "./measure.ts";
import { fingerprint, isUsedUp, type UsedAcknowledgements } from "./used-acknowledgements.ts";

/** A reviewed line of the spec that allows what a guard rail stops. */
export interface Acknowledgement {
  readonly kind: string;
  readonly atMost?: number | undefined;
  /** The last day on which it is valid, YYYY-MM-DD. */
  readonly until?: string | undefined;
  readonly reason: string;
}

export interface GuardRailInput extends MeasureInput {
  readonly app: string;
  readonly acknowledgements: readonly Acknowledgement[];
  readonly used: UsedAcknowledgements;
  /** Today, YYYY-MM-DD: an acknowledgement is valid up to and including its day. */
  readonly today: string;
}

/**
 * Holds one app's changes against its limits. Everything above a limit is a finding: acknowledged where the spec names it (kind, at most so
 * many, until a date), broken otherwise. A broken one stops the update before anything is changed.
 */
export function evaluateGuardRails(input: GuardRailInput): GuardRailFinding[] {
  const findings = measure(input)
    .filter((measured) => measured.actual > measured.limit)
    .map((measured) => judge(input, measured));
  return [...findPeopleUnknown(input), ...findings];
}

/** Where Okta does not tell whom an app has, nobody can say that few enough lose it. An acknowledgement needs a number, so none allows it. */
function findPeopleUnknown({ app, people, changes }: GuardRailInput): GuardRailFinding[] {
  const takesAway = changes.some(
    ({ kind, action }) =>
      action === "remove" || action === "replace" || (kind === "app" && action === "change"),
  );
  if (people?.kind !== "unknown" || !takesAway) return [];
  return [
    {
      kind: "people-deactivated",
      app,
      outcome: "broken",
      actual: 0,
      limit: 0,
      names: [],
      message: `nobody can tell how many people lose their account: ${people.because}`,
      remedy: "Let the stack's credential read the application, its users and groups, and preview again.",
    },
  ];
}

function judge(input: GuardRailInput, measured: Measure): GuardRailFinding {
  const isUsed = (candidate: Acknowledgement): boolean =>
    isUsedUp(input.used, fingerprint(input.app, candidate), measured.names);
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
  wasUsed: boolean,
): string {
  const entry = `- { kind: ${measured.kind}, atMost: ${measured.actual}, until: <date>, reason: <why> }`;
  if (input.spec === "missing") return wayOutOfDeletion(input, measured, entry);
  if (input.spec === "offboarded")
    return "Somebody was assigned by hand after the offboarding: take them out in Okta first.";
  if (present === undefined)
    return `If it is meant, add to the spec's acknowledgements, for the reviewer to see: ${entry}`;
  if (wasUsed)
    return `The spec's acknowledgement was used up by an earlier update. If it is meant once more, replace it (its reason at least): ${entry}`;
  return `The spec's acknowledgement ${whyNot(input, measured, present)}. If it is meant: ${entry}`;
}

/** A deleted file says nothing of what was meant: the end of an application, or another name for it. */
function wayOutOfDeletion({ app }: GuardRailInput, { kind }: Measure, entry: string): string {
  const renamed = `If the file was renamed, say so in the new one: previousNames: [${app}].`;
  // Offboarding leaves the application there: nothing of this kind has to be acknowledged.
  const acknowledged =
    kind === "app-deactivated" ? "" : `, acknowledging it for the reviewer to see (${entry})`;
  return `${renamed} If the application ends, bring the spec back with \`lifecycle: offboarding\`${acknowledged}; update; then delete the file.`;
}

function whyNot(input: GuardRailInput, { actual }: Measure, { atMost, until }: Acknowledgement): string {
  const reasons = [
    ...(until !== undefined && until < input.today ? [`ended on ${until}`] : []),
    ...(atMost !== undefined && actual > atMost ? [`allows at most ${atMost}`] : []),
  ];
  return reasons.length === 0 ? "does not cover this" : reasons.join(" and ");
}
