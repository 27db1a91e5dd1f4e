import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  equalValues,
  Opaque,
  type PropertyMap,
  type PropertyValue,
  Secret,
  Unknown,
} from "../../../../sandbox/plugins/protocol/property-value.ts";
import { findSecretPaths } from "../../../../sandbox/plugins/protocol/state.ts";
import { decodeStruct, encodeStruct } from "../../../../sandbox/plugins/protocol/struct-codec.ts";

const scalar: fc.Arbitrary<PropertyValue> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.string(),
  fc.constant(Unknown.value),
);
/** The library's own maps can't hold `__proto__`, in Pulumi's SDK either. */
const key = (lengths: fc.StringConstraints) => fc.string(lengths).filter((name) => name !== "__proto__");
const { value } = fc.letrec<{ value: PropertyValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    scalar,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(key({ minLength: 1, maxLength: 5 }), tie("value"), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
    tie("value").map((inner) => new Secret(inner)),
  ),
}));

describe("property values on the wire", () => {
  it("come back as they went, secrets and unknowns included", () => {
    fc.assert(
      fc.property(
        fc.dictionary(key({ minLength: 1 }), value, { noNullPrototype: true }),
        (properties: PropertyMap) => {
          expect(decodeStruct(encodeStruct(properties))).toEqual(properties);
        },
      ),
    );
  });

  it("keep what they do not understand, such as assets", () => {
    const asset = new Opaque({
      "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17",
      path: "logo.png",
      hash: "abc",
    });
    expect(decodeStruct(encodeStruct({ logo: asset }))).toEqual({ logo: asset });
  });

  it("count a list with a secret inside as secret as a whole, since its order may change", () => {
    const paths = findSecretPaths({
      profile: { token: new Secret("t"), authScheme: "TOKEN" },
      uploads: [{ file: "/a", content: new Secret("s") }],
      plain: [{ file: "/a" }],
    });
    expect([...paths].sort()).toEqual(["profile.token", "uploads"]);
  });

  it("compare by content, and an unknown is equal to nothing", () => {
    expect(equalValues({ a: new Secret([1]) }, { a: [1], b: null })).toBe(true);
    expect(equalValues(Unknown.value, Unknown.value)).toBe(false);
  });
});
