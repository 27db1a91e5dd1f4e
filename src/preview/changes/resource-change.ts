import type { Properties } from "./engine-step.ts";

/** What of Okta, in Okta's words, a change is about. */
export type ChangeKind =
  | "app"
  | "connection"
  | "features"
  | "attribute"
  | "mapping"
  | "push group"
  | "group assignment"
  | "person assignment"
  | "SCIM server"
  | "other";

export type ChangeAction = "add" | "change" | "replace" | "remove";

/** One setting that differs, ready to show: secrets carry no values. */
export type FieldChange =
  | { readonly label: string; readonly secret: false; readonly before: string; readonly after: string }
  | { readonly label: string; readonly secret: true };

/** One resource that the update creates, changes, replaces or removes. */
export interface ResourceChange {
  /** The app's name in the stack; undefined for what the apps share (the SCIM server). */
  readonly app: string | undefined;
  readonly kind: ChangeKind;
  readonly action: ChangeAction;
  readonly title: string;
  readonly fields: readonly FieldChange[];
  /** For a replacement: the settings that force it. */
  readonly replacedBecause: readonly string[];
  readonly type: string;
  readonly urn: string;
  readonly id: string | undefined;
  readonly before: Properties | undefined;
  readonly after: Properties | undefined;
}

/** Names for the ids that appear in inputs; answers the id itself where nothing is known. */
export interface Names {
  readonly group: (id: string) => string;
  readonly user: (id: string) => string;
}

export const idsAsNames: Names = { group: (id) => id, user: (id) => id };
