import type { JsonValue } from "../spec/json-value.ts";
import { defineFunction, type ExpressionFunction, FunctionValueError, readText } from "./function-values.ts";
import { formatIso, formatMoment, parseMoment } from "./joda-time.ts";

/** Milliseconds from 1601, where Windows begins to count, to 1970. */
const windowsEpoch = 11_644_473_600_000;

/** A function of a text, and maybe a pattern, that gives null for null. */
function convert(
  parameters: 1 | 2,
  change: (text: string, pattern: string) => JsonValue,
): ExpressionFunction {
  return defineFunction(parameters, parameters, ([input, pattern]) => {
    const text = readText(input);
    return text === null ? null : change(text, readText(pattern) ?? "");
  });
}

/** `Time.*` but for `Time.now`; times without a zone are UTC. */
export const timeFunctions: Readonly<Record<string, ExpressionFunction>> = {
  "Time.fromWindowsToIso8601": convert(1, (text) => toIso(new Date(readWhole(text) / 10_000 - windowsEpoch))),
  "Time.fromUnixToIso8601": convert(1, (text) => toIso(new Date(readWhole(text) * 1000))),
  "Time.fromStringToIso8601": convert(2, (text, pattern) => {
    const time = parseMoment(text, pattern);
    if (time === undefined) throw new FunctionValueError(`"${text}" is no time of the form ${pattern}`);
    return toIso(time);
  }),
  // A text, since the number has more digits than a JSON number keeps.
  "Time.fromIso8601ToWindows": convert(1, (text) =>
    String((BigInt(readIso(text).getTime()) + BigInt(windowsEpoch)) * 10_000n),
  ),
  "Time.fromIso8601ToUnix": convert(1, (text) => String(Math.floor(readIso(text).getTime() / 1000))),
  "Time.fromIso8601ToString": convert(2, (text, pattern) => format(readIso(text), pattern, "UTC")),
};

/** `Time.now(zone, pattern)`; both may be left out. */
export function describeNow(now: Date, [zone, pattern]: readonly JsonValue[]): JsonValue {
  const timeZone = readText(zone) ?? "UTC";
  if (pattern !== undefined && pattern !== null) return format(now, readText(pattern) ?? "", timeZone);
  const text = formatIso(now, timeZone);
  if (text === undefined) throw new FunctionValueError(`there is no time zone ${timeZone}`);
  return text;
}

function format(time: Date, pattern: string, timeZone: string): string {
  const text = formatMoment(time, pattern, timeZone);
  if (text === undefined)
    throw new FunctionValueError(`the form ${pattern} or the zone ${timeZone} is not known`);
  return text;
}

function toIso(time: Date): string {
  if (Number.isNaN(time.getTime())) throw new FunctionValueError("the time is out of range");
  return time.toISOString();
}

function readIso(text: string): Date {
  const time = new Date(/[T ]\d{2}:\d{2}(?!.*(Z|[+-]\d{2}:?\d{2})$)/.test(text) ? `${text}Z` : text);
  if (Number.isNaN(time.getTime())) throw new FunctionValueError(`"${text}" is no time in ISO 8601`);
  return time;
}

function readWhole(text: string): number {
  if (!/^-?\d+$/.test(text.trim())) throw new FunctionValueError(`"${text}" is no whole number`);
  return Number(text);
}
