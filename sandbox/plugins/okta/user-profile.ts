import type { JsonObject } from "../protocol/property-value.ts";
import { part } from "./resources/app-settings.ts";

/** The attributes of Okta's default user profile that the plugin knows by name; all others are custom. */
export const profileAttributes = [
  "city",
  "costCenter",
  "countryCode",
  "department",
  "displayName",
  "division",
  "email",
  "employeeNumber",
  "firstName",
  "honorificPrefix",
  "honorificSuffix",
  "lastName",
  "locale",
  "login",
  "manager",
  "managerId",
  "middleName",
  "mobilePhone",
  "nickName",
  "organization",
  "postalAddress",
  "preferredLanguage",
  "primaryPhone",
  "profileUrl",
  "secondEmail",
  "state",
  "streetAddress",
  "timezone",
  "title",
  "userType",
  "zipCode",
] as const;

/** Statuses in which a person counts as ACTIVE. PROVISIONED stays itself, but is no difference from ACTIVE either. */
const activeStatuses = ["ACTIVE", "PASSWORD_EXPIRED", "RECOVERY"];

/** A user's state, from Okta's answer. */
export function readUserState(user: JsonObject): JsonObject {
  const profile = part(user, "profile");
  const known = profileAttributes.map((name) => [name, profile[name] ?? null] as const);
  const custom = Object.entries(profile).filter(
    ([name, value]) => value !== null && !profileAttributes.some((attribute) => attribute === name),
  );
  const status = String(user["status"] ?? "");
  const typeId = part(user, "type")["id"];
  return {
    ...Object.fromEntries(known.filter(([, value]) => value !== null)),
    customProfileAttributes: JSON.stringify(Object.fromEntries(custom)),
    status: activeStatuses.includes(status) ? "ACTIVE" : status,
    rawStatus: status,
    created: user["created"] ?? null,
    activated: user["activated"] ?? null,
    statusChanged: user["statusChanged"] ?? null,
    lastLogin: user["lastLogin"] ?? null,
    lastUpdated: user["lastUpdated"] ?? null,
    passwordChanged: user["passwordChanged"] ?? null,
    ...(typeId !== undefined && { type: { id: typeId } }),
  };
}
