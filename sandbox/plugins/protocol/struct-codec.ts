import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import {
  isPropertyMap,
  Opaque,
  type PropertyMap,
  type PropertyValue,
  Secret,
  Unknown,
} from "./property-value.ts";

type Struct = structPb.Struct;
type Value = structPb.Value;

/** The key that marks an object on the wire as something else than an object; the values say what it is. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
/** Strings which stand for "not known yet", one per type; what is sent back is the one for strings. */
const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const unknowns = new Set([
  unknownString,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Reads a protobuf Struct as properties. An absent struct is an empty map. */
export function decodeStruct(struct: Struct | undefined): PropertyMap {
  if (struct === undefined) return {};
  const properties: PropertyMap = {};
  struct.getFieldsMap().forEach((value, key) => {
    properties[key] = decodeValue(value);
  });
  return properties;
}

function decodeValue(value: Value): PropertyValue {
  switch (value.getKindCase()) {
    case structPb.Value.KindCase.BOOL_VALUE:
      return value.getBoolValue();
    case structPb.Value.KindCase.NUMBER_VALUE:
      return value.getNumberValue();
    case structPb.Value.KindCase.STRING_VALUE: {
      const text = value.getStringValue();
      return unknowns.has(text) ? Unknown.value : text;
    }
    case structPb.Value.KindCase.LIST_VALUE:
      return (value.getListValue()?.getValuesList() ?? []).map(decodeValue);
    case structPb.Value.KindCase.STRUCT_VALUE:
      return decodeObject(decodeStruct(value.getStructValue()));
    default:
      return null;
  }
}

function decodeObject(fields: PropertyMap): PropertyValue {
  const signature = fields[signatureKey];
  if (signature === undefined) return fields;
  if (signature === secretSignature) return new Secret(fields["value"] ?? null);
  if (signature === outputSignature) {
    const value = fields["value"] ?? Unknown.value;
    return fields["secret"] === true ? new Secret(value) : value;
  }
  return new Opaque(fields);
}

/** Writes properties as a protobuf Struct, with secrets and unknowns in their wire form. */
export function encodeStruct(properties: PropertyMap): Struct {
  const struct = new structPb.Struct();
  const fields = struct.getFieldsMap();
  for (const [key, value] of Object.entries(properties)) fields.set(key, encodeValue(value));
  return struct;
}

function encodeValue(value: PropertyValue): Value {
  const encoded = new structPb.Value();
  if (value === null) encoded.setNullValue(structPb.NullValue.NULL_VALUE);
  else if (typeof value === "boolean") encoded.setBoolValue(value);
  else if (typeof value === "number") encoded.setNumberValue(value);
  else if (typeof value === "string") encoded.setStringValue(value);
  else if (value instanceof Unknown) encoded.setStringValue(unknownString);
  else if (value instanceof Secret) {
    encoded.setStructValue(encodeStruct({ [signatureKey]: secretSignature, value: value.value }));
  } else if (value instanceof Opaque) encoded.setStructValue(encodeStruct(value.fields));
  else if (Array.isArray(value)) {
    const list = new structPb.ListValue();
    list.setValuesList(value.map(encodeValue));
    encoded.setListValue(list);
  } else if (isPropertyMap(value)) encoded.setStructValue(encodeStruct(value));
  return encoded;
}
