/** What a guard rail stops; the same words by which a spec acknowledges it. */
export type GuardRailKind =
  | "deactivate-people"
  | "remove-assignments"
  | "remove-push-groups"
  | "delete-target-groups"
  | "deactivate-app"
  | "replace-app"
  | "weaken-tls"
  | "weaken-authentication"
  | "remove-protection";

/** One guard rail that the change touches: broken, or acknowledged by name in the spec. */
export interface GuardRailFinding {
  readonly kind: GuardRailKind;
  readonly app: string;
  readonly outcome: "broken" | "acknowledged";
  readonly actual: number;
  /** The most that is allowed, in the unit of `actual`. */
  readonly limit: number;
  readonly names: readonly string[];
  /** One sentence with number and limit. */
  readonly message: string;
  readonly remedy: string;
}
