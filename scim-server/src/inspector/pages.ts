import type { Tenant } from "../config/tenant.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { readDocument } from "../protocol/representation.ts";
import type { ResourceModel } from "../schema/resource-model.ts";
import type {
  EvidenceEntry,
  ListPage,
  RecordedChange,
  Relation,
  StoredResource,
  TenantCounts,
} from "../storage/storage.ts";
import { changesTable, historyTable } from "./changes-table.ts";
import { Html, html } from "./html.ts";
import { layout, pages, type Section, table, time } from "./layout.ts";
import type { HistoryEntry } from "./person-history.ts";
import type { LoggedRequest } from "./request-log.ts";
import type { Found } from "./search.ts";

export const pageSize = 50;

export function isOkta(userAgent: string): boolean {
  return /^okta/i.test(userAgent);
}

/** What the first page tells of a tenant. */
export interface TenantOverview {
  readonly tenant: Tenant;
  readonly counts: TenantCounts;
  readonly lastOktaCall: number | undefined;
  readonly webhooks: readonly {
    readonly id: string;
    readonly waiting: number;
    readonly deadLetters: number;
    readonly lastError: string | undefined;
  }[];
}

/** How the server is. */
export interface ServerHealth {
  readonly storage: string;
  /** Undefined when the storage does not answer. */
  readonly storageMilliseconds: number | undefined;
  readonly uptimeSeconds: number;
  readonly memoryBytes: number;
}

/** The server's health, and all tenants with what they hold and when Okta last called. */
export function tenantsPage(tenants: readonly TenantOverview[], health: ServerHealth): string {
  const cards = tenants.map(
    ({
      tenant,
      counts,
      lastOktaCall,
      webhooks,
    }) => html`<li><h2><a href="/inspector/${tenant.name}/users">${tenant.name}</a></h2><dl>
<dt>People</dt><dd>${counts.activeUsers} active, ${counts.users - counts.activeUsers} inactive</dd>
<dt>Groups</dt><dd>${counts.groups}</dd>
<dt>Okta's last call</dt><dd>${lastOktaCall === undefined ? "never" : time(lastOktaCall)}</dd>
${webhooks.map((webhook) => describeWebhook(webhook))}<dt>Base URL</dt><dd>${tenant.scimUrl}</dd></dl></li>`,
  );
  const none = html`<p>There are no tenants yet: the tenants file names none.</p>`;
  const list = cards.length === 0 ? none : html`<ul class="cards">${cards}</ul>`;
  return layout("Tenants", html`${list}<h2>Health</h2>${describeHealth(health)}`);
}

function describeWebhook(webhook: TenantOverview["webhooks"][number]): Html {
  const { id, waiting, deadLetters, lastError } = webhook;
  const isWell = deadLetters === 0 && lastError === undefined;
  const error = lastError === undefined ? "" : `; last error: ${lastError}`;
  return html`<dt>Webhook ${id}</dt><dd class="${isWell ? "" : "bad"}">${waiting} waiting, ${deadLetters} dead letters${error}</dd>`;
}

function describeHealth(health: ServerHealth): Html {
  const { storageMilliseconds } = health;
  const answers = storageMilliseconds !== undefined;
  const state = answers ? `answers in ${storageMilliseconds.toFixed(1)} ms` : "does not answer";
  const hours = Math.floor(health.uptimeSeconds / 3600);
  const minutes = Math.floor((health.uptimeSeconds % 3600) / 60);
  return html`<dl><dt>Storage</dt><dd class="${answers ? "good" : "bad"}">${health.storage} ${state}</dd>
<dt>Running for</dt><dd>${hours} h ${minutes} min</dd>
<dt>Memory</dt><dd>${Math.round(health.memoryBytes / 1_000_000)} MB</dd></dl>`;
}

/** People or groups, paged. */
export function listPage(tenant: Tenant, section: "users" | "groups", page: ListPage, start: number): string {
  const path = `/inspector/${tenant.name}/${section}`;
  const links = pages(path, start, pageSize, page.total);
  return resourcesPage(tenant, section, page.resources, "", links);
}

/** The people or groups that a search found, and what comes after them. How many there are in all, nobody counts. */
export function searchPage(
  tenant: Tenant,
  section: "users" | "groups",
  found: Found,
  query: string,
  after: number,
): string {
  const path = `/inspector/${tenant.name}/${section}`;
  const link = (label: string, position: number): Html => {
    const text = new URLSearchParams({ q: query, ...(position === 0 ? {} : { after: String(position) }) });
    return html`<a href="${path}?${text.toString()}">${label}</a>`;
  };
  const count = found.resources.length;
  const links = html`<nav class="pages" aria-label="Pages"><span>${count === 0 ? "None" : `${count} shown`}</span>
${after > 0 ? link("First page", 0) : undefined}
${found.next === undefined ? undefined : link("Next page", found.next)}</nav>`;
  return resourcesPage(tenant, section, found.resources, query, links);
}

function resourcesPage(
  tenant: Tenant,
  section: "users" | "groups",
  resources: readonly StoredResource[],
  query: string,
  links: Html,
): string {
  const path = `/inspector/${tenant.name}/${section}`;
  const isUsers = section === "users";
  const rows = resources.map((resource) => {
    const document = readDocument(resource);
    const name = textOf(document[isUsers ? "userName" : "displayName"]);
    const active = document["active"] === true;
    const state = isUsers
      ? html`<td>${textOf(document["displayName"])}</td><td class="${active ? "good" : "bad"}">${active ? "active" : "inactive"}</td>`
      : undefined;
    return html`<tr><th scope="row"><a href="${path}/${resource.id}">${name}</a></th>${state}<td>${time(resource.lastModifiedAt)}</td></tr>`;
  });
  const heads = isUsers ? ["User name", "Name", "State", "Changed"] : ["Group", "Changed"];
  const label = isUsers ? "User name, name or e-mail" : "Group name";
  const form = html`<form role="search" action="${path}"><div><label for="q">${label}</label>
<input type="search" id="q" name="q" value="${query}"></div><button>Search</button></form>`;
  const title = isUsers ? "People" : "Groups";
  return layout(title, html`${form}${table(title, heads, rows)}${links}`, tenant.name, section);
}

/** One person: attributes, groups, history. */
export function userPage(
  tenant: Tenant,
  user: StoredResource,
  groups: readonly Relation[],
  history: readonly HistoryEntry[],
): string {
  const document = readDocument(user);
  const list = groups.map(
    (group) =>
      html`<li><a href="/inspector/${tenant.name}/groups/${group.id}">${group.display ?? group.id}</a>${group.direct ? "" : " (through another group)"}</li>`,
  );
  return layout(
    textOf(document["userName"]),
    html`${attributes(tenant.users, user, document)}<h2>Groups</h2>${list.length === 0 ? html`<p class="soft">In no group.</p>` : html`<ul>${list}</ul>`}
<h2>History</h2>${historyTable(tenant, history)}`,
    tenant.name,
    "users",
  );
}

/** A person or group that was deleted: what the audit trail has kept. */
export function gonePage(
  tenant: Tenant,
  section: "users" | "groups",
  { id, name }: { readonly id: string; readonly name: string | undefined },
  history: Html,
): string {
  return layout(
    name ?? id,
    html`<p>Deleted. The id was ${id}.</p><h2>History</h2>${history}`,
    tenant.name,
    section,
  );
}

/** One group: its members page by page, and history. */
export function groupPage(
  tenant: Tenant,
  group: StoredResource,
  members: { readonly total: number; readonly relations: readonly Relation[] },
  start: number,
  history: readonly RecordedChange[],
): string {
  const document = readDocument(group);
  const path = `/inspector/${tenant.name}/groups/${group.id}`;
  const rows = members.relations.map(
    ({ type, id, display }) =>
      html`<tr><th scope="row"><a href="/inspector/${tenant.name}/${type === "User" ? "users" : "groups"}/${id}">${display ?? id}</a></th><td>${type === "User" ? "person" : "group"}</td></tr>`,
  );
  return layout(
    textOf(document["displayName"]),
    html`${attributes(tenant.groups, group, document)}<h2>Members</h2>${table("Members", ["Name", "Kind"], rows)}
${pages(path, start, pageSize, members.total)}<h2>History</h2>${changesTable(tenant, history, new Map([[group.id, textOf(document["displayName"])]]))}`,
    tenant.name,
    "groups",
  );
}

/** The tenant's changes, newest first. */
export function changesPage(
  tenant: Tenant,
  changes: readonly RecordedChange[],
  names: ReadonlyMap<string, string>,
  older: number | undefined,
): string {
  const path = `/inspector/${tenant.name}/changes`;
  const link =
    older === undefined ? undefined : html`<p><a href="${path}?before=${older}">Older changes</a></p>`;
  return layout("Changes", html`${changesTable(tenant, changes, names)}${link}`, tenant.name, "changes");
}

/** The last requests to this server, kept current by a script. */
export function requestsPage(tenant: Tenant, requests: readonly LoggedRequest[]): string {
  const content = html`<p>The last requests to this server, newest first. Calls from Okta are marked.</p>
<p><label><input type="checkbox" id="live" checked> Keep up to date</label></p>
<div data-live="/inspector/${tenant.name}/requests/rows">${new Html(requestRows(requests))}</div>
<script src="/inspector/assets/live.js"></script>`;
  return layout("Requests", content, tenant.name, "requests");
}

/** The table of {@link requestsPage} alone. */
export function requestRows(requests: readonly LoggedRequest[]): string {
  const rows = requests.map((request) => {
    const okta = isOkta(request.userAgent);
    return html`<tr class="${okta ? "okta" : ""}"><td>${time(request.at)}</td><th scope="row">${request.kind}</th>
<td class="${request.status < 400 ? "good" : "bad"}">${request.status}</td><td class="number" data-unit=" ms">${request.milliseconds.toFixed(1)}</td>
<td>${okta ? html`<strong>Okta</strong>` : request.userAgent}</td><td>${request.tokenId}</td><td><code>${request.method} ${request.route}</code></td></tr>`;
  });
  return table("Requests", ["Time", "What", "Status", "ms", "Client", "Token", "Route"], rows).text;
}

/** Who called, what for and how often. */
export function evidencePage(tenant: Tenant, entries: readonly EvidenceEntry[]): string {
  const rows = entries.map(
    (
      entry,
    ) => html`<tr class="${isOkta(entry.userAgent) ? "okta" : ""}"><th scope="row">${entry.kind}</th><td>${entry.userAgent}</td>
<td class="number" data-unit=" calls">${entry.count}</td><td>${time(entry.lastAt)}</td><td class="${entry.lastStatus < 400 ? "good" : "bad"}">${entry.lastStatus}</td></tr>`,
  );
  const content = table("Evidence", ["Kind", "Client", "Calls", "Last", "Last status"], rows);
  return layout("Evidence", content, tenant.name, "evidence");
}

/** A short page for what is not there. */
export function messagePage(title: string, text: string, tenant?: string, section?: Section): string {
  return layout(title, html`<p>${text}</p>`, tenant, section);
}

function textOf(value: JsonObject[string] | undefined): string {
  return typeof value === "string" ? value : "";
}

function attributes(model: ResourceModel, resource: StoredResource, document: JsonObject): Html {
  const entries = Object.entries(document).map(([name, value]) => {
    const extension = model.extensionByUrn.get(name.toLowerCase());
    return html`<dt>${extension?.schema.name ?? name}</dt><dd>${describeValue(value)}</dd>`;
  });
  return html`<dl><dt>id</dt><dd>${resource.id}</dd>${entries}<dt>created</dt><dd>${time(resource.createdAt)}</dd>
<dt>changed</dt><dd>${time(resource.lastModifiedAt)}</dd><dt>version</dt><dd>${resource.version}</dd></dl>`;
}

/** A value in words: the parts of a complex one by name, each of several on a line of its own. */
function describeValue(value: JsonValue): Html {
  if (Array.isArray(value)) return html`${value.map((item) => html`<div>${describeValue(item)}</div>`)}`;
  if (!isJsonObject(value)) return html`${String(value)}`;
  const { value: main, ...parts } = value;
  const named = Object.entries(parts).map(
    ([name, part]) => html`<span class="soft">${name}</span> ${describeValue(part)} `,
  );
  return main === undefined ? html`${named}` : html`${describeValue(main)} ${named}`;
}
