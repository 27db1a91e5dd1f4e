import type { z } from "zod";
import type { JsonObject, JsonValue, SchemaAttribute } from "../store/model.ts";
import { isObject } from "../store/sql.ts";
import type { schemaBody } from "./app-schema-endpoints.ts";
import { invalid } from "./okta-error.ts";

type Changes = Readonly<Record<string, JsonValue>>;

/** The attributes that a schema update names. */
export function readDefinitions(body: z.infer<typeof schemaBody>): {
  readonly base: Changes;
  readonly custom: Changes;
} {
  return {
    base: body.definitions?.base?.properties ?? {},
    custom: body.definitions?.custom?.properties ?? {},
  };
}

const TYPES = ["string", "boolean", "number", "integer", "array"];

/** What a merge must heed. */
interface MergeRules {
  /** Base attributes cannot be removed. */
  readonly keepAll: boolean;
  readonly shape: (attribute: JsonObject) => SchemaAttribute;
  /** Names that the other definition has already. */
  readonly taken?: Readonly<Record<string, SchemaAttribute>>;
}

/** Merges changes into attributes: an object sets one (partially, when it exists), null removes it. Throws E0000001. */
export function mergeAttributes(
  before: Readonly<Record<string, SchemaAttribute>>,
  changes: Changes,
  rules: MergeRules,
): Record<string, SchemaAttribute> {
  const merged: Record<string, SchemaAttribute> = { ...before };
  for (const [name, change] of Object.entries(changes)) {
    if (change === null) {
      if (rules.keepAll) throw invalid(name, `${name}: A base attribute cannot be removed`);
      delete merged[name];
      continue;
    }
    if (!isObject(change)) throw invalid(name, `${name}: The attribute must be an object or null`);
    const existing = merged[name];
    if (existing === undefined) checkNew(name, change, rules);
    else if (change["type"] !== undefined && change["type"] !== existing["type"]) {
      throw invalid("type", `${name}: The type of an existing attribute cannot be changed`);
    }
    merged[name] = rules.shape({ ...existing, ...change });
  }
  return merged;
}

function checkNew(name: string, attribute: JsonObject, rules: MergeRules): void {
  if (rules.keepAll) throw invalid(name, `${name}: A base attribute cannot be added`);
  if (rules.taken !== undefined && Object.hasOwn(rules.taken, name)) {
    throw invalid(name, `${name}: An attribute with this variable name exists already`);
  }
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw invalid(
      name,
      `${name}: The variable name may hold letters, digits and underscores and must not start with a digit`,
    );
  }
  if (typeof attribute["title"] !== "string" || attribute["title"] === "") {
    throw invalid("title", "title: The field cannot be left blank");
  }
  if (!TYPES.includes(String(attribute["type"]))) {
    throw invalid("type", `type: must be one of ${TYPES.join(", ")}`);
  }
}

/** Parts of an attribute in Okta's order; what else was sent comes after them. */
const PARTS_IN_ORDER = [
  "title",
  "description",
  "type",
  "required",
  "format",
  "unique",
  "mutability",
  "externalName",
  "externalNamespace",
  "scope",
  "enum",
  "oneOf",
  "items",
  "minLength",
  "maxLength",
  "permissions",
  "master",
];

/** Attributes of people and groups keep what was sent and get Okta's defaults. */
export function shapeProfileAttribute(attribute: JsonObject): SchemaAttribute {
  const { required, unique, union: _union, ...rest } = attribute;
  const kept = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
  const shaped: SchemaAttribute = {
    ...kept,
    ...(required === true ? { required: true } : {}),
    ...(unique === undefined || unique === null || unique === "NOT_UNIQUE" ? {} : { unique }),
    mutability: kept["mutability"] ?? "READ_WRITE",
    scope: kept["scope"] ?? "NONE",
    permissions: kept["permissions"] ?? [{ principal: "SELF", action: "READ_ONLY" }],
    master: kept["master"] ?? { type: "PROFILE_MASTER" },
  };
  const rank = (part: string): number => {
    const index = PARTS_IN_ORDER.indexOf(part);
    return index < 0 ? PARTS_IN_ORDER.length : index;
  };
  return Object.fromEntries(Object.entries(shaped).toSorted(([one], [other]) => rank(one) - rank(other)));
}
