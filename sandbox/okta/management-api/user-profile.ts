import type { JsonValue, Profile, SchemaAttribute } from "../store/model.ts";
import type { OrgStore } from "../store/org-store.ts";
import type { UserType } from "../store/user-types.ts";
import { duplicateField, invalid } from "./okta-error.ts";

type Attributes = Readonly<Record<string, SchemaAttribute>>;

/**
 * Checks a person's profile against the schema of their user type. Throws E0000001 with one cause per wrong attribute, and for a
 * login or a value of a unique attribute that somebody else has.
 */
export function checkUserProfile(
  store: OrgStore,
  profile: Profile,
  type: UserType,
  person: { readonly subject: string; readonly id?: string },
): void {
  const attributes: Attributes = { ...type.base, ...type.custom };
  checkProfile(profile, attributes, person.subject);
  const namesake = store.users.getByLogin(String(profile["login"]));
  if (namesake !== undefined && namesake.id !== person.id) throw duplicateField("login");
  for (const [name, attribute] of Object.entries(attributes)) {
    const value = profile[name] ?? null;
    if (!isUnique(attribute) || typeof value !== "string" || value === "") continue;
    if (store.users.hasOther(name, value, person.id ?? "")) throw duplicateField(name);
  }
}

function isUnique(attribute: SchemaAttribute): boolean {
  return attribute["unique"] === "UNIQUE_VALIDATED" || attribute["unique"] === "PENDING_UNIQUENESS";
}

/** Checks a profile against attributes. Throws E0000001: for unknown attributes `subject` is in the summary, else the first wrong one. */
export function checkProfile(profile: Profile, attributes: Attributes, subject: string): void {
  const unknown = Object.keys(profile).filter((name) => !Object.hasOwn(attributes, name));
  if (unknown.length > 0) {
    throw invalid(subject, ...unknown.map((name) => `Property name '${name}' is not defined in profile`));
  }
  const wrong = Object.entries(attributes).flatMap(([name, attribute]) => {
    const problem = checkValue(name, profile[name] ?? null, attribute);
    return problem === undefined ? [] : [{ name, problem }];
  });
  const [first] = wrong;
  if (first !== undefined)
    throw invalid(first.name, ...wrong.map(({ name, problem }) => `${name}: ${problem}`));
}

function checkValue(name: string, value: JsonValue, attribute: SchemaAttribute): string | undefined {
  if (value === null || value === "") {
    return attribute["required"] === true ? "The field cannot be left blank" : undefined;
  }
  const { type, minLength, maxLength, enum: allowed, pattern, items } = attribute;
  if (!hasType(value, type)) return `The field must be of type ${String(type)}`;
  if (Array.isArray(value)) {
    const of = typeof items === "object" && items !== null && !Array.isArray(items) ? items : {};
    return value.map((item) => checkValue("", item, of)).find((problem) => problem !== undefined);
  }
  if (typeof value === "string") {
    if (typeof minLength === "number" && value.length < minLength) return `The field is too short`;
    if (typeof maxLength === "number" && value.length > maxLength) return `The field is too long`;
    if (name === "email" && !EMAIL.test(value)) return "Does not match required pattern";
    // Without a pattern of the org's own a login has the form of an email address.
    if (name === "login" && typeof pattern !== "string" && !EMAIL.test(value)) {
      return "Username must be in the form of an email address";
    }
    if (typeof pattern === "string" && !matchesPattern(value, pattern))
      return "Does not match required pattern";
  }
  if (Array.isArray(allowed) && !allowed.includes(value)) {
    return "The value must be one of the enumerated values";
  }
  return undefined;
}

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** A pattern that is no regular expression refuses nothing. */
function matchesPattern(value: string, pattern: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, "u").test(value);
  } catch {
    return true;
  }
}

function hasType(value: JsonValue, type: JsonValue | undefined): boolean {
  switch (type) {
    case "array":
      return Array.isArray(value);
    case "boolean":
      return typeof value === "boolean";
    case "number":
      return typeof value === "number";
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === "string";
  }
}
