import { attributesOfNewApp } from "../catalog/app-attributes.ts";
import { type CatalogEntry, findCatalogEntry, findCustomKind } from "../catalog/catalog.ts";
import { answerJson } from "../http.ts";
import { readEdition } from "../org-edition.ts";
import type { AppDocuments } from "../store/apps.ts";
import { compileFilter, type RelatedObjects } from "../store/filter-sql.ts";
import { randomBase62 } from "../store/ids.ts";
import type { App } from "../store/model.ts";
import { isObject } from "../store/sql.ts";
import { type ApiCall, type Endpoint, param, queryFlag, readBody } from "./api-call.ts";
import { presentApp } from "./app-answer.ts";
import { type AppBody, appBody, completeApp } from "./app-document.ts";
import { presentAppUser } from "./app-user-endpoints.ts";
import { readFilter } from "./filters.ts";
import { appTarget, findApp } from "./find-app.ts";
import { logChange } from "./log-change.ts";
import { keepClientId, saveOAuthClient } from "./oauth-client-endpoints.ts";
import { blankField, invalid, notEmulated, notFound, OktaApiError } from "./okta-error.ts";
import { answerPage, cutPage, type PageSize, readAfter, readLimit } from "./pagination.ts";
import { forgetServiceClient } from "./service-client.ts";
import { signingKeyFor } from "./signing-keys.ts";

const FILTER_COLUMNS: Readonly<Record<string, string | RelatedObjects>> = {
  id: "id",
  name: "name",
  status: "status",
  label: "label",
  lastUpdated: "last_updated",
  "credentials.signing.kid": "json_extract(credentials, '$.signing.kid')",
  "user.id": { exists: "SELECT 1 FROM app_user WHERE app_user.app_id = app.id", column: "app_user.user_id" },
  "group.id": {
    exists: "SELECT 1 FROM app_group WHERE app_group.app_id = app.id",
    column: "app_group.group_id",
  },
};

const PAGE_SIZE: PageSize = { default: 20, max: 200 };

/** An app with the account that a person has in it, as `expand=user/{userId}` asks. */
function withAccount(call: ApiCall, app: App, userId: string | undefined) {
  const shown = presentApp(call, app);
  const account = userId === undefined ? undefined : call.store.appUsers.get(app.id, userId);
  return account === undefined ? shown : { ...shown, _embedded: { user: presentAppUser(call, account) } };
}

/** An org whose people may not assign apps to themselves takes no app that offers it. */
function refuseSelfService(call: ApiCall, { accessibility }: AppDocuments): void {
  if (accessibility["selfService"] !== true || call.selfServiceAllowed()) return;
  throw new OktaApiError(403, "E0000043", "Self service application assignment is not enabled.");
}

async function createApp(call: ApiCall) {
  const body = readBody(call, appBody, "application");
  const entry = findEntry(body);
  const name = entry.name ?? generateName(call, body.label);
  const signing = await signingKeyFor(call.store, body.signOnMode ?? null, entry.name);
  const documents = completeApp(body, entry, name, signing?.key.kid);
  refuseSelfService(call, documents);
  const app = call.store.transaction(() => {
    const created = call.store.apps.create({
      ...documents,
      name,
      catalogName: entry.name,
      dialect: entry.dialect,
      status: queryFlag(call, "activate", true) ? "ACTIVE" : "INACTIVE",
      accessPolicyId: call.store.policies.defaultOf("ACCESS_POLICY").id,
    });
    if (signing?.owner === "app") call.store.apps.addKey(created.id, signing.key);
    if (signing?.owner === "org2org") call.store.apps.addKeyPair(created.id, signing.key);
    const attributes = attributesOfNewApp(entry);
    call.store.schemas.create(created.id, schemaName(entry, name), attributes.base);
    call.store.mappings.create({
      appId: created.id,
      direction: "app-to-user",
      properties: attributes.appToUser,
    });
    call.store.mappings.create({
      appId: created.id,
      direction: "user-to-app",
      properties: attributes.userToApp,
    });
    logChange(call, "application.lifecycle.create", "Create application", [appTarget(created)]);
    return created;
  });
  return answerSaved(call, app, body);
}

/** The answer to a created or replaced app: the only ones that show an OpenID Connect app's secret. */
function answerSaved(call: ApiCall, app: App, body: AppBody) {
  if (isObject(body.profile)) call.store.apps.saveDocument(app.id, "profile", body.profile);
  const { saved, secret } = saveOAuthClient(call, app, body);
  return answerJson(200, presentApp(call, saved, secret));
}

function findEntry(body: AppBody): CatalogEntry {
  if (body.name !== undefined) {
    const entry = findCatalogEntry(body.name);
    if (entry === undefined) {
      throw invalid("name", `name: the catalog of the emulated org has no integration "${body.name}"`);
    }
    if (typeof body.signOnMode === "string" && !entry.signOnModes.includes(body.signOnMode)) {
      throw invalid("signOnMode", `signOnMode: ${entry.displayName} does not support ${body.signOnMode}`);
    }
    return entry;
  }
  if (typeof body.signOnMode !== "string") throw blankField("signOnMode");
  const kind = findCustomKind(body.signOnMode);
  if (kind === undefined) throw notEmulated(`custom apps with signOnMode ${body.signOnMode}`);
  return kind;
}

/** A schema is named as its app, and has a name of its own where the apps of a template share theirs. */
function schemaName(entry: CatalogEntry, name: string): string {
  return entry.isTemplate === true ? `${name}_${randomBase62(7).toLowerCase()}` : name;
}

function generateName(call: ApiCall, label: string): string {
  const part = label.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  return `sandbox_${part === "" ? "app" : part}_${call.store.apps.nextInstanceNumber()}`;
}

function updateApp(call: ApiCall) {
  const app = findApp(call);
  const body = readBody(call, appBody, "application");
  if (app.catalogName === null && app.status === "INACTIVE") {
    throw new OktaApiError(
      400,
      "E0000024",
      "Bad request. This operation on app metadata is not yet supported.",
      ["This operation on app metadata is not yet supported: No active instances."],
    );
  }
  const entry =
    app.catalogName === null ? findCustomKind(app.signOnMode ?? "") : findCatalogEntry(app.catalogName);
  if (entry === undefined) throw notFound(app.id, "AppInstance");
  const signing = app.credentials["signing"];
  const kid = isObject(signing) && typeof signing["kid"] === "string" ? signing["kid"] : undefined;
  const sentKid = isObject(body.credentials?.["signing"]) ? body.credentials["signing"]["kid"] : undefined;
  const knownKid = call.store.apps.keys(app.id).some((key) => key.kid === sentKid);
  const documents = completeApp(
    body,
    entry,
    app.name,
    knownKid && typeof sentKid === "string" ? sentKid : kid,
  );
  refuseSelfService(call, documents);
  const updated = call.store.apps.update(app.id, {
    ...documents,
    credentials: keepClientId(documents.credentials, app.credentials),
    signOnMode: documents.signOnMode ?? app.signOnMode,
  });
  logChange(call, "application.lifecycle.update", "Update application", [appTarget(app)]);
  return answerSaved(call, updated ?? app, body);
}

function deleteApp(call: ApiCall) {
  const app = findApp(call);
  if (app.status === "ACTIVE") {
    throw new OktaApiError(403, "E0000056", "Delete application forbidden.", [
      "The application must be deactivated before it can be deleted.",
    ]);
  }
  forgetServiceClient(call.store, app);
  call.store.roles.removeAll(app.id);
  call.store.roleTargets.assigneeDeleted(app.id);
  call.store.roleTargets.targetDeleted("app", app.id);
  call.store.apps.delete(app.id);
  logChange(call, "application.lifecycle.delete", "Delete application", [appTarget(app)]);
  return { status: 204 };
}

function setStatus(call: ApiCall, status: App["status"]) {
  const app = findApp(call);
  call.store.apps.setStatus(app.id, status);
  if (status === "INACTIVE") forgetServiceClient(call.store, app);
  const verb = status === "ACTIVE" ? "activate" : "deactivate";
  logChange(
    call,
    `application.lifecycle.${verb}`,
    `${verb === "activate" ? "Activate" : "Deactivate"} application`,
    [appTarget(app)],
  );
  return answerJson(200, {});
}

function listApps(call: ApiCall) {
  const limit = readLimit(call, PAGE_SIZE);
  const filter = readFilter(call, "filter");
  const query = call.request.query.get("q");
  const conditions = [];
  if (filter !== undefined) conditions.push(compileFilter(filter, (name) => FILTER_COLUMNS[name]));
  if (query !== null && query !== "") {
    const pattern = `${query.replaceAll(/[\\%_]/g, "\\$&")}%`;
    conditions.push({
      sql: "(label LIKE ? ESCAPE '\\' OR name LIKE ? ESCAPE '\\')",
      values: [pattern, pattern],
    });
  }
  const where = {
    sql: conditions.map(({ sql }) => `(${sql})`).join(" AND ") || "1",
    values: conditions.flatMap(({ values }) => values),
  };
  const afterId = readAfter(call);
  const apps = call.store.apps.page({
    where,
    limit: limit + 1,
    ...(afterId === undefined ? {} : { afterId }),
  });
  const { page, next } = cutPage(apps, limit, (app) => app.id);
  const expandedUserId = /^user\/(\w+)$/.exec(call.request.query.get("expand") ?? "")?.[1];
  return answerPage(
    call,
    page.map((app) => withAccount(call, app, expandedUserId)),
    next,
    PAGE_SIZE,
  );
}

function setAccessPolicy(call: ApiCall) {
  const app = findApp(call);
  if (readEdition(call.store).engine === "classic") throw notEmulated("access policies in Classic Engine");
  const policyId = param(call, "policyId");
  if (call.store.policies.get(policyId) === undefined) throw notFound(policyId, "Policy");
  call.store.apps.setAccessPolicy(app.id, policyId);
  return { status: 204 };
}

function uploadLogo(call: ApiCall) {
  const app = findApp(call);
  const boundary = /boundary="?([^";]+)"?/.exec(call.request.headers["content-type"] ?? "")?.[1];
  const file = boundary === undefined ? undefined : readMultipartFile(call.request.body, boundary);
  if (file === undefined) throw invalid("file", "file: The field cannot be left blank");
  const logoUrl = call.store.apps.setLogo(app.id, file.contentType, file.content);
  return { status: 201, headers: { location: `${call.orgUrl}${logoUrl}` } };
}

/** The first part of a multipart/form-data body that has a file name. */
function readMultipartFile(body: Uint8Array, boundary: string) {
  const text = Buffer.from(body).toString("latin1");
  for (const part of text.split(`--${boundary}`)) {
    const end = part.indexOf("\r\n\r\n");
    if (end < 0 || !/filename=/i.test(part.slice(0, end))) continue;
    const contentType = /content-type:\s*([^\r\n]+)/i.exec(part)?.[1] ?? "application/octet-stream";
    return { contentType, content: Buffer.from(part.slice(end + 4).replace(/\r\n$/, ""), "latin1") };
  }
  return undefined;
}

/** Applications: `/api/v1/apps`. */
export const APP_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/api/v1/apps", scopes: ["okta.apps.read"], handle: listApps },
  { method: "POST", path: "/api/v1/apps", scopes: ["okta.apps.manage"], handle: createApp },
  {
    method: "GET",
    path: "/api/v1/apps/:appId",
    scopes: ["okta.apps.read"],
    handle: (call) => answerJson(200, presentApp(call, findApp(call))),
  },
  { method: "PUT", path: "/api/v1/apps/:appId", scopes: ["okta.apps.manage"], handle: updateApp },
  { method: "DELETE", path: "/api/v1/apps/:appId", scopes: ["okta.apps.manage"], handle: deleteApp },
  {
    method: "POST",
    path: "/api/v1/apps/:appId/lifecycle/activate",
    scopes: ["okta.apps.manage"],
    handle: (call) => setStatus(call, "ACTIVE"),
  },
  {
    method: "POST",
    path: "/api/v1/apps/:appId/lifecycle/deactivate",
    scopes: ["okta.apps.manage"],
    handle: (call) => setStatus(call, "INACTIVE"),
  },
  {
    method: "PUT",
    path: "/api/v1/apps/:appId/policies/:policyId",
    scopes: ["okta.apps.manage"],
    handle: setAccessPolicy,
  },
  { method: "POST", path: "/api/v1/apps/:appId/logo", scopes: ["okta.apps.manage"], handle: uploadLogo },
];
