import type { Dialect } from "../sql/dialect.ts";

function pathOf(keys: readonly string[]): string {
  return `'{${keys.map((key) => `"${key}"`).join(",")}}'`;
}

function node(source: string, keys: readonly string[]): string {
  return keys.length === 0 ? source : `(${source} #> ${pathOf(keys)})`;
}

/** Byte order, as SQLite compares text; and what makes prefix searches use an index. */
function text(source: string, keys: readonly string[]): string {
  return `((${source} #>> ${pathOf(keys)}) COLLATE "C")`;
}

export const postgresDialect: Dialect = {
  name: "postgres",
  jsonText: text,
  jsonNumber: (source, keys) =>
    `(CASE WHEN jsonb_typeof(${node(source, keys)}) = 'number' THEN (${source} #>> ${pathOf(keys)})::numeric END)`,
  jsonBoolean: (source, keys) =>
    `(CASE ${source} #>> ${pathOf(keys)} WHEN 'true' THEN 1 WHEN 'false' THEN 0 END)`,
  jsonPresent: (source, keys) =>
    `(${text(source, keys)} IS NOT NULL AND ${text(source, keys)} <> '' AND ${text(source, keys)} <> '[]')`,
  jsonElements: (source, keys, alias) => {
    const list = node(source, keys);
    return `jsonb_array_elements(CASE WHEN jsonb_typeof(${list}) = 'array' THEN ${list} ELSE '[]' END) AS ${alias}(value)`;
  },
  elementValue: (alias) => `${alias}.value`,
  contains: (subject, part) => `strpos(${subject}, ${part}) > 0`,
  endsWith: (subject, part) => `right(${subject}, length(${part})) = ${part}`,
  textList: (placeholder, alias) => `jsonb_array_elements_text(${placeholder}::jsonb) AS ${alias}(value)`,
  lookUp: (table, alias, condition) =>
    `CROSS JOIN LATERAL (SELECT * FROM ${table} ${alias} WHERE ${condition} OFFSET 0) AS ${alias}`,
  isAmong: (value, select) => `${value} = ANY (ARRAY(${select}))`,
  now: "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
  forUpdate: " FOR UPDATE",
};
