import type { Answer } from "../../http.ts";
import type { LogEvent } from "../../store/model.ts";
import type { ConsoleCall, ConsoleRoute } from "../console-call.ts";
import { html, type SafeHtml } from "../html.ts";
import { answerPage, badge, moment, table } from "../layout.ts";
import { pageSize, renderPager } from "../paging.ts";

/** The System Log, newest first; live when asked for. */
export const logRoutes: readonly ConsoleRoute[] = [{ method: "GET", path: "log", handle: showLog }];

/** Seconds between two looks of a live page. */
const liveSeconds = 2;

/** System Log events, one row each. */
export function renderLogTable(events: readonly { readonly event: LogEvent }[], title?: string): SafeHtml {
  const rows = events.map(({ event }) => {
    const targets = [...new Set(event.target.map(({ displayName }) => displayName))].join(", ");
    return html`<tr><td>${moment(event.published)}</td><td>${event.displayMessage}<br><small class="nowrap"><code>${event.eventType}</code></small></td>
<td>${targets}<br><small>by ${event.actor.displayName}</small></td><td class="long">${badge(event.outcome.result)}${event.outcome.reason !== null && html`<br>${event.outcome.reason}`}</td></tr>`;
  });
  return table(["Time (UTC)", "Event", "About", "Outcome"], rows, "Nothing has happened yet.", title);
}

function showLog(call: ConsoleCall): Answer {
  const { query } = call.request;
  const isLive = query.has("live");
  const after = Number(query.get("after") ?? "0");
  const events = call.store.log.page({
    order: "DESCENDING",
    limit: pageSize + 1,
    ...(after > 0 ? { after } : {}),
  });
  const shown = events.slice(0, pageSize);
  const last = shown.at(-1);
  const more = events.length > pageSize && last !== undefined ? String(last.sequence) : undefined;
  const body = html`<h1>System Log</h1>
<div class="toolbar"><p class="lead">What happened in the org, newest first.</p>${
    isLive
      ? html`<a class="button" href="/admin/log">Stop following</a>`
      : html`<a class="button" href="/admin/log?live">Follow live</a>`
  }</div>
${isLive ? html`<div data-live="${liveSeconds}" role="log" aria-live="off" aria-label="System Log">${renderLogTable(shown)}</div>` : renderLogTable(shown)}
${renderPager("/admin/log", query, more)}`;
  return answerPage(200, { title: "System Log", section: "log", body, isLive });
}
