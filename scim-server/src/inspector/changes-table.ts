import type { Tenant } from "../config/tenant.ts";
import type { JsonObject } from "../json.ts";
import type { RecordedChange } from "../storage/storage.ts";
import { type Html, html } from "./html.ts";
import { table, time } from "./layout.ts";
import type { HistoryEntry } from "./person-history.ts";

/**
 * Changes of any resources: what, of whom, by which token. Who has no name is told by the end of the id, for ids of the
 * same hours begin alike.
 */
export function changesTable(
  tenant: Tenant,
  changes: readonly RecordedChange[],
  names: ReadonlyMap<string, string>,
): Html {
  const rows = changes.map((change) => {
    const section = change.resourceType === "User" ? "users" : "groups";
    return html`<tr><td>${change.sequence}</td><td>${time(change.at)}</td><th scope="row">${change.type}</th>
<td><a href="/inspector/${tenant.name}/${section}/${change.resourceId}">${names.get(change.resourceId) ?? `…${change.resourceId.slice(-12)}`}</a></td>
<td>${summarise(change.details)}</td><td>${change.origin.tokenId}</td></tr>`;
  });
  return table("Changes", ["Nr.", "Time", "What", "Whom", "Details", "Token"], rows);
}

/** What happened to one person: own changes, and the groups joined and left. */
export function historyTable(tenant: Tenant, history: readonly HistoryEntry[]): Html {
  const rows = history.map(({ change, membership }) => {
    const [what, details] =
      membership === undefined
        ? [change.type, summarise(change.details)]
        : [
            membership.action,
            html`<a href="/inspector/${tenant.name}/groups/${change.resourceId}">${membership.group}</a>`,
          ];
    return html`<tr><td>${change.sequence}</td><td>${time(change.at)}</td><th scope="row">${what}</th>
<td>${details}</td><td>${change.origin.tokenId}</td></tr>`;
  });
  return table("History", ["Nr.", "Time", "What", "Details", "Token"], rows);
}

function summarise(details: JsonObject): string {
  const count = (name: string): number => {
    const value = details[name];
    return Array.isArray(value) ? value.length : 0;
  };
  const changed = details["changed"];
  const parts = [
    Array.isArray(changed) ? changed.map((name) => String(name).split(":").at(-1)).join(", ") : "",
    count("added") > 0 ? `${count("added")} added` : "",
    count("removed") > 0 ? `${count("removed")} removed` : "",
  ];
  return parts.filter((part) => part !== "").join("; ");
}
