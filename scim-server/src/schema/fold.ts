import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { Attribute } from "./attribute.ts";
import { parseDateTime } from "./read-value.ts";

/** The forms of letters, digits and kana that are as wide as two or as narrow as half of one, and the wide space. */
const otherWidths = /[\u3000\uff01-\uffee]+/g;

/** It has one width, one form, and one lower case. */
const onlyAscii = /^[\0-\x7f]*$/;

/**
 * The key under which text that is not case-exact is compared: without its width and case, and in NFC, as RFC 7644
 * section 5 has it for userName (PRECIS, RFC 8265 section 3.3). Also, a sigma is one letter wherever in a word it
 * stands: lower case has two, and which of them a capital becomes depends on what follows.
 */
export function foldText(text: string): string {
  if (onlyAscii.test(text)) return text.toLowerCase();
  const usual = text.replace(otherWidths, (letters) => letters.normalize("NFKC"));
  return usual.normalize("NFC").toLowerCase().replaceAll("ς", "σ");
}

/** The comparable form of a single value: folded text, milliseconds for a date, else the value itself. */
export function foldValue(attribute: Attribute, value: JsonValue): JsonValue {
  if (isJsonObject(value)) return foldObject(attribute.subAttributeByName, value);
  if (typeof value !== "string") return value;
  if (attribute.type === "dateTime") return parseDateTime(value) ?? null;
  return attribute.caseExact || attribute.type === "binary" ? value : foldText(value);
}

/** The comparable form of an object: of each attribute that the schema has. */
export function foldObject(attributes: ReadonlyMap<string, Attribute>, object: JsonObject): JsonObject {
  const folded: JsonObject = {};
  for (const [name, value] of Object.entries(object)) {
    const attribute = attributes.get(name.toLowerCase());
    if (attribute === undefined) continue;
    folded[name] = Array.isArray(value)
      ? value.map((item) => foldValue(attribute, item))
      : foldValue(attribute, value);
  }
  return folded;
}
