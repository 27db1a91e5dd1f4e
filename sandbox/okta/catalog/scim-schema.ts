import type { MappingProperty, SchemaAttribute } from "../store/model.ts";

const CORE_USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE_USER = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/** The base attributes of an app's users in apps that speak SCIM: variable name -> SCIM attribute (RFC 7643, 4.1 and 4.3). */
export const SCIM_BASE_SCHEMA: Readonly<Record<string, SchemaAttribute>> = {
  userName: { ...attribute("Username", "userName"), required: true },
  givenName: { ...attribute("Given name", "name.givenName"), required: true },
  familyName: { ...attribute("Family name", "name.familyName"), required: true },
  middleName: attribute("Middle name", "name.middleName"),
  honorificPrefix: attribute("Honorific prefix", "name.honorificPrefix"),
  honorificSuffix: attribute("Honorific suffix", "name.honorificSuffix"),
  email: { ...attribute("Primary email", 'emails[type eq "work"].value'), required: true },
  emailType: attribute("Primary email type", 'emails[type eq "work"].type'),
  title: attribute("Title", "title"),
  displayName: attribute("Display name", "displayName"),
  nickName: attribute("Nickname", "nickName"),
  profileUrl: attribute("Profile URL", "profileUrl"),
  primaryPhone: attribute("Primary phone", 'phoneNumbers[type eq "work"].value'),
  primaryPhoneType: attribute("Primary phone type", 'phoneNumbers[type eq "work"].type'),
  addressType: attribute("Address type", 'addresses[type eq "work"].type'),
  streetAddress: attribute("Street address", 'addresses[type eq "work"].streetAddress'),
  locality: attribute("Locality", 'addresses[type eq "work"].locality'),
  region: attribute("Region", 'addresses[type eq "work"].region'),
  postalCode: attribute("Postal code", 'addresses[type eq "work"].postalCode'),
  country: attribute("Country", 'addresses[type eq "work"].country'),
  preferredLanguage: attribute("Preferred language", "preferredLanguage"),
  locale: attribute("Locale", "locale"),
  timezone: attribute("Time zone", "timezone"),
  userType: attribute("User type", "userType"),
  employeeNumber: attribute("Employee number", "employeeNumber", ENTERPRISE_USER),
  costCenter: attribute("Cost center", "costCenter", ENTERPRISE_USER),
  organization: attribute("Organization", "organization", ENTERPRISE_USER),
  division: attribute("Division", "division", ENTERPRISE_USER),
  department: attribute("Department", "department", ENTERPRISE_USER),
  managerValue: attribute("Manager value", "manager.value", ENTERPRISE_USER),
  managerDisplayName: attribute("Manager display name", "manager.displayName", ENTERPRISE_USER),
};

/** What Okta maps by itself from a person to an account in a SCIM app. The user name comes from the app's userNameTemplate. */
export const SCIM_USER_TO_APP: Readonly<Record<string, MappingProperty>> = pushEach({
  givenName: "user.firstName",
  familyName: "user.lastName",
  middleName: "user.middleName",
  honorificPrefix: "user.honorificPrefix",
  honorificSuffix: "user.honorificSuffix",
  email: "user.email",
  emailType: '(user.email != null && user.email != "") ? "work" : ""',
  title: "user.title",
  displayName: "user.displayName",
  nickName: "user.nickName",
  profileUrl: "user.profileUrl",
  primaryPhone: "user.primaryPhone",
  primaryPhoneType: '(user.primaryPhone != null && user.primaryPhone != "") ? "work" : ""',
  addressType: '(user.streetAddress != null && user.streetAddress != "") ? "work" : ""',
  streetAddress: "user.streetAddress",
  locality: "user.city",
  region: "user.state",
  postalCode: "user.zipCode",
  country: "user.countryCode",
  preferredLanguage: "user.preferredLanguage",
  locale: "user.locale",
  timezone: "user.timezone",
  userType: "user.userType",
  employeeNumber: "user.employeeNumber",
  costCenter: "user.costCenter",
  organization: "user.organization",
  division: "user.division",
  department: "user.department",
  managerValue: "user.managerId",
  managerDisplayName: "user.manager",
});

/** What Okta maps by itself from an account in a SCIM app to a person (import). */
export const SCIM_APP_TO_USER: Readonly<Record<string, MappingProperty>> = keepEach({
  login: "appuser.userName",
  firstName: "appuser.givenName",
  lastName: "appuser.familyName",
  middleName: "appuser.middleName",
  email: "appuser.email",
  title: "appuser.title",
  displayName: "appuser.displayName",
  nickName: "appuser.nickName",
  primaryPhone: "appuser.primaryPhone",
  streetAddress: "appuser.streetAddress",
  city: "appuser.locality",
  state: "appuser.region",
  zipCode: "appuser.postalCode",
  countryCode: "appuser.country",
  userType: "appuser.userType",
  employeeNumber: "appuser.employeeNumber",
  costCenter: "appuser.costCenter",
  organization: "appuser.organization",
  division: "appuser.division",
  department: "appuser.department",
});

/** The base attributes of OpenID Connect apps. */
export const OIDC_BASE_SCHEMA: Readonly<Record<string, SchemaAttribute>> = {
  userName: {
    title: "Username",
    type: "string",
    required: true,
    externalName: "preferred_username",
    scope: "SELF",
  },
  ...Object.fromEntries(
    (
      [
        ["name", "Name", "End-User's full name in displayable form."],
        [
          "nickname",
          "Nickname",
          "Casual name of the End-User (may or may not be the same as the given_name)",
        ],
        ["given_name", "Given Name", "Given name or first name of the End-User."],
        ["middle_name", "Middle Name", "Middle name of the End-User."],
        ["family_name", "Family Name", "Surname or last name of the End-User."],
        ["email", "Email", "End-User's preferred e-mail address."],
        ["profile", "Profile URL", "URL of the End-User's profile page."],
        ["picture", "Picture URL", "URL of the End-User's profile picture."],
        ["website", "Website", "URL of the End-User's Web page or blog."],
        ["gender", "Gender", "End-User's gender."],
        ["birthdate", "Birthdate", "End-User's birthday, represented as an ISO 8601:2004 YYYY-MM-DD format."],
        ["zoneinfo", "Time Zone", "String representing the End-User's time zone."],
        ["locale", "Locale Name", "ISO3166‑1 country code in uppercase, separated by a dash (e.g. 'en-US')"],
        ["phone_number", "Phone Number", "End-User's preferred telephone number in E.164 format."],
      ] as const
    ).map(([name, title, description]) => [name, { title, description, type: "string", scope: "SELF" }]),
  ),
  ...Object.fromEntries(
    (
      [
        ["street_address", "Street Address", "Full street address component."],
        ["locality", "Locality", "City or locality component."],
        ["region", "Region", "State, province, prefecture, or region component."],
        ["postal_code", "Postal Code", "Zip code or postal code component."],
        ["country", "Country", "Country name component."],
        ["formatted", "Formatted", "Full mailing address, formatted for display."],
      ] as const
    ).map(([name, title, description]) => [
      name,
      { title, description, type: "string", externalName: `address.${name}`, scope: "SELF" },
    ]),
  ),
};

/** What Okta maps by itself from a person to an account in an OpenID Connect app. */
export const OIDC_USER_TO_APP: Readonly<Record<string, MappingProperty>> = pushEach({
  name: 'user.displayName != null ? user.displayName : user.firstName + " " + user.lastName',
  nickname: "user.nickName",
  given_name: "user.firstName",
  middle_name: "user.middleName",
  family_name: "user.lastName",
  email: "user.email",
  profile: "user.profileUrl",
  zoneinfo: 'user.timezone != null ? user.timezone : "America/Los_Angeles"',
  locale: 'user.locale != null ? user.locale : "en_US"',
  phone_number: "user.primaryPhone",
});

/** The base attributes of apps without provisioning. */
export const USER_NAME_SCHEMA: Readonly<Record<string, SchemaAttribute>> = {
  userName: { title: "Username", type: "string", required: true, scope: "NONE", maxLength: 100 },
};

/** The base attributes of catalog apps that can be the source of people, while their provisioning is off. */
export const MASTERED_USER_NAME_SCHEMA: Readonly<Record<string, SchemaAttribute>> = {
  userName: {
    title: "Username",
    type: "string",
    required: true,
    scope: "NONE",
    maxLength: 100,
    master: { type: "PROFILE_MASTER" },
  },
};

function attribute(title: string, externalName: string, externalNamespace = CORE_USER): SchemaAttribute {
  return { title, type: "string", externalName, externalNamespace, scope: "NONE" };
}

function pushEach(expressions: Readonly<Record<string, string>>): Record<string, MappingProperty> {
  return Object.fromEntries(
    Object.entries(expressions).map(([name, expression]) => [name, { expression, pushStatus: "PUSH" }]),
  );
}

function keepEach(expressions: Readonly<Record<string, string>>): Record<string, MappingProperty> {
  return Object.fromEntries(
    Object.entries(expressions).map(([name, expression]) => [name, { expression, pushStatus: "DONT_PUSH" }]),
  );
}
