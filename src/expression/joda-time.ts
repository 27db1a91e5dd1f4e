/** Parts of a moment in a time zone. */
type Part =
  | "year"
  | "month"
  | "day"
  | "weekday"
  | "hour"
  | "minute"
  | "second"
  | "fraction"
  | "offset"
  | "half";

const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const letters: Readonly<Record<string, Part>> = {
  y: "year",
  Y: "year",
  M: "month",
  d: "day",
  E: "weekday",
  H: "hour",
  h: "hour",
  m: "minute",
  s: "second",
  S: "fraction",
  Z: "offset",
  a: "half",
};

interface PatternToken {
  /** Undefined for text that stands for itself. */
  readonly part: Part | undefined;
  readonly text: string;
}

/** Cuts a Joda-Time pattern into its fields and texts; undefined for a letter that is none of the fields above. */
function readPattern(pattern: string): PatternToken[] | undefined {
  const tokens: PatternToken[] = [];
  for (const [text] of pattern.matchAll(/'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+/g)) {
    const isLetter = /^[A-Za-z]/.test(text);
    const part = isLetter ? letters[text.charAt(0)] : undefined;
    if (isLetter && part === undefined) return undefined;
    const literal = text === "''" ? "'" : text.replace(/^'([\s\S]*)'$/, "$1").replaceAll("''", "'");
    tokens.push({ part, text: isLetter ? text : literal });
  }
  return tokens;
}

/** A moment as text by a Joda-Time pattern, in a time zone (IANA name or fixed abbreviation); undefined where one of them is none. */
export function formatMoment(time: Date, pattern: string, timeZone: string): string | undefined {
  const tokens = readPattern(pattern);
  const offset = readOffset(time, timeZone);
  if (tokens === undefined || offset === undefined) return undefined;
  const local = new Date(time.getTime() + offset * 60_000);
  return tokens.map((token) => formatToken(token, local, offset)).join("");
}

function formatToken({ part, text }: PatternToken, local: Date, offset: number): string {
  const pad = (value: number): string => String(value).padStart(text.length, "0");
  const word = (names: readonly string[], index: number): string =>
    (names[index] ?? "").slice(0, text.length > 3 ? undefined : 3);
  switch (part) {
    case undefined:
      return text;
    case "year":
      return text.length === 2 ? String(local.getUTCFullYear()).slice(-2) : pad(local.getUTCFullYear());
    case "month":
      return text.length > 2 ? word(months, local.getUTCMonth()) : pad(local.getUTCMonth() + 1);
    case "weekday":
      return word(weekdays, local.getUTCDay());
    case "day":
      return pad(local.getUTCDate());
    case "hour":
      return pad(text.startsWith("h") ? local.getUTCHours() % 12 || 12 : local.getUTCHours());
    case "minute":
      return pad(local.getUTCMinutes());
    case "second":
      return pad(local.getUTCSeconds());
    case "fraction":
      return String(local.getUTCMilliseconds())
        .padStart(3, "0")
        .padEnd(text.length, "0")
        .slice(0, text.length);
    case "half":
      return local.getUTCHours() < 12 ? "AM" : "PM";
    case "offset":
      return formatOffset(offset, text.length > 1);
  }
}

/** ISO 8601 with milliseconds: `Z` for UTC, else the offset. */
export function formatIso(time: Date, timeZone: string): string | undefined {
  const offset = readOffset(time, timeZone);
  if (offset === undefined) return undefined;
  const local = new Date(time.getTime() + offset * 60_000).toISOString();
  return offset === 0 ? local : local.replace("Z", formatOffset(offset, true));
}

function formatOffset(offset: number, hasColon: boolean): string {
  const minutes = Math.abs(offset);
  const two = (value: number): string => String(value).padStart(2, "0");
  const sign = offset < 0 ? "-" : "+";
  return `${sign}${two(Math.floor(minutes / 60))}${hasColon ? ":" : ""}${two(minutes % 60)}`;
}

/** Minutes by which a zone is ahead of UTC at a moment; undefined for a name that is no zone. */
function readOffset(time: Date, timeZone: string): number | undefined {
  try {
    const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
    const name = format.formatToParts(time).find(({ type }) => type === "timeZoneName")?.value ?? "";
    const [, sign, hours, minutes] = /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(name) ?? [];
    const total = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
    return sign === "-" ? -total : total;
  } catch {
    return undefined;
  }
}

/** The moment that a text names by a Joda-Time pattern, in UTC where it names no offset; undefined where they do not fit. */
export function parseMoment(text: string, pattern: string): Date | undefined {
  const tokens = readPattern(pattern);
  if (tokens === undefined) return undefined;
  const source = tokens.map((token) => toExpression(token)).join("");
  const values = new RegExp(`^${source}$`, "i").exec(text)?.slice(1);
  if (values === undefined) return undefined;
  const found = new Map<Part, string>();
  for (const { part } of tokens) if (part !== undefined) found.set(part, values.shift() ?? "");
  return assemble(found);
}

function toExpression({ part, text }: PatternToken): string {
  if (part === undefined) return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  if (part === "offset") return "(Z|[+-]\\d{2}:?\\d{2})";
  if (part === "half") return "(AM|PM)";
  if (part === "weekday" || (part === "month" && text.length > 2)) return "([A-Za-z]+)";
  if (part === "year") return text.length === 2 ? "(\\d{2})" : "(\\d{4})";
  return text.length === 1 ? "(\\d{1,9})" : `(\\d{${text.length}})`;
}

function assemble(found: ReadonlyMap<Part, string>): Date | undefined {
  const read = (part: Part, otherwise: number): number => Number(found.get(part) ?? otherwise);
  const year = read("year", 1970) + ((found.get("year") ?? "").length === 2 ? 2000 : 0);
  const name = found.get("month") ?? "1";
  const month = /^\d/.test(name) ? Number(name) - 1 : findName(months, name);
  const half = found.get("half")?.toUpperCase();
  const hour = half === undefined ? read("hour", 0) : (read("hour", 12) % 12) + (half === "PM" ? 12 : 0);
  const milliseconds = Number((found.get("fraction") ?? "0").padEnd(3, "0").slice(0, 3));
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(found.get("offset") ?? "") ?? [];
  const offset = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === "-" ? -1 : 1);
  const day = read("day", 1);
  const local = new Date(
    Date.UTC(year, month, day, hour, read("minute", 0), read("second", 0), milliseconds),
  );
  const isReal = month >= 0 && local.getUTCMonth() === month && local.getUTCDate() === day && hour < 24;
  return isReal ? new Date(local.getTime() - offset * 60_000) : undefined;
}

function findName(names: readonly string[], name: string): number {
  return names.findIndex((one) => one.slice(0, 3).toLowerCase() === name.slice(0, 3).toLowerCase());
}
