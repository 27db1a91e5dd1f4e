import { type Attribute, defineAttribute, type Schema } from "./attribute.ts";

const userUrn = "urn:ietf:params:scim:schemas:core:2.0:User";
const enterpriseUserUrn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/** The sub-attributes RFC 7643 section 2.4 gives to multi-valued attributes. */
function pluralAttribute(
  name: string,
  description: string,
  types: readonly string[],
  value: Attribute = defineAttribute("value", "The value itself."),
): Attribute {
  return defineAttribute(name, description, {
    multiValued: true,
    subAttributes: [
      value,
      defineAttribute("display", "A name for display."),
      defineAttribute("type", "What the value is used for.", { canonicalValues: types }),
      defineAttribute("primary", "Whether this is the preferred value; at most one is.", { type: "boolean" }),
    ],
  });
}

const name = defineAttribute("name", "The parts of the person's name.", {
  subAttributes: [
    defineAttribute("formatted", "The full name, ready for display."),
    defineAttribute("familyName", "The family name."),
    defineAttribute("givenName", "The given name."),
    defineAttribute("middleName", "The middle names."),
    defineAttribute("honorificPrefix", "The title before the name."),
    defineAttribute("honorificSuffix", "The suffix after the name."),
  ],
});

const addresses = defineAttribute("addresses", "Postal addresses.", {
  multiValued: true,
  subAttributes: [
    defineAttribute("formatted", "The whole address, ready for display."),
    defineAttribute("streetAddress", "Street, house number and what belongs to it."),
    defineAttribute("locality", "The city."),
    defineAttribute("region", "The state or region."),
    defineAttribute("postalCode", "The postal code."),
    defineAttribute("country", "The country, ISO 3166-1 alpha-2."),
    defineAttribute("type", "What the address is used for.", { canonicalValues: ["work", "home", "other"] }),
    defineAttribute("primary", "Whether this is the preferred address.", { type: "boolean" }),
  ],
});

const groups = defineAttribute("groups", "The groups the person belongs to.", {
  multiValued: true,
  mutability: "readOnly",
  subAttributes: [
    defineAttribute("value", "The group's id.", { mutability: "readOnly", caseExact: true }),
    defineAttribute("$ref", "The group's URI.", {
      type: "reference",
      mutability: "readOnly",
      caseExact: true,
      referenceTypes: ["Group"],
    }),
    defineAttribute("display", "The group's name.", { mutability: "readOnly" }),
    defineAttribute("type", "Whether the membership is direct or through another group.", {
      mutability: "readOnly",
      canonicalValues: ["direct", "indirect"],
    }),
  ],
});

/** The User schema of RFC 7643 section 4.1. */
export const userSchema: Schema = {
  id: userUrn,
  name: "User",
  description: "A person's account",
  attributes: [
    defineAttribute("userName", "The name the person signs in with; unique without regard to case.", {
      required: true,
      uniqueness: "server",
    }),
    name,
    defineAttribute("displayName", "The name to display."),
    defineAttribute("nickName", "The casual name."),
    defineAttribute("profileUrl", "The person's page.", {
      type: "reference",
      caseExact: true,
      referenceTypes: ["external"],
    }),
    defineAttribute("title", "The job title."),
    defineAttribute("userType", "How the person relates to the organization."),
    defineAttribute("preferredLanguage", "The preferred language, as in Accept-Language."),
    defineAttribute("locale", "The locale, as a language tag."),
    defineAttribute("timezone", "The time zone, as in the IANA database."),
    defineAttribute("active", "Whether the account is active.", { type: "boolean" }),
    defineAttribute("password", "Accepted and dropped: this server neither keeps nor returns it.", {
      caseExact: true,
      mutability: "writeOnly",
      returned: "never",
    }),
    pluralAttribute("emails", "E-mail addresses.", ["work", "home", "other"]),
    pluralAttribute("phoneNumbers", "Phone numbers.", ["work", "home", "mobile", "fax", "pager", "other"]),
    pluralAttribute("ims", "Instant messaging addresses.", [
      "aim",
      "gtalk",
      "icq",
      "xmpp",
      "msn",
      "skype",
      "qq",
      "yahoo",
    ]),
    pluralAttribute(
      "photos",
      "Pictures of the person.",
      ["photo", "thumbnail"],
      defineAttribute("value", "The picture's URI.", {
        type: "reference",
        caseExact: true,
        referenceTypes: ["external"],
      }),
    ),
    addresses,
    groups,
    pluralAttribute("entitlements", "What the person is entitled to.", []),
    pluralAttribute("roles", "The person's roles.", []),
    pluralAttribute(
      "x509Certificates",
      "Certificates issued to the person.",
      [],
      defineAttribute("value", "The certificate, DER in base64.", { type: "binary", caseExact: true }),
    ),
  ],
};

/** The enterprise extension of RFC 7643 section 4.3. */
export const enterpriseUserSchema: Schema = {
  id: enterpriseUserUrn,
  name: "EnterpriseUser",
  description: "What organizations add to a person's account",
  attributes: [
    defineAttribute("employeeNumber", "The number the organization gave the person."),
    defineAttribute("costCenter", "The cost center."),
    defineAttribute("organization", "The organization."),
    defineAttribute("division", "The division."),
    defineAttribute("department", "The department."),
    defineAttribute("manager", "The person's manager.", {
      subAttributes: [
        defineAttribute("value", "The manager's id.", { caseExact: true }),
        defineAttribute("$ref", "The manager's URI.", {
          type: "reference",
          caseExact: true,
          referenceTypes: ["User"],
        }),
        defineAttribute("displayName", "The manager's name, as the client sent it."),
      ],
    }),
  ],
};
