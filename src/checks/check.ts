import type { AppSession } from "./app-session.ts";
import type { AppCheckPlan } from "./check-plan.ts";
import type { Exchange } from "./exchange.ts";

/**
 * How a check ended. `waiting`: nothing is wrong, but a person has to do something first (a manual connection). `skipped`: the check
 * does not apply, or one that it needs did not pass; the evidence says which.
 */
export type Outcome = "pass" | "warn" | "fail" | "waiting" | "skipped";

/** Numbers of an app that checks come across, for the table at the end. */
export interface AppFacts {
  readonly status: string;
  readonly connection: string;
  readonly features: Share;
  readonly schema: Share;
  readonly mappings: Share;
  readonly pushGroups: Share;
  readonly assignments: Share;
  /** People provisioned, of people assigned. */
  readonly people: Share;
}

/** So many as promised, of so many promised. */
export interface Share {
  readonly actual: number;
  readonly expected: number;
}

/** What a check found. */
export interface Finding {
  readonly outcome: Outcome;
  /** One sentence: what was seen. Without secrets. */
  readonly evidence: string;
  /** What to do; for everything but a pass. */
  readonly remedy?: string;
  /** Further lines of evidence: names, differences. */
  readonly details?: readonly string[];
  /** The exchange that decided; for SCIM checks the runner adds the last one. */
  readonly exchange?: Exchange;
  readonly facts?: Partial<AppFacts>;
  /** Nothing answered: the question stays open. */
  readonly unreachable?: boolean;
  /** With `skipped`: it would apply, but something before it did not pass; checks that need it are skipped as well. */
  readonly blocked?: boolean;
}

/** One question about one app. */
export interface Check {
  /** Stable, dotted, e.g. `server.auth.wrong-token`; also its heading in docs/troubleshooting.md. */
  readonly id: string;
  /** In plain words; answered with yes when all is well. */
  readonly question: string;
  /** Checks that must not have failed before this one; otherwise it is skipped. */
  readonly needs?: readonly string[];
  /** Checks that must have ended, however, before this one begins. */
  readonly after?: readonly string[];
  /** Milliseconds; the runner's default where missing. `settle`: as long as provisioning may take to settle. */
  readonly deadline?: number | "settle";
  /** Whether the check writes to the SCIM server or to Okta; skipped when only reads are wanted. */
  readonly writes?: boolean;
  /** What it must have to itself: checks of the run, also of other apps, that name the same run one after the other. */
  readonly exclusive?: (app: AppCheckPlan) => string | undefined;
  /** Why the check does not apply to an app; `undefined` when it does. */
  readonly inapplicable?: (app: AppCheckPlan) => string | undefined;
  /** Whether a no is only a warning for this app: what Okta does not need of a server that is not ours. */
  readonly advisory?: (app: AppCheckPlan) => boolean;
  readonly run: (session: AppSession) => Promise<Finding>;
}

/** A check's question was answered with no. Thrown inside checks; the runner makes a finding of it. */
export class CheckFailure extends Error {
  readonly remedy: string;
  readonly details: readonly string[];
  readonly exchange: Exchange | undefined;

  constructor(
    evidence: string,
    remedy: string,
    more: { readonly details?: readonly string[]; readonly exchange?: Exchange } = {},
  ) {
    super(evidence);
    this.name = "CheckFailure";
    this.remedy = remedy;
    this.details = more.details ?? [];
    this.exchange = more.exchange;
  }
}

/** Fails the check with this evidence and remedy unless the condition holds. */
export function demand(
  condition: boolean,
  evidence: string,
  remedy: string,
  exchange?: Exchange,
): asserts condition {
  if (!condition) throw new CheckFailure(evidence, remedy, exchange === undefined ? {} : { exchange });
}

/** The finding of a check whose question is answered with yes. */
export function pass(evidence: string, more: Partial<Finding> = {}): Finding {
  return { ...more, outcome: "pass", evidence };
}

/** The finding of a check whose question is answered with no, where there is more to tell than a {@link CheckFailure} does. */
export function fail(evidence: string, remedy: string, more: Partial<Finding> = {}): Finding {
  return { ...more, outcome: "fail", evidence, remedy };
}

/** The finding of a check whose question is answered with yes, but. */
export function warn(evidence: string, remedy: string, more: Partial<Finding> = {}): Finding {
  return { ...more, outcome: "warn", evidence, remedy };
}

/** The most names or differences that a finding lists. */
const listedAtMost = 10;

/** The first lines of a list, and how many more there are. */
export function shorten(lines: readonly string[]): readonly string[] {
  if (lines.length <= listedAtMost) return lines;
  return [...lines.slice(0, listedAtMost), `… and ${lines.length - listedAtMost} more`];
}
