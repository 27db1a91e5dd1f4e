import type { SchemaAttribute } from "./model.ts";

/** The base attributes of Okta's user profile in Okta's order. */
export const USER_BASE_SCHEMA: Readonly<Record<string, SchemaAttribute>> = {
  login: attribute("Username", { required: true, minLength: 5, maxLength: 100, principal: "READ_WRITE" }),
  firstName: attribute("First name", {
    required: true,
    minLength: 1,
    maxLength: 50,
    principal: "READ_WRITE",
  }),
  lastName: attribute("Last name", { required: true, minLength: 1, maxLength: 50, principal: "READ_WRITE" }),
  middleName: attribute("Middle name"),
  honorificPrefix: attribute("Honorific prefix"),
  honorificSuffix: attribute("Honorific suffix"),
  email: attribute("Primary email", { required: true, format: "email", principal: "READ_WRITE" }),
  title: attribute("Title"),
  displayName: attribute("Display name"),
  nickName: attribute("Nickname"),
  profileUrl: attribute("Profile Url", { format: "uri" }),
  secondEmail: attribute("Secondary email", { format: "email", principal: "READ_WRITE" }),
  mobilePhone: attribute("Mobile phone", { maxLength: 100, principal: "READ_WRITE" }),
  primaryPhone: attribute("Primary phone", { maxLength: 100, principal: "HIDE" }),
  streetAddress: attribute("Street address", { principal: "HIDE" }),
  city: attribute("City", { principal: "HIDE" }),
  state: attribute("State", { principal: "HIDE" }),
  zipCode: attribute("Zip code", { principal: "HIDE" }),
  countryCode: attribute("Country code", { format: "country-code", principal: "HIDE" }),
  postalAddress: attribute("Postal Address", { principal: "HIDE" }),
  preferredLanguage: attribute("Preferred language", { format: "language-code" }),
  locale: attribute("Locale", { format: "locale" }),
  timezone: attribute("Time zone", { format: "timezone" }),
  userType: attribute("User type"),
  employeeNumber: attribute("Employee number"),
  costCenter: attribute("Cost center"),
  organization: attribute("Organization"),
  division: attribute("Division"),
  department: attribute("Department"),
  managerId: attribute("ManagerId"),
  manager: attribute("Manager"),
};

function attribute(
  title: string,
  more: {
    readonly required?: boolean;
    readonly format?: string;
    readonly minLength?: number;
    readonly maxLength?: number;
    readonly principal?: "READ_ONLY" | "READ_WRITE" | "HIDE";
  } = {},
): SchemaAttribute {
  return {
    title,
    type: "string",
    ...(more.format === undefined ? {} : { format: more.format }),
    ...(more.required === true ? { required: true } : {}),
    mutability: "READ_WRITE",
    scope: "NONE",
    ...(more.minLength === undefined ? {} : { minLength: more.minLength }),
    ...(more.maxLength === undefined ? {} : { maxLength: more.maxLength }),
    permissions: [{ principal: "SELF", action: more.principal ?? "READ_ONLY" }],
    master: { type: "PROFILE_MASTER" },
  };
}
