import { type Answer, answerJson } from "../http.ts";
import type { ApiCall } from "./api-call.ts";
import { invalid } from "./okta-error.ts";

/** How many objects a page may and does have. */
export interface PageSize {
  readonly default: number;
  readonly max: number;
}

/** `limit` of a list. Above the maximum Okta gives the maximum. Throws E0000001 for no number or one below 1. */
export function readLimit(call: ApiCall, size: PageSize): number {
  const text = call.request.query.get("limit");
  if (text === null || text === "") return size.default;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1) throw invalid("limit", "limit: must be a positive number");
  return Math.min(limit, size.max);
}

/** `after` of a list; an empty one (which the official provider sends) is the start. */
export function readAfter(call: ApiCall): string | undefined {
  const after = call.request.query.get("after");
  return after === null || after === "" ? undefined : after;
}

/**
 * A page with its Link lines: `self` always, `next` when there is more. Each relation is a header line of its own: SDKs
 * that split a joined line at its first `;` would take `self` for the next page. `size` is that of lists with a default
 * limit; `notInSelf` are parameters that the recorded `self` of a list leaves out (`next` needs them).
 */
export function answerPage(
  call: ApiCall,
  items: readonly unknown[],
  next: string | undefined,
  size?: PageSize,
  notInSelf: readonly string[] = [],
): Answer {
  return answerJson(200, items, { link: linkLines(call, next, size, notInSelf) });
}

/** Lines of the Link header. Okta names the page size in them, asked for or not. */
function linkLines(
  call: ApiCall,
  next: string | undefined,
  size: PageSize | undefined,
  notInSelf: readonly string[],
): string[] {
  const asked = new URLSearchParams(call.request.query);
  if (size !== undefined && (asked.get("limit") ?? "") === "") asked.set("limit", String(size.default));
  if ((asked.get("sortBy") ?? "") === "") asked.delete("sortOrder");
  const line = (after: string | null, relation: string): string => {
    const parameters = orderParameters(asked, after);
    if (relation === "self") for (const name of notInSelf) parameters.delete(name);
    const text = parameters.toString();
    return `<${call.orgUrl}${call.request.path}${text === "" ? "" : `?${text}`}>; rel="${relation}"`;
  };
  const self = line(asked.get("after"), "self");
  return next === undefined ? [self] : [self, line(next, "next")];
}

/** Parameters that recorded links have first, in whatever order the request had them. */
const FIRST_IN_LINKS: readonly string[] = ["after", "limit", "q"];

function orderParameters(asked: URLSearchParams, after: string | null): URLSearchParams {
  const ordered = new URLSearchParams();
  for (const name of FIRST_IN_LINKS) {
    const value = name === "after" ? after : asked.get(name);
    if (value !== null && !(name === "after" && value === "")) ordered.set(name, value);
  }
  for (const [name, value] of asked) {
    if (!FIRST_IN_LINKS.includes(name)) ordered.append(name, value);
  }
  return ordered;
}

/** Cuts `limit` objects out of `limit + 1` and tells where the next page starts. */
export function cutPage<T>(
  items: readonly T[],
  limit: number,
  cursor: (item: T) => string,
): { readonly page: readonly T[]; readonly next: string | undefined } {
  const page = items.slice(0, limit);
  const last = page.at(-1);
  return { page, next: items.length > limit && last !== undefined ? cursor(last) : undefined };
}
