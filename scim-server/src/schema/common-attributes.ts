import { defineAttribute } from "./attribute.ts";

/** Attributes every resource has (RFC 7643 section 3.1); they are not part of a published schema. */
export const commonAttributes = [
  defineAttribute("schemas", "The schemas the resource uses.", {
    type: "reference",
    multiValued: true,
    caseExact: true,
    returned: "always",
    referenceTypes: ["uri"],
  }),
  defineAttribute("id", "The id this server gave the resource.", {
    caseExact: true,
    mutability: "readOnly",
    returned: "always",
    uniqueness: "server",
  }),
  defineAttribute("externalId", "The id the provisioning client gave the resource.", { caseExact: true }),
  defineAttribute("meta", "Facts about the resource.", {
    mutability: "readOnly",
    subAttributes: [
      defineAttribute("resourceType", "The resource's type.", { mutability: "readOnly", caseExact: true }),
      defineAttribute("created", "When it was created.", { type: "dateTime", mutability: "readOnly" }),
      defineAttribute("lastModified", "When it last changed.", { type: "dateTime", mutability: "readOnly" }),
      defineAttribute("location", "Its URI.", {
        type: "reference",
        mutability: "readOnly",
        caseExact: true,
        referenceTypes: ["uri"],
      }),
      defineAttribute("version", "Its entity tag.", { mutability: "readOnly", caseExact: true }),
    ],
  }),
];
