import { type Answer, redirectTo } from "../../http.ts";
import { DISTURBANCE_NAMES, DISTURBANCES, disturb, isDisturbance } from "../../provisioning/disturbances.ts";
import {
  FAULT_DEFAULTS,
  FAULT_KINDS,
  type Fault,
  type FaultKind,
} from "../../provisioning/fault-registry.ts";
import type { App } from "../../store/model.ts";
import {
  type ConsoleCall,
  type ConsoleRoute,
  describeApp,
  findApp,
  logAct,
  readParam,
} from "../console-call.ts";
import { html, type SafeHtml } from "../html.ts";
import { answerPage, button, table } from "../layout.ts";

/** What can be made to go wrong on purpose, and the org's time. */
export const faultRoutes: readonly ConsoleRoute[] = [
  { method: "GET", path: "faults", handle: showFaults },
  { method: "POST", path: "faults", handle: addFault },
  { method: "POST", path: "faults/clear", handle: clearFaults },
  { method: "POST", path: "faults/:faultId/remove", handle: removeFault },
  { method: "POST", path: "faults/connections", handle: setConnections },
  { method: "POST", path: "faults/exhaust", handle: exhaustRateLimit },
  { method: "POST", path: "faults/disturb", handle: disturbApp },
  { method: "POST", path: "clock", handle: moveClock },
];

const kindLabels: Readonly<Record<FaultKind, string>> = {
  "rate-limit": "Rate limit (429)",
  "server-error": "Server error (5xx)",
  slow: "Slow answer",
  refused: "Connection refused",
  dropped: "Connection dropped after the request",
  "wrong-answer": "Wrong answer (HTML instead of JSON)",
  "expired-token": "Expired token (401)",
};

function showFaults(call: ConsoleCall): Answer {
  const apps = call.store.apps.page({ limit: 500 });
  const rows = call.faults.list().map((fault) => renderRow(call, fault));
  const clock = call.clock.now().toISOString().slice(0, 19).replace("T", " ");
  const body = html`<h1>Faults and time</h1><p class="lead">Faults happen to requests until they are used up or switched off. A restarted org has none.</p>
${table(["Fault", "Meets", "Left", "Met", ""], rows, "No fault is switched on.")}
${rows.length > 1 && html`<p>${button("/admin/faults/clear", "Switch all off")}</p>`}
<form class="card" method="post" action="/admin/faults"><h2>Switch a fault on</h2><div class="fields">
<div class="field"><label for="kind">Fault</label><select id="kind" name="kind">${FAULT_KINDS.map((kind) => html`<option value="${kind}">${kindLabels[kind]}</option>`)}</select></div>
<div class="field"><label for="target">Whose requests</label><select id="target" name="target"><option value="scim">Okta’s to a SCIM server</option><option value="api">Clients’ to the Management API</option></select></div>
<div class="field"><label for="appId">Application</label><select id="appId" name="appId"><option value="">any</option>${apps.map(({ id, label }) => html`<option value="${id}">${label}</option>`)}</select></div>
<div class="field"><label for="method">Method</label><select id="method" name="method"><option value="">any</option>${["GET", "POST", "PUT", "PATCH", "DELETE"].map((method) => html`<option>${method}</option>`)}</select></div>
<div class="field"><label for="path">Part of the path</label><input id="path" name="path" placeholder="/Users"></div>
<div class="field"><label for="remaining">How many requests</label><input id="remaining" name="remaining" type="number" min="1" placeholder="until switched off"></div>
<div class="field"><label for="retryAfterSeconds">Retry-After, seconds</label><input id="retryAfterSeconds" name="retryAfterSeconds" type="number" min="0" placeholder="none"><p class="hint">For rate limits.</p></div>
<div class="field"><label for="status">Status</label><input id="status" name="status" type="number" min="500" max="599" value="${FAULT_DEFAULTS.status}"><p class="hint">For server errors.</p></div>
<div class="field"><label for="percent">Share of the requests, percent</label><input id="percent" name="percent" type="number" min="1" max="100" value="100"></div>
<div class="field"><label for="delayMs">Delay, milliseconds</label><input id="delayMs" name="delayMs" type="number" min="0" max="600000" value="${FAULT_DEFAULTS.delayMs}"><p class="hint">For slow answers.</p></div>
</div><button class="primary">Switch on</button></form>
${renderApiConditions(call)}
${renderDisturbances(apps)}
<section class="card"><h2>Time</h2><p>The org’s time is <strong>${clock} UTC</strong>${call.clock.offset !== 0 && html`, ${Math.round(call.clock.offset / 1000)} s ahead of this machine`}. Moving it on ends waits for a rate limit at once.</p>
<div class="row">${[1, 5, 60].map((minutes) => button("/admin/clock", `+ ${minutes} min`, { fields: { seconds: String(minutes * 60) } }))}${call.clock.offset !== 0 && button("/admin/clock", "Back to real time", { fields: { reset: "yes" } })}</div></section>`;
  return answerPage(200, { title: "Faults and time", section: "faults", body });
}

/** What the Management API does as a whole: rate limits and the connections API. */
function renderApiConditions({ conditions }: ConsoleCall): SafeHtml {
  const isUnknown = conditions.connections === "unknown";
  return html`<section class="card"><h2>Management API</h2>
<p>${isUnknown ? "The connections API answers UNKNOWN for every app." : "The connections API serves the apps that it serves in Okta."}</p>
<div class="row">${button("/admin/faults/connections", isUnknown ? "Serve connections again" : "Answer UNKNOWN for every app", { fields: { connections: isUnknown ? "as-configured" : "unknown" } })}</div>
<form class="row spaced" method="post" action="/admin/faults/exhaust"><div><label for="bucket">Rate limit of</label><select id="bucket" name="bucket">${conditions.rateLimits.buckets.map((bucket) => html`<option>${bucket}</option>`)}</select></div>
<button>Use it up</button></form><p class="hint">Requests get 429 until their minute is over.</p></section>`;
}

/** Edits that a program does not know of: drift, and provisioning that was switched off. */
function renderDisturbances(apps: readonly App[]): SafeHtml {
  if (apps.length === 0) return html``;
  return html`<form class="card" method="post" action="/admin/faults/disturb"><h2>Behind the program’s back</h2><p>Somebody edits an application in the console; the next refresh, check or preview is to notice.</p>
<div class="fields"><div class="field"><label for="disturbedApp">Application</label><select id="disturbedApp" name="appId">${apps.map(({ id, label }) => html`<option value="${id}">${label}</option>`)}</select></div>
<div class="field"><label for="change">What happens</label><select id="change" name="change">${DISTURBANCE_NAMES.map((name) => html`<option value="${name}">${DISTURBANCES[name]}</option>`)}</select></div></div>
<button>Let it happen</button></form>`;
}

function renderRow(call: ConsoleCall, fault: Fault): SafeHtml {
  const app = fault.appId === null ? undefined : call.store.apps.get(fault.appId);
  const scope = [
    fault.target === "api" ? "Management API" : "SCIM requests",
    app === undefined ? undefined : `of ${app.label}`,
    fault.method ?? undefined,
    fault.path ?? undefined,
    fault.probability < 1 ? `(${Math.round(fault.probability * 100)} %)` : undefined,
  ];
  return html`<tr><td>${kindLabels[fault.kind]}</td><td>${scope.filter((part) => part !== undefined).join(" ")}</td>
<td class="number" data-label="Left">${fault.remaining ?? "no end"}</td><td class="number" data-label="Met">${fault.hits}</td>
<td class="actions">${button(`/admin/faults/${fault.id}/remove`, "Switch off", { small: true, about: kindLabels[fault.kind] })}</td></tr>`;
}

function addFault(call: ConsoleCall): Answer {
  const kind = FAULT_KINDS.find((one) => one === call.form.get("kind"));
  if (kind !== undefined) {
    call.faults.add({
      ...FAULT_DEFAULTS,
      kind,
      target: call.form.get("target") === "api" ? "api" : "scim",
      appId: readText(call, "appId"),
      method: readText(call, "method"),
      path: readText(call, "path"),
      remaining: readCount(call, "remaining"),
      retryAfterSeconds: readCount(call, "retryAfterSeconds"),
      status: Math.min(599, Math.max(500, readCount(call, "status") ?? FAULT_DEFAULTS.status)),
      probability: Math.min(100, Math.max(1, readCount(call, "percent") ?? 100)) / 100,
      delayMs: readCount(call, "delayMs") ?? FAULT_DEFAULTS.delayMs,
    });
  }
  return redirectTo("/admin/faults");
}

function removeFault(call: ConsoleCall): Answer {
  call.faults.remove(readParam(call, "faultId"));
  return redirectTo("/admin/faults");
}

function clearFaults(call: ConsoleCall): Answer {
  call.faults.clear();
  return redirectTo("/admin/faults");
}

function setConnections(call: ConsoleCall): Answer {
  call.conditions.connections = call.form.get("connections") === "unknown" ? "unknown" : "as-configured";
  return redirectTo("/admin/faults");
}

function exhaustRateLimit(call: ConsoleCall): Answer {
  const bucket = readText(call, "bucket");
  if (bucket !== null && call.conditions.rateLimits.buckets.includes(bucket)) {
    call.conditions.rateLimits.exhaust(bucket);
  }
  return redirectTo("/admin/faults");
}

function disturbApp(call: ConsoleCall): Answer {
  const app = findApp(call);
  const change = readText(call, "change");
  if (change === null || !isDisturbance(change)) return redirectTo("/admin/faults");
  disturb(call.store, app.id, change);
  logAct(call, "application.lifecycle.update", DISTURBANCES[change], [describeApp(app)]);
  return redirectTo(`/admin/apps/${app.id}`);
}

function moveClock(call: ConsoleCall): Answer {
  const seconds = readCount(call, "seconds");
  if (call.form.get("reset") === "yes") call.clock.reset();
  else if (seconds !== null) call.clock.advance(seconds * 1000);
  return redirectTo("/admin/faults");
}

function readText(call: ConsoleCall, name: string): string | null {
  const value = (call.form.get(name) ?? "").trim();
  return value === "" ? null : value;
}

function readCount(call: ConsoleCall, name: string): number | null {
  const value = readText(call, name);
  return value !== null && /^\d{1,7}$/.test(value) ? Number(value) : null;
}
