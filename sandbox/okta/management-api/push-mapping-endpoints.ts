import { z } from "zod";
import { type Answer, answerJson } from "../http.ts";
import {
  type App,
  type Group,
  type GroupPushMapping,
  type JsonObject,
  PUSH_MAPPING_STATUSES,
} from "../store/model.ts";
import { type ApiCall, type Endpoint, param, queryFlag, readBody } from "./api-call.ts";
import { appTarget, findApp } from "./find-app.ts";
import { logChange } from "./log-change.ts";
import { blankField, invalid, notFound } from "./okta-error.ts";
import { rfc3339Seconds } from "./okta-time.ts";
import { answerPage, cutPage, type PageSize, readAfter, readLimit } from "./pagination.ts";

const PUSH_MAPPING_PAGE: PageSize = { default: 100, max: 1000 };

const createBody = z.looseObject({
  sourceGroupId: z.string(),
  status: z.enum(["ACTIVE", "INACTIVE"]).optional(),
  targetGroupId: z.string().nullish(),
  targetGroupName: z.string().nullish(),
});

const statusBody = z.looseObject({ status: z.enum(["ACTIVE", "INACTIVE"]) });

function findPushMapping(call: ApiCall): { readonly app: App; readonly mapping: GroupPushMapping } {
  const app = findApp(call);
  const id = param(call, "mappingId");
  const mapping = call.store.pushMappings.get(app.id, id);
  if (mapping === undefined) throw notFound(id, "GroupPushMapping");
  return { app, mapping };
}

function presentPushMapping(call: ApiCall, mapping: GroupPushMapping): JsonObject {
  const group = (id: string): JsonObject => ({ href: `${call.orgUrl}/api/v1/groups/${id}` });
  return {
    created: rfc3339Seconds(mapping.created),
    ...(mapping.errorSummary === null ? {} : { errorSummary: mapping.errorSummary }),
    id: mapping.id,
    ...(mapping.lastPush === null ? {} : { lastPush: rfc3339Seconds(mapping.lastPush) }),
    lastUpdated: rfc3339Seconds(mapping.lastUpdated),
    sourceGroupId: mapping.sourceGroupId,
    status: mapping.status,
    targetGroupId: mapping.targetGroupId,
    _links: {
      app: { href: `${call.orgUrl}/api/v1/apps/${mapping.appId}` },
      sourceGroup: group(mapping.sourceGroupId),
      targetGroup: group(mapping.targetGroupId),
    },
  };
}

function createPushMapping(call: ApiCall): Answer {
  const app = findApp(call);
  const body = readBody(call, createBody, "groupPushMapping");
  const named = typeof body.targetGroupName === "string" && body.targetGroupName !== "";
  const linked = typeof body.targetGroupId === "string" && body.targetGroupId !== "";
  if (named === linked) {
    throw invalid("groupPushMapping", "Exactly one of targetGroupId and targetGroupName must be given.");
  }
  const source = call.store.groups.get(body.sourceGroupId);
  if (source === undefined) throw notFound(body.sourceGroupId, "UserGroup");
  if (source.sourceAppId === app.id) {
    throw invalid("sourceGroupId", "sourceGroupId: A group of the app cannot be pushed to it.");
  }
  const [existing] = call.store.pushMappings.list({ appId: app.id, sourceGroupId: source.id, limit: 1 });
  if (existing !== undefined) {
    throw invalid("sourceGroupId", "sourceGroupId: The group is pushed to this app already.");
  }
  const mapping = call.store.transaction(() => {
    const target = linked
      ? findTarget(call, app, body.targetGroupId ?? "")
      : makeTarget(call, app, body.targetGroupName ?? "");
    return call.store.pushMappings.create({
      appId: app.id,
      sourceGroupId: source.id,
      targetGroupId: target.id,
      status: body.status ?? "ACTIVE",
    });
  });
  logChange(call, "application.provision.group_push.mapping.created", "Create group push mapping", [
    appTarget(app),
    { id: source.id, type: "UserGroup", alternateId: source.name, displayName: source.name },
  ]);
  return answerJson(200, presentPushMapping(call, mapping));
}

function findTarget(call: ApiCall, app: App, id: string): Group {
  const target = call.store.groups.get(id);
  if (target === undefined) throw notFound(id, "UserGroup");
  if (target.type !== "APP_GROUP" || target.sourceAppId !== app.id) {
    throw invalid("targetGroupId", "targetGroupId: The target must be a group of the app.");
  }
  return target;
}

/** The app's group of this name, or a new one that stands for what provisioning will make in the SCIM server. */
function makeTarget(call: ApiCall, app: App, name: string): Group {
  return (
    call.store.groups.getByName(name, "APP_GROUP", app.id) ??
    call.store.groups.create({ type: "APP_GROUP", profile: { name, description: null }, sourceAppId: app.id })
  );
}

function listPushMappings(call: ApiCall): Answer {
  const app = findApp(call);
  const { query } = call.request;
  const limit = readLimit(call, PUSH_MAPPING_PAGE);
  const afterId = readAfter(call);
  const sourceGroupId = query.get("sourceGroupId");
  const updatedSince = query.get("lastUpdated");
  const statusText = query.get("status");
  const status = PUSH_MAPPING_STATUSES.find((one) => one === statusText);
  if (statusText !== null && statusText !== "" && status === undefined) {
    throw invalid("status", "status: must be one of ACTIVE, INACTIVE, ERROR");
  }
  const mappings = call.store.pushMappings.list({
    appId: app.id,
    limit: limit + 1,
    ...(afterId === undefined ? {} : { afterId }),
    ...(sourceGroupId === null ? {} : { sourceGroupId }),
    ...(updatedSince === null ? {} : { updatedSince }),
    ...(status === undefined ? {} : { status }),
  });
  const { page, next } = cutPage(mappings, limit, (mapping) => mapping.id);
  return answerPage(
    call,
    page.map((mapping) => presentPushMapping(call, mapping)),
    next,
    PUSH_MAPPING_PAGE,
    ["sourceGroupId"],
  );
}

function setStatus(call: ApiCall): Answer {
  const { app, mapping } = findPushMapping(call);
  const { status } = readBody(call, statusBody, "groupPushMapping");
  const updated = call.store.pushMappings.setStatus(app.id, mapping.id, status) ?? mapping;
  logChange(call, "application.provision.group_push.mapping.updated", "Update group push mapping", [
    appTarget(app),
  ]);
  return answerJson(200, presentPushMapping(call, updated));
}

function deletePushMapping(call: ApiCall): Answer {
  const { app, mapping } = findPushMapping(call);
  if (call.request.query.get("deleteTargetGroup") === null) throw blankField("deleteTargetGroup");
  if (mapping.status === "ACTIVE") {
    throw invalid("status", "status: The group push mapping must be inactive before it can be deleted.");
  }
  call.store.pushMappings.delete(app.id, mapping.id, queryFlag(call, "deleteTargetGroup", false));
  logChange(call, "application.provision.group_push.mapping.deleted", "Delete group push mapping", [
    appTarget(app),
  ]);
  return { status: 200 };
}

const READ = ["okta.apps.read", "okta.groups.read"];
const MANAGE = ["okta.apps.manage", "okta.groups.manage"];

/** Group-push mappings of apps. */
export const PUSH_MAPPING_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/api/v1/apps/:appId/group-push/mappings", scopes: READ, handle: listPushMappings },
  {
    method: "POST",
    path: "/api/v1/apps/:appId/group-push/mappings",
    scopes: MANAGE,
    handle: createPushMapping,
  },
  {
    method: "GET",
    path: "/api/v1/apps/:appId/group-push/mappings/:mappingId",
    scopes: READ,
    handle: (call) => answerJson(200, presentPushMapping(call, findPushMapping(call).mapping)),
  },
  {
    method: "PATCH",
    path: "/api/v1/apps/:appId/group-push/mappings/:mappingId",
    scopes: MANAGE,
    handle: setStatus,
  },
  {
    method: "DELETE",
    path: "/api/v1/apps/:appId/group-push/mappings/:mappingId",
    scopes: MANAGE,
    handle: deletePushMapping,
  },
];
