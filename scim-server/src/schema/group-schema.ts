import { defineAttribute, type Schema } from "./attribute.ts";

const groupUrn = "urn:ietf:params:scim:schemas:core:2.0:Group";

/** The Group schema of RFC 7643 section 4.2. */
export const groupSchema: Schema = {
  id: groupUrn,
  name: "Group",
  description: "A group of people",
  attributes: [
    defineAttribute("displayName", "The group's name.", { required: true }),
    defineAttribute("members", "Who belongs to the group.", {
      multiValued: true,
      subAttributes: [
        defineAttribute("value", "The member's id.", { mutability: "immutable", caseExact: true }),
        defineAttribute("$ref", "The member's URI.", {
          type: "reference",
          mutability: "immutable",
          caseExact: true,
          referenceTypes: ["User", "Group"],
        }),
        defineAttribute("type", "Whether the member is a person or a group.", {
          mutability: "immutable",
          canonicalValues: ["User", "Group"],
        }),
        // On request only: members come by the thousand, and a name that the client did not send is no part of what
        // it put there.
        defineAttribute("display", "The member's name.", { mutability: "readOnly", returned: "request" }),
      ],
    }),
  ],
};
