import { readSchedules } from "../../provisioning/import-schedule.ts";
import { targetOrgOf } from "../../provisioning/org2org-token.ts";
import { isWithoutScim } from "../../provisioning/scim-connection.ts";
import type { App, Connection, Features } from "../../store/model.ts";
import { html, type SafeHtml } from "../html.ts";
import { badge, notice } from "../layout.ts";

/** How an app's connection stands, above the form that sets it. */
export function renderConnectionState(app: App, connection: Connection | undefined): SafeHtml {
  if (connection === undefined) {
    return html`<p class="lead">Provisioning is not set up for this app.</p>`;
  }
  const { authentication, setBy, status } = connection;
  return html`<p class="lead">${badge(status)} set ${setBy === "api" ? "by the Management API" : "in this console"}, authentication <code>${authentication}</code>.</p>${isWithoutScim(connection) && describeOAuth(app, connection)}`;
}

/** Connections of the Management API with OAuth 2.0: Okta provisions these apps otherwise than by SCIM. */
function describeOAuth(app: App, { oauth2 }: Connection): SafeHtml {
  const rest =
    "Okta provisions it through its own API, not by SCIM; the emulated org sends nothing, and every task says so.";
  if (oauth2 === null || oauth2.consent === null) {
    const target = targetOrgOf(app) ?? "no URL in the app's settings";
    return notice("wait", `OAuth 2.0 with the target org: ${target}`, rest);
  }
  return oauth2.consent.isGiven
    ? notice("good", "The application's administrator has given the consent", rest)
    : notice("wait", "Waits for the consent behind the connection's authorize link", rest);
}

/** When Okta imports from the app ("To Okta"); the Management API sets it. */
export function renderImportState(features: Features): SafeHtml {
  const schedules = readSchedules(features);
  const text =
    schedules.length === 0
      ? html`By hand only: no schedule is set (feature INBOUND_PROVISIONING).`
      : schedules.map(
          ({ expression, timezone }) =>
            html`<code>${expression}</code> <span class="quiet">${timezone}</span> `,
        );
  return html`<section class="card"><h2>To Okta</h2><p>Import: ${text}</p></section>`;
}
