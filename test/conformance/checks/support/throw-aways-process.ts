/**
 * A process that makes a throw-away user and group as the checks do and ends without removing them, as a killed run does.
 * Arguments: SCIM base URL, Authorization value.
 */
import { ThrowAways } from "../../../../src/checks/throw-aways.ts";
import { ScimClient } from "../../../../src/scim/scim-client.ts";

const [baseUrl = "", authorization = ""] = process.argv.slice(2);
const scim = new ScimClient({ baseUrl, authorization });
const throwAways = new ThrowAways("dev");
const userName = `${throwAways.makeName(new Date())}@Example.invalid`;
const user = await scim.users.create({
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
  userName,
  name: { givenName: "Left", familyName: "Over" },
  emails: [{ value: userName, type: "work", primary: true }],
  active: true,
});
// The checks rename their group: a run may be killed after that.
await scim.groups.create({
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
  displayName: throwAways.rename(throwAways.makeName(new Date())),
  members: [{ value: user.id }],
});
