import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import type { JsonObject, JsonValue } from "../../../sandbox/okta/store/model.ts";
import { isObject } from "../../../sandbox/okta/store/sql.ts";
import type { TestOrg } from "./start-org.ts";

const headers = z.record(z.string(), z.array(z.string()));
const cassette = z.object({
  interactions: z.array(
    z.object({
      request: z.object({ method: z.string(), url: z.string(), body: z.string().default("") }),
      response: z.object({ code: z.number(), headers, body: z.string().default("") }),
    }),
  ),
});

/** Ids of Okta objects, which differ between any two orgs. */
const ID = /\b(?:0oa|00u|00g|00o|prm|gPm|rst|oty|osc|aln)[A-Za-z0-9]{17}\b/g;

/** A call of a recording that the emulated org answered. */
export interface Replayed {
  /** What differs, each as `METHOD /path place: recorded …, emulated …`. */
  readonly differences: readonly string[];
  readonly calls: number;
}

/**
 * Sends the requests of a recording to an emulated org, in order, with the recording's ids replaced by the org's own, and
 * compares status, error code, Link relations, content type, ETag and the shape of every answer.
 */
export async function replayRecording(org: TestOrg, file: URL, ids: Map<string, string>): Promise<Replayed> {
  const { interactions } = cassette.parse(parse(readFileSync(file, "utf8")));
  const differences = new Set<string>();
  for (const { request, response } of interactions) {
    const recordedUrl = new URL(request.url);
    const path = translate(`${recordedUrl.pathname}${recordedUrl.search}`, ids);
    const answer = await fetch(`${org.url}${path}`, {
      method: request.method,
      headers: {
        authorization: `SSWS ${org.token}`,
        ...(request.body === "" ? {} : { "content-type": "application/json" }),
      },
      ...(request.body === "" ? {} : { body: translate(request.body, ids) }),
    });
    const text = await answer.text();
    const name = `${request.method} ${recordedUrl.pathname.replaceAll(ID, (id) => `{${id.slice(0, 3)}}`)}`;
    const report = (place: string, recorded: unknown, emulated: unknown): void => {
      differences.add(`${name} ${place}: recorded ${show(recorded)}, emulated ${show(emulated)}`);
    };
    if (answer.status !== response.code) report("status", response.code, answer.status);
    compareHeaders(response.headers, answer.headers, report);
    const recordedBody = response.body === "" ? undefined : JSON.parse(response.body);
    const emulatedBody = text === "" ? undefined : JSON.parse(text);
    if (answer.status === response.code) {
      learnIds(recordedBody, emulatedBody, ids);
      compareShapes("body", recordedBody, emulatedBody, report);
    }
  }
  return { differences: [...differences].toSorted(), calls: interactions.length };
}

/** Values that say what an object is; all others (names, ids, times, addresses) are the org's own. */
const COMPARED_VALUES =
  /\.(errorCode|errorSummary|errorLink|status|authScheme|type|signOnMode|pushStatus|scope|expression|priority|pipeline|scheme|seed|change)$/;

type Report = (place: string, recorded: unknown, emulated: unknown) => void;

function compareHeaders(recorded: z.infer<typeof headers>, emulated: Headers, report: Report): void {
  const recordedType = recorded["Content-Type"]?.[0] ?? null;
  if (recordedType !== emulated.get("content-type"))
    report("content-type", recordedType, emulated.get("content-type"));
  const relations = (lines: string): string =>
    [...lines.matchAll(/rel="(\w+)"/g)].map(([, rel]) => rel).join();
  const recordedLinks = relations(recorded["Link"]?.join(", ") ?? "");
  const emulatedLinks = relations(emulated.get("link") ?? "");
  if (recordedLinks !== emulatedLinks) report("link", recordedLinks, emulatedLinks);
  const weak = (value: string | null | undefined): string =>
    value === null || value === undefined ? "absent" : value.replace(/[0-9a-f]{64}/, "…");
  if (weak(recorded["Etag"]?.[0]) !== weak(emulated.get("etag"))) {
    report("etag", weak(recorded["Etag"]?.[0]), weak(emulated.get("etag")));
  }
  for (const name of ["Accept-Ch", "Referrer-Policy"]) {
    const expected = recorded[name]?.[0] ?? null;
    if (emulated.get(name) !== expected) report(name.toLowerCase(), expected, emulated.get(name));
  }
  for (const name of [
    "date",
    "x-okta-request-id",
    "x-rate-limit-limit",
    "x-rate-limit-remaining",
    "x-rate-limit-reset",
  ]) {
    if (emulated.get(name) === null) report(name, "present (stripped by the recorder)", "absent");
  }
}

/** Equal error codes and texts, equal types, equal keys in equal order. Ids, times, names and addresses may differ. */
function compareShapes(
  place: string,
  recorded: JsonValue | undefined,
  emulated: JsonValue | undefined,
  report: Report,
): void {
  if (typeOf(recorded) !== typeOf(emulated)) {
    report(place, typeOf(recorded), typeOf(emulated));
    return;
  }
  if (COMPARED_VALUES.test(place) && typeof recorded !== "object" && recorded !== emulated) {
    report(place, recorded, emulated);
  }
  if (Array.isArray(recorded) && Array.isArray(emulated)) {
    compareLists(place, recorded, emulated, report);
    return;
  }
  if (!isObject(recorded) || !isObject(emulated)) return;
  const order = (one: JsonObject, other: JsonObject): string =>
    Object.keys(one)
      .filter((name) => Object.hasOwn(other, name))
      .join();
  if (order(recorded, emulated) !== order(emulated, recorded)) {
    report(`${place} order`, order(recorded, emulated), order(emulated, recorded));
  }
  for (const name of new Set([...Object.keys(recorded), ...Object.keys(emulated)])) {
    const own = name.startsWith("rst") || /_link$/.test(name) ? "*" : name;
    if (own === "*") continue;
    compareShapes(`${place}.${own}`, recorded[name], emulated[name], report);
  }
}

/** Lists of two orgs hold different objects: every shape that one has, the other must have too. */
function compareLists(
  place: string,
  recorded: readonly JsonValue[],
  emulated: readonly JsonValue[],
  report: Report,
): void {
  if (recorded.length === emulated.length) {
    for (const [index, element] of recorded.entries())
      compareShapes(`${place}[]`, element, emulated[index], report);
    return;
  }
  const shapes = (list: readonly JsonValue[]): Set<string> =>
    new Set(list.map((element) => JSON.stringify(shapeOf(element))));
  const [left, right] = [shapes(recorded), shapes(emulated)];
  for (const shape of left) if (!right.has(shape)) report(`${place}[]`, shape, "no element of this shape");
  for (const shape of right) if (!left.has(shape)) report(`${place}[]`, "no element of this shape", shape);
}

function shapeOf(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.length === 0 ? [] : value.slice(0, 1).map(shapeOf);
  if (!isObject(value)) return typeOf(value);
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((name) => [name, shapeOf(value[name] ?? null)]),
  );
}

function typeOf(value: JsonValue | undefined): string {
  if (value === undefined) return "absent";
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function learnIds(
  recorded: JsonValue | undefined,
  emulated: JsonValue | undefined,
  ids: Map<string, string>,
): void {
  if (typeof recorded === "string" && typeof emulated === "string") {
    const theirs = recorded.match(ID) ?? [];
    const ours = emulated.match(ID) ?? [];
    if (theirs.length !== ours.length) return;
    for (const [index, id] of theirs.entries()) if (!ids.has(id)) ids.set(id, ours[index] ?? id);
  } else if (Array.isArray(recorded) && Array.isArray(emulated)) {
    if (recorded.length !== emulated.length) return;
    for (const [index, element] of recorded.entries()) learnIds(element, emulated[index], ids);
  } else if (isObject(recorded) && isObject(emulated)) {
    for (const [name, value] of Object.entries(recorded)) learnIds(value, emulated[name], ids);
  }
}

function translate(text: string, ids: ReadonlyMap<string, string>): string {
  return text.replaceAll(ID, (id) => ids.get(id) ?? id);
}

function show(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
