import { type Answer, answerJson } from "../http.ts";
import type { FilterNode } from "../store/filter.ts";
import { compileFilter, type RelatedObjects, type SqlCondition } from "../store/filter-sql.ts";
import type { User } from "../store/model.ts";
import type { ApiCall } from "./api-call.ts";
import { invalidSearch, readFilter } from "./filters.ts";
import { answerPage, cutPage, type PageSize, readAfter, readLimit } from "./pagination.ts";
import { presentListedUser } from "./user-answer.ts";

/** Columns of table `user` by attribute; other attributes are looked up in the profile. */
const COLUMNS: Readonly<Record<string, string>> = {
  id: "id",
  status: "status",
  created: "created",
  activated: "activated",
  statusChanged: "status_changed",
  lastUpdated: "last_updated",
  "type.id": "type_id",
  "profile.login": "login",
  "profile.email": "email",
  "profile.firstName": "first_name",
  "profile.lastName": "last_name",
};

const PAGE_SIZE: PageSize = { default: 200, max: 200 };
/** `q` is for look-ups while somebody types: few people, and no further pages. */
const FOUND_SIZE: PageSize = { default: 10, max: 200 };

/** What `filter` takes, which is older and less than `search`: a few attributes by equality, one by time. */
const FILTERED = ["status", "id", "profile.login", "profile.email", "profile.firstName", "profile.lastName"];
const TIME_OPERATORS = ["eq", "gt", "ge", "lt", "le"];

/** Throws E0000031 for what only `search` can do. */
function refuseSearch(node: FilterNode): void {
  switch (node.kind) {
    case "and":
    case "or":
      refuseSearch(node.left);
      refuseSearch(node.right);
      return;
    case "not":
      throw invalidSearch();
    case "compare": {
      const { attribute, operator } = node;
      const allowed =
        attribute === "lastUpdated"
          ? TIME_OPERATORS.includes(operator)
          : FILTERED.includes(attribute) && operator === "eq";
      if (!allowed) throw invalidSearch();
    }
  }
}

/** Where an attribute is stored. An attribute of the profile has to be one of some user type's schema. */
function resolveAttribute(call: ApiCall, name: string): string | RelatedObjects | undefined {
  const column = COLUMNS[name];
  if (column !== undefined) return column;
  const attribute = name.startsWith("profile.") ? name.slice("profile.".length) : "";
  const known = call.store.userTypes
    .list()
    .flatMap(({ base, custom }) => [...Object.entries(base), ...Object.entries(custom)])
    .find(([each]) => each === attribute)?.[1];
  if (known === undefined) return undefined;
  // A comparison with a list holds when it holds for one of its elements.
  return known["type"] === "array"
    ? { exists: `SELECT 1 FROM json_each(profile, '$.${attribute}') WHERE 1`, column: "json_each.value" }
    : `json_extract(profile, '$.${attribute}')`;
}

/** What a list is sorted by. Throws E0000031 for an attribute that cannot be. */
function readSortColumn(call: ApiCall): string | undefined {
  const name = call.request.query.get("sortBy");
  // Okta sorts what `search` finds only.
  if (name === null || name === "" || call.request.query.get("search") === null) return undefined;
  const column = resolveAttribute(call, name);
  if (typeof column !== "string") throw invalidSearch();
  return column;
}

/** People by `q`, `search` and `filter`, sorted, in pages. */
export function listUsers(call: ApiCall): Answer {
  const { query } = call.request;
  const text = query.get("q") ?? "";
  const size = text === "" ? PAGE_SIZE : FOUND_SIZE;
  const limit = readLimit(call, size);
  const conditions: SqlCondition[] = [];
  for (const kind of ["filter", "search"] as const) {
    const filter = readFilter(call, kind);
    if (filter === undefined) continue;
    if (kind === "filter") refuseSearch(filter);
    conditions.push(compileFilter(filter, (name) => resolveAttribute(call, name)));
  }
  if (text !== "") {
    const pattern = `${text.replaceAll(/[\\%_]/g, "\\$&")}%`;
    const columns = ["first_name", "last_name", "email"].map((column) => `${column} LIKE ? ESCAPE '\\'`);
    conditions.push({ sql: columns.join(" OR "), values: [pattern, pattern, pattern] });
  }
  if (text !== "" || conditions.length === 0)
    conditions.push({ sql: "status <> 'DEPROVISIONED'", values: [] });
  const where = {
    sql: conditions.map(({ sql }) => `(${sql})`).join(" AND "),
    values: conditions.flatMap(({ values }) => values),
  };
  const sortColumn = readSortColumn(call);
  const users = call.store.users.page({
    where,
    limit: limit + 1,
    ...readPosition(call),
    ...(sortColumn === undefined
      ? {}
      : { sortBy: { sql: sortColumn, descending: query.get("sortOrder")?.toLowerCase() === "desc" } }),
  });
  const { page, next } = cutPage(users, limit, (user) =>
    cursorOf(user, sortColumn === undefined ? null : query.get("sortBy")),
  );
  const items = page.map((user) => presentListedUser(call, user));
  return text === "" ? answerPage(call, items, next, PAGE_SIZE) : answerJson(200, items);
}

/** The cursor of a sorted list carries the value that it is sorted by. */
function cursorOf(user: User, sortBy: string | null): string {
  if (sortBy === null) return user.id;
  const value = sortBy.startsWith("profile.") ? user.profile[sortBy.slice(8)] : attributeOf(user, sortBy);
  return `${user.id}${Buffer.from(String(value ?? "")).toString("base64url")}`;
}

function attributeOf(user: User, name: string): string | null {
  return new Map<string, string | null>(Object.entries({ ...user, profile: null })).get(name) ?? null;
}

function readPosition(call: ApiCall): {
  readonly after?: { readonly id: string; readonly sortValue: string };
} {
  const after = readAfter(call);
  if (after === undefined) return {};
  return {
    after: { id: after.slice(0, 20), sortValue: Buffer.from(after.slice(20), "base64url").toString("utf8") },
  };
}
