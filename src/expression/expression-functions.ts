import type { JsonValue } from "../spec/json-value.ts";
import { convertCountry } from "./country-codes.ts";
import {
  defineFunction as define,
  type ExpressionFunction,
  FunctionValueError,
  readText,
} from "./function-values.ts";
import { timeFunctions } from "./time-functions.ts";

/** A function of one text that gives null for null, as Apache Commons' StringUtils does. */
function transform(change: (text: string) => JsonValue): ExpressionFunction {
  return define(1, 1, ([input]) => {
    const text = readText(input);
    return text === null ? null : change(text);
  });
}

/** A function of a text and a text to search for; `whenNull` is the answer for a missing text. */
function search(find: (text: string, wanted: string) => JsonValue, whenNull: JsonValue): ExpressionFunction {
  return define(2, 2, ([input, wanted]) => {
    const text = readText(input);
    return text === null ? whenNull : find(text, readText(wanted) ?? "");
  });
}

function replace(change: (text: string, match: string, replacement: string) => string): ExpressionFunction {
  return define(3, 3, ([input, match, replacement]) => {
    const text = readText(input);
    const wanted = readText(match) ?? "";
    return text === null || wanted === "" ? text : change(text, wanted, readText(replacement) ?? "");
  });
}

/** A country code in another form. */
function country(to: Parameters<typeof convertCountry>[1]): ExpressionFunction {
  return transform((code) => {
    const converted = convertCountry(code, to);
    if (converted === undefined) throw new FunctionValueError(`"${code}" is no country code of ISO 3166-1`);
    return converted;
  });
}

const toUpperCase = transform((text) => text.toUpperCase());
const toLowerCase = transform((text) => text.toLowerCase());
const substringBefore = search((text, wanted) => {
  const index = text.indexOf(wanted);
  return index < 0 ? text : text.slice(0, index);
}, null);
const substringAfter = search((text, wanted) => {
  const index = text.indexOf(wanted);
  return index < 0 ? "" : text.slice(index + wanted.length);
}, null);
const substring = define(3, 3, ([input, start, end]) => {
  const text = readText(input);
  return text === null
    ? null
    : text.slice(readInteger(start), Math.max(readInteger(end), readInteger(start)));
});

/** What an expression asks of a person's directory (Active Directory, Workday): Okta's answers for a person whom none of them knows. */
const directoryFunctions: Readonly<Record<string, ExpressionFunction>> = {
  hasDirectoryUser: define(0, 0, () => false),
  hasWorkdayUser: define(0, 0, () => false),
  findDirectoryUser: define(0, 0, () => null),
  findWorkdayUser: define(0, 0, () => null),
  getManagerUser: define(1, 1, () => null),
  getManagerAppUser: define(2, 2, () => null),
  getAssistantUser: define(1, 1, () => null),
  getAssistantAppUser: define(2, 2, () => null),
};

/** Whether a function's answer follows from its parameters, wherever it is asked. */
export function isPlainFunction(name: string): boolean {
  return expressionFunctions.has(name) && !Object.hasOwn(directoryFunctions, name);
}

/**
 * The functions of profile mappings by name, as Okta's reference lists them. Null parameters behave as in Apache Commons'
 * StringUtils, on which the documented results agree; Okta publishes no rule for them.
 */
export const expressionFunctions: ReadonlyMap<string, ExpressionFunction> = new Map(
  Object.entries<ExpressionFunction>({
    "String.append": define(2, 2, ([text, suffix]) => (readText(text) ?? "") + (readText(suffix) ?? "")),
    "String.join": define(1, Number.POSITIVE_INFINITY, ([separator, ...texts]) =>
      texts.map((text) => readText(text) ?? "").join(readText(separator) ?? ""),
    ),
    "String.len": define(1, 1, ([input]) => readText(input)?.length ?? 0),
    "String.removeSpaces": transform((text) => text.replaceAll(/\s/g, "")),
    "String.replace": replace((text, match, replacement) => text.replaceAll(match, () => replacement)),
    "String.replaceFirst": replace((text, match, replacement) => text.replace(match, () => replacement)),
    "String.startsWith": search((text, wanted) => text.startsWith(wanted), false),
    "String.stringContains": search((text, wanted) => text.includes(wanted), false),
    "String.stringSwitch": define(2, Number.POSITIVE_INFINITY, switchText),
    "String.substring": substring,
    "String.substringAfter": substringAfter,
    "String.substringBefore": substringBefore,
    "String.toLowerCase": toLowerCase,
    "String.toUpperCase": toUpperCase,
    // Okta's deprecated forms without a namespace; long-lived mappings still have them.
    substring,
    substringAfter,
    substringBefore,
    toLowerCase,
    toUpperCase,
    "Arrays.add": define(2, 2, ([array, value]) => [...readArray(array), value ?? null]),
    "Arrays.clear": define(1, 1, () => []),
    "Arrays.contains": define(2, 2, ([array, value]) => readArray(array).includes(value ?? null)),
    "Arrays.flatten": define(0, Number.POSITIVE_INFINITY, (values) => values.flat()),
    "Arrays.get": define(2, 2, ([array, position]) => {
      const items = readArray(array);
      const item = items[readInteger(position)];
      if (item === undefined)
        throw new FunctionValueError(`there is no element at position ${readInteger(position)}`);
      return item;
    }),
    "Arrays.isEmpty": define(1, 1, ([array]) => readArray(array).length === 0),
    "Arrays.remove": define(2, 2, ([array, value]) => readArray(array).filter((item) => item !== value)),
    "Arrays.size": define(1, 1, ([array]) => readArray(array).length),
    "Arrays.toCsvString": define(1, 1, ([array]) => readArray(array).map(String).join(",")),
    "Convert.toInt": define(1, 1, ([value]) => (value === null ? null : Math.round(readNumber(value)))),
    "Convert.toNum": define(1, 1, ([value]) => (value === null ? null : readNumber(value))),
    "Iso3166Convert.toAlpha2": country("alpha2"),
    "Iso3166Convert.toAlpha3": country("alpha3"),
    "Iso3166Convert.toNumeric": country("numeric"),
    "Iso3166Convert.toName": country("name"),
    ...timeFunctions,
    ...directoryFunctions,
  }),
);

/** The value of the first key that occurs in the text. */
function switchText([input, whenNone, ...pairs]: readonly JsonValue[]): JsonValue {
  if (pairs.length % 2 !== 0) throw new FunctionValueError("the last key has no value");
  const text = readText(input) ?? "";
  for (let index = 0; index < pairs.length; index += 2) {
    if (text.includes(readText(pairs[index]) ?? "")) return pairs[index + 1] ?? null;
  }
  return whenNone ?? null;
}

function readArray(value: JsonValue | undefined): JsonValue[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new FunctionValueError("a list is needed");
  return value;
}

function readNumber(value: JsonValue | undefined): number {
  const isNumeric = typeof value === "number" || (typeof value === "string" && value.trim() !== "");
  const number = isNumeric ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) throw new FunctionValueError(`${JSON.stringify(value)} is no number`);
  return number;
}

function readInteger(value: JsonValue | undefined): number {
  const number = readNumber(value);
  if (!Number.isInteger(number)) throw new FunctionValueError(`${number} is no whole number`);
  return number;
}
