import type { JsonValue, Profile, SchemaAttribute } from "../store/model.ts";
import type { UserType } from "../store/user-types.ts";
import { invalid } from "./okta-error.ts";

/** Checks a profile against the schema of its user type. Throws E0000001 with one cause per wrong attribute. */
export function checkUserProfile(profile: Profile, type: UserType, subject: string): void {
  const causes: string[] = [];
  const attributes: Readonly<Record<string, SchemaAttribute>> = { ...type.base, ...type.custom };
  for (const name of Object.keys(profile)) {
    if (!Object.hasOwn(attributes, name)) causes.push(`Property name '${name}' is not defined in profile`);
  }
  if (causes.length > 0) throw invalid(subject, ...causes);
  for (const [name, attribute] of Object.entries(attributes)) {
    const problem = checkValue(name, profile[name] ?? null, attribute);
    if (problem !== undefined) causes.push(`${name}: ${problem}`);
  }
  const [first] = causes;
  if (first !== undefined) throw invalid(first.slice(0, first.indexOf(":")), ...causes);
}

function checkValue(name: string, value: JsonValue, attribute: SchemaAttribute): string | undefined {
  if (value === null || value === "") {
    return attribute["required"] === true ? "The field cannot be left blank" : undefined;
  }
  const { type, minLength, maxLength, enum: allowed } = attribute;
  if (!hasType(value, type)) return `The field must be of type ${String(type)}`;
  if (typeof value === "string") {
    if (typeof minLength === "number" && value.length < minLength) return `The field is too short`;
    if (typeof maxLength === "number" && value.length > maxLength) return `The field is too long`;
    if (name === "email" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value))
      return "Does not match required pattern";
  }
  if (Array.isArray(allowed) && !Array.isArray(value) && !allowed.includes(value)) {
    return "The value must be one of the enumerated values";
  }
  return undefined;
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
