import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { baseAttributes } from "../../../src/spec/base-attributes.ts";
import {
  fromExternalName,
  parseScimPath,
  refuseScimPath,
  renderScimPath,
  toExternalName,
} from "../../../src/spec/scim-path.ts";

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,12}$/);
const schema = fc.constantFrom(
  "urn:ietf:params:scim:schemas:core:2.0:User",
  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
  "urn:example:params:scim:schemas:badges:1.0:User",
);
const path = fc.record(
  { schema, attribute: name, selector: fc.record({ subAttribute: name, value: name }), subAttribute: name },
  { requiredKeys: ["schema", "attribute"] },
);

describe("SCIM paths", () => {
  it("are read back as they were written", () => {
    fc.assert(
      fc.property(path, (written) => {
        expect(parseScimPath(renderScimPath(written))).toEqual(written);
      }),
    );
  });

  it("never throw, whatever is written", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parseScimPath(text);
        if (parsed !== undefined) refuseScimPath(parsed);
      }),
    );
  });

  it.each([
    "",
    "name.",
    ".name",
    "a b",
    "emails[type eq work].value",
    'emails[type eq "a\\"b"].value',
    "urn:x",
    "name.given.more",
  ])("%s is none", (text) => {
    expect(parseScimPath(text)).toBeUndefined();
  });

  it.each([
    ["title", "title"],
    ["name.givenName", "name.givenName"],
    ['phoneNumbers[type eq "home"].value', "phoneNumbers.^[type==home].value"],
    ["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName", "manager.displayName"],
  ])("%s is %s in Okta's profile editor, and back", (text, externalName) => {
    const parsed = parseScimPath(text);
    expect(parsed && toExternalName(parsed)).toBe(externalName);
    expect(fromExternalName(externalName, parsed?.schema ?? "")).toEqual(parsed);
  });

  it.each([
    ["title", ""],
    ["", "urn:x:y:1.0:User"],
    ["two words", "urn:x:y:1.0:User"],
    ["phoneNumbers.^[type==home", "urn:x:y:1.0:User"],
    ['phoneNumbers[type eq "home"].value', "urn:x:y:1.0:User"],
    ["title", "urn:x:y:1.0:User:more words"],
  ])("the profile editor's %j of %j leads to none", (externalName, namespace) => {
    expect(fromExternalName(externalName, namespace)).toBeUndefined();
  });

  it("of Okta's base attributes are in their one spelling and take values", () => {
    for (const { scim } of baseAttributes) {
      const parsed = parseScimPath(scim);
      expect(parsed && renderScimPath(parsed)).toBe(scim);
      expect(parsed && refuseScimPath(parsed)).toBeUndefined();
    }
  });
});
