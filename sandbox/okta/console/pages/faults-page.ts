import { type Answer, redirectTo } from "../../http.ts";
import {
  FAULT_DEFAULTS,
  FAULT_KINDS,
  type Fault,
  type FaultKind,
} from "../../provisioning/fault-registry.ts";
import { type ConsoleCall, type ConsoleRoute, readParam } from "../console-call.ts";
import { html, type SafeHtml } from "../html.ts";
import { answerPage, button, table } from "../layout.ts";

/** What can be made to go wrong on purpose, and the org's time. */
export const faultRoutes: readonly ConsoleRoute[] = [
  { method: "GET", path: "faults", handle: showFaults },
  { method: "POST", path: "faults", handle: addFault },
  { method: "POST", path: "faults/clear", handle: clearFaults },
  { method: "POST", path: "faults/:faultId/remove", handle: removeFault },
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
<div class="field"><label for="delayMs">Delay, milliseconds</label><input id="delayMs" name="delayMs" type="number" min="0" max="600000" value="${FAULT_DEFAULTS.delayMs}"><p class="hint">For slow answers.</p></div>
</div><button class="primary">Switch on</button></form>
<section class="card"><h2>Time</h2><p>The org’s time is <strong>${clock} UTC</strong>${call.clock.offset !== 0 && html`, ${Math.round(call.clock.offset / 1000)} s ahead of this machine`}. Moving it on ends waits for a rate limit at once.</p>
<div class="row">${[1, 5, 60].map((minutes) => button("/admin/clock", `+ ${minutes} min`, { fields: { seconds: String(minutes * 60) } }))}${call.clock.offset !== 0 && button("/admin/clock", "Back to real time", { fields: { reset: "yes" } })}</div></section>`;
  return answerPage(200, { title: "Faults and time", section: "faults", body });
}

function renderRow(call: ConsoleCall, fault: Fault): SafeHtml {
  const app = fault.appId === null ? undefined : call.store.apps.get(fault.appId);
  const scope = [
    fault.target === "api" ? "Management API" : "SCIM requests",
    app === undefined ? undefined : `of ${app.label}`,
    fault.method ?? undefined,
    fault.path ?? undefined,
  ];
  return html`<tr><td>${kindLabels[fault.kind]}</td><td>${scope.filter((part) => part !== undefined).join(" ")}</td>
<td class="number">${fault.remaining ?? "no end"}</td><td class="number">${fault.hits}</td>
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
