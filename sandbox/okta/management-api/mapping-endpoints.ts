import { z } from "zod";
import { type Answer, answerJson } from "../http.ts";
import type { App, JsonObject, MappingProperty, ProfileMapping } from "../store/model.ts";
import { readAppSettings } from "../store/person-lookups.ts";
import { type ApiCall, type Endpoint, param, readBody } from "./api-call.ts";
import { appTarget } from "./find-app.ts";
import { logChange } from "./log-change.ts";
import { invalid, notFound, OktaApiError } from "./okta-error.ts";
import { answerPage, cutPage, readAfter, readLimit } from "./pagination.ts";

const mappingBody = z.looseObject({
  properties: z.record(
    z.string(),
    z
      .looseObject({
        expression: z.string().nullable().optional(),
        pushStatus: z.enum(["PUSH", "DONT_PUSH"]).nullable().optional(),
      })
      .nullable(),
  ),
});

function findMapping(call: ApiCall): { readonly mapping: ProfileMapping; readonly app: App } {
  const id = param(call, "mappingId");
  const mapping = call.store.mappings.get(id);
  const app = mapping === undefined ? undefined : call.store.apps.get(mapping.appId);
  if (mapping === undefined || app === undefined) throw notFound(id, "ProfileMapping");
  return { mapping, app };
}

function presentMapping(
  call: ApiCall,
  mapping: ProfileMapping,
  app: App,
  withProperties: boolean,
): JsonObject {
  const { orgUrl, store } = call;
  const type = store.userTypes.default();
  const userSide = {
    id: type.id,
    name: "user",
    type: "user",
    _links: {
      self: { href: `${orgUrl}/api/v1/meta/types/user/${type.id}` },
      schema: { href: `${orgUrl}/api/v1/meta/schemas/user/${type.schemaId}` },
    },
  };
  const appSide = {
    id: app.id,
    name: app.name,
    type: "appuser",
    _links: {
      self: { href: `${orgUrl}/api/v1/apps/${app.id}` },
      schema: { href: `${orgUrl}/api/v1/meta/schemas/apps/${app.id}/default` },
    },
  };
  const toApp = mapping.direction === "user-to-app";
  return {
    id: mapping.id,
    source: toApp ? userSide : appSide,
    target: toApp ? appSide : userSide,
    ...(withProperties
      ? {
          properties: Object.fromEntries(
            Object.entries(mapping.properties).map(([name, { expression, pushStatus }]) => [
              name,
              { expression, pushStatus },
            ]),
          ),
        }
      : {}),
    _links: { self: { href: `${orgUrl}/api/v1/mappings/${mapping.id}` } },
  };
}

function listMappings(call: ApiCall): Answer {
  const limit = readLimit(call, { default: 20, max: 200 });
  const sides = { sourceId: readSide(call, "sourceId"), targetId: readSide(call, "targetId") };
  const query = narrow(sides.sourceId, sides.targetId);
  const afterId = readAfter(call);
  const mappings =
    query === undefined
      ? []
      : call.store.mappings.page({
          ...query,
          limit: limit + 1,
          ...(afterId === undefined ? {} : { afterId }),
        });
  const { page, next } = cutPage(mappings, limit, (mapping) => mapping.id);
  const items = page.flatMap((mapping) => {
    const app = call.store.apps.get(mapping.appId);
    return app === undefined ? [] : [presentMapping(call, mapping, app, false)];
  });
  return answerPage(call, items, next);
}

/** One side of a mapping list: an app's id, `user` for the person's side, or nothing. */
function readSide(
  call: ApiCall,
  name: "sourceId" | "targetId",
): { readonly app: string } | "user" | undefined {
  const id = call.request.query.get(name);
  if (id === null || id === "") return undefined;
  if (call.store.userTypes.get(id) !== undefined) return "user";
  if (call.store.apps.get(id) !== undefined) return { app: id };
  throw new OktaApiError(
    400,
    "E0000002",
    "The request was not valid: Invalid source or target id. Source or target id must be of either App Instance or UserType id",
  );
}

/** What source and target together leave; undefined when nothing can match. */
function narrow(
  source: ReturnType<typeof readSide>,
  target: ReturnType<typeof readSide>,
): { readonly appId?: string; readonly direction?: ProfileMapping["direction"] } | undefined {
  if (source === "user" && target === "user") return undefined;
  if (typeof source === "object" && typeof target === "object") return undefined;
  if (typeof source === "object") return { appId: source.app, direction: "app-to-user" };
  if (typeof target === "object") return { appId: target.app, direction: "user-to-app" };
  if (source === "user") return { direction: "user-to-app" };
  if (target === "user") return { direction: "app-to-user" };
  return {};
}

function updateMapping(call: ApiCall): Answer {
  const { mapping, app } = findMapping(call);
  const body = readBody(call, mappingBody, "updateMapping");
  const changes: Record<string, MappingProperty | null> = {};
  for (const [name, change] of Object.entries(body.properties)) {
    changes[name] =
      change === null || removes(change) ? null : mergeProperty(mapping.properties[name], change, name);
  }
  checkChanges(call, mapping, changes);
  const updated = call.store.mappings.merge(mapping.id, changes) ?? mapping;
  logChange(call, "application.user_membership.change_mapping", "Update profile mapping", [appTarget(app)]);
  return answerJson(200, presentMapping(call, updated, app, true));
}

interface PropertyChange {
  readonly expression?: string | null | undefined;
  readonly pushStatus?: MappingProperty["pushStatus"] | null | undefined;
}

/** Okta's documented way to remove a property: both parts null. */
function removes(change: PropertyChange): boolean {
  return (change.expression ?? null) === null && (change.pushStatus ?? null) === null;
}

function mergeProperty(
  before: MappingProperty | undefined,
  change: PropertyChange,
  name: string,
): MappingProperty {
  const expression = change.expression ?? before?.expression;
  if (expression === undefined || expression === "") {
    throw invalid("expression", `${name}.expression: The field cannot be left blank`);
  }
  return { expression, pushStatus: change.pushStatus ?? before?.pushStatus ?? "DONT_PUSH" };
}

function checkChanges(
  call: ApiCall,
  mapping: ProfileMapping,
  changes: Readonly<Record<string, MappingProperty | null>>,
): void {
  const type = call.store.userTypes.default();
  const schema = call.store.schemas.get(mapping.appId);
  const userNames = new Set([...Object.keys(type.base), ...Object.keys(type.custom)]);
  const appNames = new Set([...Object.keys(schema?.base ?? {}), ...Object.keys(schema?.custom ?? {})]);
  const toApp = mapping.direction === "user-to-app";
  const targets = toApp ? appNames : userNames;
  const settingNames = new Set(Object.keys(readAppSettings(call.store.apps.get(mapping.appId))));
  const causes: string[] = [];
  for (const [name, property] of Object.entries(changes)) {
    if (property === null) continue;
    if (!targets.has(name)) {
      causes.push(`Property name '${name}' is not defined in profile`);
      continue;
    }
    try {
      call.checkExpression(property.expression, {
        user: userNames,
        appuser: appNames,
        app: settingNames,
        groups: toApp,
      });
    } catch (error) {
      causes.push(error instanceof Error ? error.message : `Invalid expression of ${name}`);
    }
  }
  if (causes.length > 0) throw invalid("updateMapping", ...causes);
}

/** The console's "Apply updates now", which the official provider calls for `always_apply`. */
function reapplyMapping(call: ApiCall): Answer {
  const sourceId = call.request.query.get("source") ?? "";
  const targetId = call.request.query.get("target") ?? "";
  const app = call.store.apps.get(targetId) ?? call.store.apps.get(sourceId);
  if (app === undefined) throw notFound(targetId, "AppInstance");
  if (app.id === targetId) call.store.assignments.reapplyMapping(app.id);
  return answerJson(200, {});
}

/** Profile mappings. */
export const MAPPING_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/api/v1/mappings", scopes: ["okta.profileMappings.read"], handle: listMappings },
  {
    method: "GET",
    path: "/api/v1/mappings/:mappingId",
    scopes: ["okta.profileMappings.read"],
    handle: (call) => {
      const { mapping, app } = findMapping(call);
      return answerJson(200, presentMapping(call, mapping, app, true));
    },
  },
  {
    method: "POST",
    path: "/api/v1/mappings/:mappingId",
    scopes: ["okta.profileMappings.manage"],
    handle: updateMapping,
  },
  {
    method: "PUT",
    path: "/api/internal/v1/mappings/reapply",
    scopes: "session",
    handle: reapplyMapping,
  },
];
