import { enterpriseUserSchema } from "./scim-path.ts";

/** An attribute that Okta itself gives the user profile of every SCIM app. */
export interface BaseAttribute {
  /** The variable name in the app user's profile. */
  readonly name: string;
  readonly title: string;
  /** The SCIM path that Okta sends it to (RFC 7644 section 3.10). */
  readonly scim: string;
  /** The Okta expression that it has where a spec names none. */
  readonly expression: string;
  /** Whether it is part of the list that a spec without `attributes` gets. */
  readonly byDefault: boolean;
}

/**
 * The base attributes of SCIM apps, with Okta's names. `userName` is not among them: it comes from the app's user name template.
 */
export const baseAttributes: readonly BaseAttribute[] = [
  base("givenName", "Given name", "name.givenName", "user.firstName", true),
  base("familyName", "Family name", "name.familyName", "user.lastName", true),
  base("middleName", "Middle name", "name.middleName", "user.middleName"),
  base("honorificPrefix", "Honorific prefix", "name.honorificPrefix", "user.honorificPrefix"),
  base("honorificSuffix", "Honorific suffix", "name.honorificSuffix", "user.honorificSuffix"),
  base("email", "Primary email", 'emails[type eq "work"].value', "user.email", true),
  base("emailType", "Primary email type", 'emails[type eq "work"].type', '"work"'),
  base("title", "Title", "title", "user.title"),
  base("displayName", "Display name", "displayName", "user.displayName"),
  base("nickName", "Nickname", "nickName", "user.nickName"),
  base("profileUrl", "Profile URL", "profileUrl", "user.profileUrl"),
  base("primaryPhone", "Primary phone", 'phoneNumbers[type eq "work"].value', "user.primaryPhone"),
  base("primaryPhoneType", "Primary phone type", 'phoneNumbers[type eq "work"].type', '"work"'),
  base("addressType", "Address type", 'addresses[type eq "work"].type', '"work"'),
  base("streetAddress", "Street address", 'addresses[type eq "work"].streetAddress', "user.streetAddress"),
  base("locality", "Locality", 'addresses[type eq "work"].locality', "user.city"),
  base("region", "Region", 'addresses[type eq "work"].region', "user.state"),
  base("postalCode", "Postal code", 'addresses[type eq "work"].postalCode', "user.zipCode"),
  base("country", "Country", 'addresses[type eq "work"].country', "user.countryCode"),
  base("preferredLanguage", "Preferred language", "preferredLanguage", "user.preferredLanguage"),
  base("locale", "Locale", "locale", "user.locale"),
  base("timezone", "Time zone", "timezone", "user.timezone"),
  base("userType", "User type", "userType", "user.userType"),
  base("employeeNumber", "Employee number", enterprise("employeeNumber"), "user.employeeNumber"),
  base("costCenter", "Cost center", enterprise("costCenter"), "user.costCenter"),
  base("organization", "Organization", enterprise("organization"), "user.organization"),
  base("division", "Division", enterprise("division"), "user.division"),
  base("department", "Department", enterprise("department"), "user.department", true),
  base("managerValue", "Manager value", enterprise("manager.value"), "user.managerId"),
  base("managerDisplayName", "Manager display name", enterprise("manager.displayName"), "user.manager"),
];

/** The base attribute of that variable name. */
export function findBaseAttribute(name: string): BaseAttribute | undefined {
  return baseAttributes.find((attribute) => attribute.name === name);
}

function base(
  name: string,
  title: string,
  scim: string,
  expression: string,
  byDefault = false,
): BaseAttribute {
  return { name, title, scim, expression, byDefault };
}

function enterprise(attribute: string): string {
  return `${enterpriseUserSchema}:${attribute}`;
}
