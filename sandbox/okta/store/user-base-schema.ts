import type { SchemaAttribute } from "./model.ts";

/** The base attributes of Okta's user profile in Okta's order. */
export const USER_BASE_SCHEMA: Readonly<Record<string, SchemaAttribute>> = {
  login: attribute("Username", { required: true, minLength: 5, maxLength: 100, principal: "READ_ONLY" }),
  firstName: attribute("First name", { required: true, minLength: 1, maxLength: 50 }),
  lastName: attribute("Last name", { required: true, minLength: 1, maxLength: 50 }),
  middleName: attribute("Middle name"),
  honorificPrefix: attribute("Honorific prefix"),
  honorificSuffix: attribute("Honorific suffix"),
  email: attribute("Primary email", { required: true, format: "email", minLength: 5, maxLength: 100 }),
  title: attribute("Title"),
  displayName: attribute("Display name"),
  nickName: attribute("Nickname"),
  profileUrl: attribute("Profile Url", { format: "uri" }),
  secondEmail: attribute("Secondary email", {
    format: "email",
    minLength: 5,
    maxLength: 100,
    principal: "READ_WRITE",
  }),
  mobilePhone: attribute("Mobile phone", { maxLength: 100, principal: "READ_WRITE" }),
  primaryPhone: attribute("Primary phone", { maxLength: 100 }),
  streetAddress: attribute("Street address"),
  city: attribute("City"),
  state: attribute("State"),
  zipCode: attribute("Zip code"),
  countryCode: attribute("Country code", { format: "country-code" }),
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
