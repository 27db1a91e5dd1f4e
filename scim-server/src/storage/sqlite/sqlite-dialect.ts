import type { Dialect } from "../sql/dialect.ts";

/** JSON functions read a stored text or, with no keys, an element of `json_each` (already an SQL value). */
function extract(source: string, keys: readonly string[]): string {
  return keys.length === 0 ? source : `json_extract(${source}, '${jsonPath(keys)}')`;
}

function jsonPath(keys: readonly string[]): string {
  return `$${keys.map((key) => `."${key}"`).join("")}`;
}

export const sqliteDialect: Dialect = {
  name: "sqlite",
  jsonText: extract,
  jsonNumber: extract,
  jsonBoolean: extract,
  jsonPresent: (source, keys) => {
    const value = extract(source, keys);
    return `(${value} IS NOT NULL AND ${value} <> '' AND ${value} <> '[]')`;
  },
  jsonElements: (source, keys, alias) => `json_each(${source}, '${jsonPath(keys)}') AS ${alias}`,
  elementValue: (alias) => `${alias}.value`,
  contains: (text, part) => `instr(${text}, ${part}) > 0`,
  endsWith: (text, part) => `substr(${text}, -length(${part})) = ${part}`,
  textList: (placeholder, alias) => `json_each(${placeholder}) AS ${alias}`,
  lookUp: (table, alias, condition) => `CROSS JOIN ${table} ${alias} ON ${condition}`,
  isAmong: (value, select) => `${value} IN (${select})`,
  now: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
  forUpdate: "",
};
