import { type Answer, answerJson, redirectTo } from "../../http.ts";
import type { App } from "../../store/model.ts";
import { type ConsoleCall, type ConsoleRoute, describeApp, findApp, logAct } from "../console-call.ts";
import { html, type SafeHtml } from "../html.ts";
import { notice } from "../layout.ts";
import {
  type FormOutcome,
  type ProvisioningForm,
  parseProvisioningForm,
  saveProvisioningForm,
  testProvisioningForm,
} from "../provisioning-form.ts";
import { answerAppPage } from "./app-page.ts";
import { renderConnectionState, renderImportState } from "./provisioning-state.ts";

/** The Provisioning section: what an administrator sets by hand where the connections API does not serve an app. */
export const appProvisioningRoutes: readonly ConsoleRoute[] = [
  { method: "GET", path: "apps/:appId/provisioning", handle: showProvisioning },
  { method: "POST", path: "apps/:appId/provisioning", handle: saveProvisioning },
  { method: "POST", path: "apps/:appId/provisioning/test", handle: testProvisioning },
  { method: "POST", path: "apps/:appId/provisioning/disable", handle: disableProvisioning },
];

const badForm: FormOutcome = {
  ok: false,
  error: "The form is not complete.",
  remedy: "Send baseUrl, authentication and token, as the page's own form does.",
  form: undefined,
};

function showProvisioning(call: ConsoleCall): Answer {
  const app = findApp(call);
  const saved =
    call.request.query.has("saved") &&
    notice("good", "Saved", "The SCIM server took the credentials, and provisioning is on.");
  return answerAppPage(app, "provisioning", html`${saved}${renderForm(call, app)}`);
}

async function saveProvisioning(call: ConsoleCall): Promise<Answer> {
  const app = findApp(call);
  const form = parseProvisioningForm(call.form);
  if (form === undefined) return answerOutcome(call, app, badForm, "");
  const outcome = await saveProvisioningForm(call.store, call.engine, app, form);
  if (outcome.ok) {
    logAct(call, "application.provision.integration.call_api", "Save provisioning settings", [
      describeApp(app),
    ]);
  }
  return answerOutcome(call, app, outcome, `/admin/apps/${app.id}/provisioning?saved`);
}

async function testProvisioning(call: ConsoleCall): Promise<Answer> {
  const app = findApp(call);
  const form = parseProvisioningForm(call.form);
  if (form === undefined) return answerOutcome(call, app, badForm, "");
  const result = await testProvisioningForm(call.store, call.engine, app, form);
  if (!result.ok) return answerOutcome(call, app, { ...result, form }, "");
  if (wantsJson(call)) return answerJson(200, { ok: true });
  const content = html`${notice("good", `${app.label} was verified successfully!`, "Nothing is saved yet.")}${renderForm(call, app, form)}`;
  return answerAppPage(app, "provisioning", content);
}

function disableProvisioning(call: ConsoleCall): Answer {
  const app = findApp(call);
  call.store.settings.setConnectionStatus(app.id, "DISABLED");
  logAct(call, "application.provision.integration.call_api", "Disable provisioning", [describeApp(app)]);
  return redirectTo(`/admin/apps/${app.id}/provisioning`);
}

function answerOutcome(call: ConsoleCall, app: App, outcome: FormOutcome, next: string): Answer {
  if (wantsJson(call)) {
    return outcome.ok ? answerJson(200, { ok: true }) : answerJson(422, { ok: false, error: outcome.error });
  }
  if (outcome.ok) return redirectTo(next);
  const content = html`${notice("bad", outcome.error, outcome.remedy)}${renderForm(call, app, outcome.form)}`;
  return answerAppPage(app, "provisioning", content, 422);
}

function wantsJson(call: ConsoleCall): boolean {
  return call.request.headers["accept"]?.includes("application/json") === true;
}

/** The form as it was sent, else as it is saved. A token is never put on a page: an empty field keeps the saved one. */
function renderForm(call: ConsoleCall, app: App, sent?: ProvisioningForm): SafeHtml {
  const { settings } = call.store;
  const connection = settings.connection(app.id);
  const features = settings.features(app.id);
  const isOn = (name: "createUsers" | "updateProfiles" | "deactivateUsers" | "syncPassword"): boolean => {
    if (sent !== undefined) return sent[name] === "on";
    return (name === "syncPassword" ? features.password.status : features[name]) === "ENABLED";
  };
  const authentication = sent?.authentication ?? connection?.authentication ?? "header";
  const home = `/admin/apps/${app.id}/provisioning`;
  const option = (value: string, label: string): SafeHtml =>
    html`<option value="${value}"${authentication === value && html` selected`}>${label}</option>`;
  const check = (name: Parameters<typeof isOn>[0], label: string, text: string): SafeHtml =>
    html`<label class="check"><input type="checkbox" name="${name}" value="on"${isOn(name) && html` checked`}><span><strong>${label}</strong>${text}</span></label>`;
  const keepsToken = connection?.token !== null && connection !== undefined;
  return html`${renderConnectionState(app, connection)}<form class="card" method="post" action="${home}">
<h2>Integration</h2>
<div class="fields">
<div class="field wide"><label for="baseUrl">SCIM connector base URL</label><input id="baseUrl" class="code" name="baseUrl" type="url" required value="${sent?.baseUrl ?? connection?.baseUrl}" placeholder="https://scim.example.com/payroll/scim/v2"></div>
<div class="field"><label for="authentication">Authentication mode</label><select id="authentication" name="authentication">
${option("header", "HTTP Header")}${option("bearer", "Bearer token")}${option("basic", "Basic")}${option("oauth2", "OAuth 2 (token given)")}</select></div>
<div class="field"><label for="username">User name</label><input id="username" name="username" autocomplete="off" value="${sent?.username ?? connection?.username}"><p class="hint">For Basic only.</p></div>
<div class="field wide"><label for="token">Token or password</label><input id="token" name="token" type="password" autocomplete="off" placeholder="${keepsToken && "saved; leave empty to keep it"}"><p class="hint">HTTP Header sends it exactly as typed: a bearer token needs its <code>Bearer </code> in front.</p></div>
</div>
<h2>To App</h2>
<fieldset><legend class="label">What Okta does in the app</legend>
${check("createUsers", "Create Users", "Makes or links an account when the app is assigned to a person.")}
${check("updateProfiles", "Update User Attributes", "Sends changed attributes to the account.")}
${check("deactivateUsers", "Deactivate Users", "Deactivates the account when the app is unassigned, or the person is deactivated.")}
${check("syncPassword", "Sync Password", "Sends the person's Okta password to the account.")}
</fieldset>
<div class="row"><button class="primary">Save</button><button formaction="${home}/test">Test API Credentials</button>
${connection?.status === "ENABLED" && html`<button class="danger" formaction="${home}/disable" formnovalidate>Disable provisioning</button>`}</div>
</form>${renderImportState(features)}`;
}
