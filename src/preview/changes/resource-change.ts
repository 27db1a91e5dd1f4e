import type { Properties } from "./engine-step.ts";

export const changeKinds = [
  "app",
  "connection",
  "features",
  "attribute",
  "mapping",
  "push group",
  "group assignment",
  "person assignment",
  "SCIM server",
  "other",
] as const;
/** What of Okta, in Okta's words, a change is about. */
export type ChangeKind = (typeof changeKinds)[number];

export const changeActions = ["add", "change", "replace", "remove"] as const;
export type ChangeAction = (typeof changeActions)[number];

/** One setting that differs, ready to show: secrets carry no values. */
export type FieldChange =
  | { readonly label: string; readonly secret: false; readonly before: string; readonly after: string }
  | { readonly label: string; readonly secret: true };

/** One change as reports tell it: words only, no raw inputs. */
export interface ReportedChange {
  /** The app's name in the stack; undefined for what the apps share (the SCIM server). */
  readonly app?: string | undefined;
  readonly kind: ChangeKind;
  readonly action: ChangeAction;
  readonly title: string;
  readonly fields: readonly FieldChange[];
  /** For a replacement: the settings that force it. */
  readonly replacedBecause: readonly string[];
}

/** What an update takes over from Okta as it is. */
export interface TakenOverPart {
  readonly kind: ChangeKind;
  readonly title: string;
}

/** One resource that the update creates, changes, replaces or removes. */
export interface ResourceChange extends ReportedChange {
  readonly type: string;
  /** What it was before, where the replacement is of another type. */
  readonly formerType?: string | undefined;
  readonly urn: string;
  readonly id: string | undefined;
  readonly before: Properties | undefined;
  readonly after: Properties | undefined;
}

/** A change without the engine's raw inputs, which no report shows or stores. */
export function toReported({
  app,
  kind,
  action,
  title,
  fields,
  replacedBecause,
}: ResourceChange): ReportedChange {
  return { app, kind, action, title, fields, replacedBecause };
}

/** Names for the ids that appear in inputs; answers the id itself where nothing is known. */
export interface Names {
  readonly group: (id: string) => string;
  readonly user: (id: string) => string;
}

export const idsAsNames: Names = { group: (id) => id, user: (id) => id };
