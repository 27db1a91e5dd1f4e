import { expect, test } from "vitest";
import { FilterSyntaxError, parseFilter } from "../../../../sandbox/okta/store/filter.ts";
import { compileFilter, UnknownFilterAttributeError } from "../../../../sandbox/okta/store/filter-sql.ts";

test("and binds tighter than or, not applies to one term", () => {
  const { sql, values } = compileFilter(
    parseFilter('status eq "ACTIVE" or not (name sw "a_b%") and lastUpdated gt "2026-01-01T00:00:00.000Z"'),
    (name) => ({ status: "s", name: "n", lastUpdated: "u" })[name],
  );
  expect(sql).toMatchInlineSnapshot(`"(s = ? COLLATE NOCASE OR (NOT (n LIKE ? ESCAPE '\\') AND u > ?))"`);
  expect(values).toEqual(["ACTIVE", "a\\_b\\%%", "2026-01-01T00:00:00.000Z"]);
});

test.each([
  "status",
  "status eq",
  'status like "x"',
  '(status eq "x"',
  'status eq "x" status',
  'eq "x"',
  'status eq "x',
])("%s is no filter", (text) => {
  expect(() => parseFilter(text)).toThrow(FilterSyntaxError);
});

test("an attribute that is not stored is named", () => {
  expect(() => compileFilter(parseFilter('shoeSize eq "44"'), () => undefined)).toThrow(
    UnknownFilterAttributeError,
  );
});
