import type { guardRailKinds } from "../../spec/schema/safety-schema.ts";

/** What a guard rail stops; the same words by which a spec acknowledges it. */
export type GuardRailKind = (typeof guardRailKinds)[number];

/** One guard rail that the change touches: broken, or acknowledged by name in the spec. */
export interface GuardRailFinding {
  readonly kind: GuardRailKind;
  /** The app's name; `(stack)` for limits over all apps. */
  readonly app: string;
  readonly outcome: "broken" | "acknowledged";
  readonly actual: number;
  /** The most that is allowed, in the unit of `actual`. */
  readonly limit: number;
  readonly names: readonly string[];
  /** One sentence with number and limit. */
  readonly message: string;
  readonly remedy: string;
  /** The fingerprint of the acknowledgement that allows it, which the update uses up. */
  readonly acknowledgement?: string | undefined;
}
