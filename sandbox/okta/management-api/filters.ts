import { type FilterNode, FilterSyntaxError, parseFilter } from "../store/filter.ts";
import type { ApiCall } from "./api-call.ts";
import { OktaApiError } from "./okta-error.ts";

/** The parsed `filter` or `search` of a call. Throws E0000031 when it does not parse. */
export function readFilter(call: ApiCall, name: "filter" | "search"): FilterNode | undefined {
  const text = call.request.query.get(name);
  if (text === null || text.trim() === "") return undefined;
  try {
    return parseFilter(text);
  } catch (error) {
    if (error instanceof FilterSyntaxError) throw invalidSearch();
    throw error;
  }
}

/** 400 E0000031, in which Okta names no cause. */
export function invalidSearch(): OktaApiError {
  return new OktaApiError(400, "E0000031", "Invalid search criteria.");
}
