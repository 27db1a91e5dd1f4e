import type { BoundFilter } from "../filter/bind-filter.ts";
import type { JsonValue } from "../json.ts";
import type { Attribute } from "../schema/attribute.ts";

/** A change to a resource's own attributes, resolved against the schema and with its value in canonical form. */
export type DocumentMutation =
  | {
      readonly kind: "set";
      readonly operation: "add" | "replace";
      readonly target: AttributeTarget;
      /** undefined: unassign. */
      readonly value: JsonValue | undefined;
    }
  | {
      readonly kind: "remove";
      readonly target: AttributeTarget;
      /** Remove only these elements of a multi-valued attribute. */
      readonly elements: readonly JsonValue[] | undefined;
    }
  | { readonly kind: "removeExtension"; readonly urn: string };

/** Where a mutation applies: an attribute, elements of it, a sub-attribute. */
export interface AttributeTarget {
  /** The extension's URN; undefined for core attributes. */
  readonly extension: string | undefined;
  readonly attribute: Attribute;
  readonly filter: BoundFilter | undefined;
  /** What an element that `filter` demands by equality looks like, for `add` to create it. */
  readonly implied: Readonly<Record<string, JsonValue>> | undefined;
  readonly subAttribute: Attribute | undefined;
}

/** A change to a group's members, applied as row deltas: its cost depends on the ids named, not on the group. */
export type MemberMutation =
  | { readonly kind: "addMembers"; readonly ids: readonly string[] }
  | { readonly kind: "removeMembers"; readonly ids: readonly string[] }
  | { readonly kind: "removeMatchingMembers"; readonly filter: BoundFilter }
  | { readonly kind: "replaceMembers"; readonly ids: readonly string[] };

/** What a PATCH does, in order. */
export interface PatchPlan {
  readonly document: readonly DocumentMutation[];
  readonly members: readonly MemberMutation[];
}
