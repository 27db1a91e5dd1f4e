import type { Answer } from "../http.ts";
import type { FilterNode } from "../store/filter.ts";
import type { JsonObject, JsonValue, LogEvent } from "../store/model.ts";
import { isObject } from "../store/sql.ts";
import type { ApiCall, Endpoint } from "./api-call.ts";
import { readFilter } from "./filters.ts";
import { invalid } from "./okta-error.ts";
import { answerPage, readAfter, readLimit } from "./pagination.ts";

/** Rows read at a time while a filter is applied. */
const BATCH = 500;
/** Without `since`, seven days are read. */
const DEFAULT_PERIOD_MS = 7 * 24 * 60 * 60 * 1000;

function presentEvent(event: LogEvent): JsonObject {
  return {
    actor: { ...event.actor, detailEntry: null },
    client: null,
    device: null,
    authenticationContext: { authenticationStep: 0, externalSessionId: "unknown" },
    displayMessage: event.displayMessage,
    eventType: event.eventType,
    outcome: { ...event.outcome },
    published: event.published,
    securityContext: null,
    severity: event.severity,
    debugContext: { debugData: event.debugData },
    legacyEventType: null,
    transaction: { type: "JOB", id: event.uuid.replaceAll("-", "").slice(0, 24), detail: {} },
    uuid: event.uuid,
    version: "0",
    request: { ipChain: [] },
    target: event.target.map((target) => ({ ...target, detailEntry: null })),
  };
}

/**
 * `GET /logs`. A polling request (no `until`, ascending) always has a next link, as in Okta: the caller asks it again later.
 */
function listLogs(call: ApiCall): Answer {
  const { query } = call.request;
  const limit = readLimit(call, { default: 100, max: 1000 });
  const since = readTime(call, "since") ?? defaultSince(call);
  const until = readTime(call, "until");
  const order = query.get("sortOrder")?.toUpperCase() === "DESCENDING" ? "DESCENDING" : "ASCENDING";
  const filter = readFilter(call, "filter");
  const words = (query.get("q") ?? "")
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const after = readAfter(call);
  let cursor = after === undefined ? undefined : Number(after);
  if (cursor !== undefined && !Number.isInteger(cursor))
    throw invalid("after", "after: is not a cursor of this list");

  const found: JsonObject[] = [];
  let more = true;
  while (more && found.length < limit) {
    const rows = call.store.log.page({
      since,
      order,
      limit: BATCH,
      ...(until === undefined ? {} : { until }),
      ...(cursor === undefined ? {} : { after: cursor }),
    });
    more = rows.length === BATCH;
    for (const { sequence, event } of rows) {
      cursor = sequence;
      const shown = presentEvent(event);
      if ((filter === undefined || matches(filter, shown)) && hasWords(shown, words)) found.push(shown);
      if (found.length === limit) {
        more = true;
        break;
      }
    }
  }
  const polling = until === undefined && order === "ASCENDING";
  const next = more || polling ? String(cursor ?? 0) : undefined;
  return answerPage(call, found, next);
}

function defaultSince(call: ApiCall): string {
  return new Date(call.store.clock.now().getTime() - DEFAULT_PERIOD_MS).toISOString();
}

function readTime(call: ApiCall, name: string): string | undefined {
  const text = call.request.query.get(name);
  if (text === null || text === "") return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw invalid(name, `${name}: must be an ISO 8601 time`);
  return time.toISOString();
}

function hasWords(event: JsonObject, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = JSON.stringify(event).toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Whether a filter holds for an event; a path through a list holds when it holds for one of its elements. */
function matches(node: FilterNode, event: JsonObject): boolean {
  switch (node.kind) {
    case "and":
      return matches(node.left, event) && matches(node.right, event);
    case "or":
      return matches(node.left, event) || matches(node.right, event);
    case "not":
      return !matches(node.inner, event);
    case "compare":
      return valuesAt(event, node.attribute.split(".")).some((value) =>
        compare(value, node.operator, node.value),
      );
  }
}

function valuesAt(value: JsonValue | undefined, path: readonly string[]): (JsonValue | undefined)[] {
  if (Array.isArray(value)) return value.flatMap((element) => valuesAt(element, path));
  const [name, ...rest] = path;
  if (name === undefined) return [value];
  return isObject(value) ? valuesAt(value[name], rest) : [undefined];
}

function compare(
  value: JsonValue | undefined,
  operator: string,
  wanted: string | number | boolean | null,
): boolean {
  if (operator === "pr") return value !== undefined && value !== null;
  const left = String(value ?? "").toLowerCase();
  const right = String(wanted ?? "").toLowerCase();
  switch (operator) {
    case "eq":
      return left === right;
    case "ne":
      return left !== right;
    case "sw":
      return left.startsWith(right);
    case "ew":
      return left.endsWith(right);
    case "co":
      return left.includes(right);
    case "gt":
      return left > right;
    case "ge":
      return left >= right;
    case "lt":
      return left < right;
    case "le":
      return left <= right;
    default:
      return false;
  }
}

/** The System Log. */
export const LOG_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/api/v1/logs", scopes: ["okta.logs.read"], handle: listLogs },
];
