import { html, type SafeHtml } from "./html.ts";

/** Rows on one page of a list. */
export const pageSize = 50;

/** Links of a list that is read in pages by a cursor; `more` is the cursor of the next page. */
export function renderPager(path: string, query: URLSearchParams, more: string | undefined): SafeHtml {
  const link = (after: string | undefined): string => {
    const next = new URLSearchParams(query);
    next.delete("after");
    if (after !== undefined) next.set("after", after);
    const search = next.toString();
    return search === "" ? path : `${path}?${search}`;
  };
  const isFirst = !query.has("after");
  if (isFirst && more === undefined) return html``;
  return html`<nav class="pager" aria-label="Pages">
${!isFirst && html`<a class="button" href="${link(undefined)}">First page</a>`}
${more !== undefined && html`<a class="button" href="${link(more)}">Next page</a>`}
</nav>`;
}

/** A search condition on people: the beginning of login, email, first or last name. */
export function searchPeople(words: string): { readonly sql: string; readonly values: string[] } {
  const pattern = `${words.replaceAll(/[\\%_]/g, "\\$&")}%`;
  const columns = ["login", "email", "first_name", "last_name"];
  return {
    sql: columns.map((column) => `${column} LIKE ? ESCAPE '\\'`).join(" OR "),
    values: columns.map(() => pattern),
  };
}
