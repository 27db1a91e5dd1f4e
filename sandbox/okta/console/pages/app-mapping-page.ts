import { checkExpression } from "../../../../src/expression/check-expression.ts";
import { ExpressionError } from "../../../../src/expression/expression-error.ts";
import { type Answer, redirectTo } from "../../http.ts";
import type { App, MappingProperty, ProfileMapping } from "../../store/model.ts";
import {
  type ConsoleCall,
  ConsoleNotFoundError,
  type ConsoleRoute,
  describeApp,
  findApp,
  logAct,
} from "../console-call.ts";
import { html, type SafeHtml } from "../html.ts";
import { button, notice, table } from "../layout.ts";
import { answerAppPage } from "./app-page.ts";

/** The Mapping section: what an account's attributes are made of. */
export const appMappingRoutes: readonly ConsoleRoute[] = [
  { method: "GET", path: "apps/:appId/mapping", handle: (call) => showMapping(call, findApp(call)) },
  { method: "POST", path: "apps/:appId/mapping", handle: changeProperty },
  { method: "POST", path: "apps/:appId/mapping/apply", handle: applyNow },
];

function findMapping(call: ConsoleCall, app: App): ProfileMapping {
  const mapping = call.store.mappings.ofApp(app.id, "user-to-app");
  if (mapping === undefined) throw new ConsoleNotFoundError("This app has no mapping.");
  return mapping;
}

function listAttributes(call: ConsoleCall, app: App): string[] {
  const schema = call.store.schemas.get(app.id);
  return Object.keys({ ...schema?.base, ...schema?.custom }).filter((name) => name !== "userName");
}

function showMapping(call: ConsoleCall, app: App, problem?: string): Answer {
  const mapping = findMapping(call, app);
  const schema = call.store.schemas.get(app.id);
  const attributes = { ...schema?.base, ...schema?.custom };
  const rows = Object.entries(mapping.properties).map(([name, property]) => {
    const { externalName, externalNamespace } = attributes[name] ?? {};
    const namespace = String(externalNamespace ?? "").includes("enterprise") ? "enterprise: " : "";
    return html`<tr><td><code>${name}</code><br><small>${namespace}${String(externalName ?? "")}</small></td><td class="long">${renderEditor(app, name, property)}</td>
<td class="actions">${button(`/admin/apps/${app.id}/mapping`, "Remove", { small: true, about: name, fields: { name, remove: "yes" } })}</td></tr>`;
  });
  const free = listAttributes(call, app).filter((name) => !Object.hasOwn(mapping.properties, name));
  const content = html`${problem !== undefined && notice("bad", problem)}
<div class="toolbar"><p class="lead">Okta user to ${app.label}. “Create only” is evaluated when the account is made and never again.</p>
${button(`/admin/apps/${app.id}/mapping/apply`, "Apply updates now")}</div>
${table(["Attribute", "Expression", ""], rows, "Nothing is mapped.")}
${
  free.length > 0 &&
  html`<section class="card"><h2>Map another attribute</h2><form class="row" method="post" action="/admin/apps/${app.id}/mapping">
<div><label for="name">Attribute</label><select id="name" name="name">${free.map((name) => html`<option>${name}</option>`)}</select></div>
<div><label for="expression">Expression</label><input id="expression" class="code" name="expression" required placeholder="user.department"></div>
<div>${renderPushChoice("PUSH", "new attribute")}</div><button>Map</button></form></section>`
}`;
  return answerAppPage(app, "mapping", content, problem === undefined ? 200 : 422);
}

function renderEditor(app: App, name: string, { expression, pushStatus }: MappingProperty): SafeHtml {
  return html`<form class="row editor" method="post" action="/admin/apps/${app.id}/mapping"><input type="hidden" name="name" value="${name}">
<input class="code" name="expression" aria-label="Expression of ${name}" value="${expression}" size="44" required>${renderPushChoice(pushStatus, name)}<button class="small">Save</button></form>`;
}

function renderPushChoice(current: MappingProperty["pushStatus"], about: string): SafeHtml {
  return html`<select name="pushStatus" aria-label="When ${about} is sent"><option value="PUSH"${current === "PUSH" && html` selected`}>Create and update</option>
<option value="DONT_PUSH"${current === "DONT_PUSH" && html` selected`}>Create only</option></select>`;
}

function changeProperty(call: ConsoleCall): Answer {
  const app = findApp(call);
  const mapping = findMapping(call, app);
  const name = call.form.get("name") ?? "";
  if (!listAttributes(call, app).includes(name))
    return showMapping(call, app, `Property name '${name}' is not defined in profile`);
  if (call.form.get("remove") === "yes") {
    call.store.mappings.merge(mapping.id, { [name]: null });
  } else {
    const expression = (call.form.get("expression") ?? "").trim();
    const problem = findProblem(call, app, expression);
    if (problem !== undefined) return showMapping(call, app, problem);
    const pushStatus = call.form.get("pushStatus") === "PUSH" ? "PUSH" : "DONT_PUSH";
    call.store.mappings.merge(mapping.id, { [name]: { expression, pushStatus } });
  }
  logAct(call, "application.user_membership.change_mapping", "Update profile mapping", [describeApp(app)]);
  return redirectTo(`/admin/apps/${app.id}/mapping`);
}

function findProblem(call: ConsoleCall, app: App, expression: string): string | undefined {
  const type = call.store.userTypes.default();
  const user = new Set([...Object.keys(type.base), ...Object.keys(type.custom)]);
  try {
    checkExpression(expression, { user, appuser: new Set(listAttributes(call, app)) });
    return undefined;
  } catch (error) {
    if (error instanceof ExpressionError) return error.message;
    throw error;
  }
}

function applyNow(call: ConsoleCall): Answer {
  const app = findApp(call);
  call.store.assignments.reapplyMapping(app.id);
  logAct(call, "application.user_membership.change_mapping", "Apply profile mapping to all users", [
    describeApp(app),
  ]);
  return redirectTo(`/admin/apps/${app.id}/mapping`);
}
