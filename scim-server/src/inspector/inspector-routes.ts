import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Tenant } from "../config/tenant.ts";
import type { EvidenceRecorder } from "../evidence/evidence-recorder.ts";
import { bindFilter } from "../filter/bind-filter.ts";
import type { FilterNode } from "../filter/filter-node.ts";
import { answerInTime } from "../operation/in-time.ts";
import { refuseOtherMethods } from "../protocol/refuse-other-methods.ts";
import { readPathParameter } from "../protocol/tenant-access.ts";
import type { Storage } from "../storage/storage.ts";
import { changesTable, historyTable } from "./changes-table.ts";
import { type InspectorAccessParts, refuseInspection } from "./inspector-access.ts";
import { liveScript } from "./live-script.ts";
import {
  changesPage,
  evidencePage,
  gonePage,
  groupPage,
  isOkta,
  listPage,
  messagePage,
  pageSize,
  requestRows,
  requestsPage,
  type ServerHealth,
  searchPage,
  type TenantOverview,
  tenantsPage,
  userPage,
} from "./pages.ts";
import { readPersonHistory } from "./person-history.ts";
import type { RequestLog } from "./request-log.ts";
import { readNames } from "./resource-names.ts";
import { search } from "./search.ts";
import { style } from "./style.ts";

export interface InspectorParts extends InspectorAccessParts {
  readonly storage: Storage;
  readonly evidence: EvidenceRecorder;
  readonly requests: RequestLog;
}

const policy =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

type Query = Readonly<Record<string, unknown>>;

/** Registers the read-only pages for people, below /inspector. */
export function registerInspector(server: FastifyInstance, parts: InspectorParts): void {
  server.register(
    async (scope) => {
      scope.addHook("onRequest", async (request, reply) => {
        reply.headers({
          "content-security-policy": policy,
          "x-content-type-options": "nosniff",
          "referrer-policy": "no-referrer",
        });
        return refuseInspection(parts, request, reply);
      });
      scope.addHook("onRoute", ({ method, path }) => {
        if (method === "GET") refuseOtherMethods(scope, path.slice("/inspector".length), ["GET"]);
      });
      scope.setNotFoundHandler((_request, reply) =>
        sendPage(reply.code(404), messagePage("Not found", "There is nothing at this address.")),
      );
      // What fails is answered, and logged, as everywhere; but people are to see a page.
      scope.addHook("onSend", async (request, reply, payload) => {
        const isPage = String(reply.getHeader("content-type")).startsWith("text/html");
        if (reply.statusCode < 400 || isPage || request.method !== "GET") return payload;
        reply.type("text/html; charset=utf-8");
        const reason = reply.statusCode === 503 ? "The server or its storage is not available now." : "";
        return messagePage("That did not work", `${reason} The server's log says more.`.trim());
      });
      scope.get("/", async (_request, reply) => sendPage(reply, await renderTenants(parts)));
      scope.get("/assets/style.css", async (_request, reply) =>
        reply.type("text/css; charset=utf-8").send(style),
      );
      scope.get("/assets/live.js", async (_request, reply) =>
        reply.type("text/javascript; charset=utf-8").send(liveScript),
      );
      const page = (
        path: string,
        render: (tenant: Tenant, request: FastifyRequest) => Promise<string | undefined>,
      ): void => {
        scope.get(path, async (request, reply) => {
          const tenant = parts.tenants.find(readPathParameter(request.params, "tenant") ?? "");
          const text = tenant === undefined ? undefined : await render(tenant, request);
          if (text !== undefined) return sendPage(reply, text);
          return sendPage(
            reply.code(404),
            messagePage("Not found", "There is nothing here (any more).", tenant?.name),
          );
        });
      };
      page("/:tenant/users", (tenant, request) => renderList(parts, tenant, "users", readQuery(request)));
      page("/:tenant/groups", (tenant, request) => renderList(parts, tenant, "groups", readQuery(request)));
      page("/:tenant/users/:id", (tenant, request) => renderUser(parts, tenant, readId(request)));
      page("/:tenant/groups/:id", (tenant, request) =>
        renderGroup(parts, tenant, readId(request), readQuery(request)),
      );
      page("/:tenant/changes", (tenant, request) => renderChanges(parts, tenant, readQuery(request)));
      page("/:tenant/requests", async (tenant) =>
        requestsPage(tenant, parts.requests.latest(tenant.name, 100)),
      );
      page("/:tenant/requests/rows", async (tenant) => requestRows(parts.requests.latest(tenant.name, 100)));
      page("/:tenant/evidence", async (tenant) => {
        await parts.evidence.flush();
        return evidencePage(tenant, await parts.storage.evidence(tenant.name));
      });
    },
    { prefix: "/inspector" },
  );
}

function sendPage(reply: FastifyReply, text: string): FastifyReply {
  return reply.type("text/html; charset=utf-8").send(text);
}

function readQuery(request: FastifyRequest): Query {
  const query: unknown = request.query;
  return typeof query === "object" && query !== null ? { ...query } : {};
}

function readId(request: FastifyRequest): string {
  return readPathParameter(request.params, "id") ?? "";
}

/** A place in a list, from the query; `otherwise` for what is none. */
function readPosition(query: Query, name: string, otherwise: number): number {
  const position = Number(query[name] ?? otherwise);
  return Number.isSafeInteger(position) && position > otherwise ? position : otherwise;
}

async function renderTenants(parts: InspectorParts): Promise<string> {
  const health = await readHealth(parts.storage);
  // Without its storage the server can still say that.
  if (health.storageMilliseconds === undefined) return tenantsPage([], health);
  return tenantsPage(await Promise.all(parts.tenants.tenants.map((one) => readOverview(parts, one))), health);
}

async function readHealth(storage: Storage): Promise<ServerHealth> {
  const start = performance.now();
  const answers = await answerInTime(storage.check().then(() => true));
  return {
    storage: storage.dialect.name === "sqlite" ? "SQLite" : "PostgreSQL",
    storageMilliseconds: answers === true ? performance.now() - start : undefined,
    uptimeSeconds: process.uptime(),
    memoryBytes: process.memoryUsage.rss(),
  };
}

async function readOverview({ storage }: InspectorParts, tenant: Tenant): Promise<TenantOverview> {
  const [counts, entries, bounds, states, letters] = await Promise.all([
    storage.counts(tenant.name),
    storage.evidence(tenant.name),
    storage.changeLog.bounds(tenant.name),
    storage.webhooks.states(tenant.name),
    storage.webhooks.deadLetters(tenant.name),
  ]);
  const calls = entries.filter(({ userAgent }) => isOkta(userAgent)).map(({ lastAt }) => lastAt);
  const configured = states.filter(({ id }) => tenant.webhooks.some((webhook) => webhook.id === id));
  return {
    tenant,
    counts,
    lastOktaCall: calls.length === 0 ? undefined : Math.max(...calls),
    webhooks: configured.map(({ id, deliveredSequence, lastError }) => ({
      id,
      waiting: bounds.last - deliveredSequence,
      deadLetters: letters.filter(({ webhookId }) => webhookId === id).length,
      lastError,
    })),
  };
}

async function renderList(
  parts: InspectorParts,
  tenant: Tenant,
  section: "users" | "groups",
  query: Query,
): Promise<string> {
  const text = typeof query["q"] === "string" ? query["q"].trim().slice(0, 200) : "";
  const model = section === "users" ? tenant.users : tenant.groups;
  if (text !== "") {
    const names = section === "users" ? ["userName", "displayName", "emails.value"] : ["displayName"];
    const operands = names.map(
      (path): FilterNode => ({ kind: "compare", path, operator: "co", value: text }),
    );
    const filter = bindFilter(model, { kind: "or", operands });
    const after = readPosition(query, "after", 0);
    const found = await search(parts.storage, tenant.name, model.type, filter, after, pageSize);
    return searchPage(tenant, section, found, text, after);
  }
  const start = readPosition(query, "start", 1);
  const page = await parts.storage.list(tenant.name, {
    selections: [{ type: model.type, filter: undefined }],
    sort: undefined,
    offset: start - 1,
    limit: pageSize,
    after: undefined,
  });
  return listPage(tenant, section, page, start);
}

const historyLength = 200;

async function renderUser(parts: InspectorParts, tenant: Tenant, id: string): Promise<string | undefined> {
  const user = await parts.storage.find(tenant.name, "User", id);
  const history = await readPersonHistory(parts.storage, tenant.name, id, historyLength);
  if (user === undefined) {
    const own = history.flatMap(({ change, membership }) => (membership === undefined ? [change] : []));
    const names = await readNames(parts.storage, tenant.name, own);
    const gone = { id, name: names.get(id) };
    return own.length === 0 ? undefined : gonePage(tenant, "users", gone, historyTable(tenant, history));
  }
  const groups = await parts.storage.groupsOf([user.ordinal]);
  return userPage(tenant, user, groups.get(user.ordinal) ?? [], history);
}

async function renderGroup(
  parts: InspectorParts,
  tenant: Tenant,
  id: string,
  query: Query,
): Promise<string | undefined> {
  const group = await parts.storage.find(tenant.name, "Group", id);
  const history = await parts.storage.changeLog.newestOf(tenant.name, id, historyLength);
  if (group === undefined) {
    const names = await readNames(parts.storage, tenant.name, history);
    const gone = { id, name: names.get(id) };
    return history.length === 0
      ? undefined
      : gonePage(tenant, "groups", gone, changesTable(tenant, history, names));
  }
  const start = readPosition(query, "start", 1);
  const members = await parts.storage.memberPage(group, start - 1, pageSize);
  return groupPage(tenant, group, members, start, history);
}

async function renderChanges(parts: InspectorParts, tenant: Tenant, query: Query): Promise<string> {
  const { first, last } = await parts.storage.changeLog.bounds(tenant.name);
  const asked = Number(query["before"] ?? last + 1);
  const before = Number.isSafeInteger(asked) && asked > 0 ? asked : last + 1;
  const after = Math.max(first - 1, before - 1 - pageSize);
  const changes = await parts.storage.changeLog.after(tenant.name, {
    after,
    limit: Math.max(0, before - 1 - after),
  });
  const names = await readNames(parts.storage, tenant.name, changes);
  return changesPage(tenant, changes.toReversed(), names, after >= first ? after + 1 : undefined);
}
