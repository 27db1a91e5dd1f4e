import { randomBytes } from "node:crypto";
import { type Answer, answerJson } from "../../http.ts";
import type { OAuthConnection } from "../../store/oauth-connection.ts";
import { type ConsoleCall, type ConsoleRoute, findApp } from "../console-call.ts";
import { html } from "../html.ts";
import { answerPage, notice } from "../layout.ts";

/** The page that stands for an application's own consent page (Google's, Slack's), where a connection's `authorize` link leads. */
export const consentRoutes: readonly ConsoleRoute[] = [
  { method: "GET", path: "consent/:appId", handle: showConsent },
  { method: "POST", path: "consent/:appId", handle: giveConsent },
];

interface Pending {
  readonly oauth2: OAuthConnection;
  readonly consent: NonNullable<OAuthConnection["consent"]>;
}

/** The consent that a request's `state` is about. */
function findConsent(call: ConsoleCall): Pending | undefined {
  const oauth2 = call.store.settings.connection(findApp(call).id)?.oauth2 ?? null;
  const consent = oauth2?.consent ?? null;
  if (oauth2 === null || consent === null || call.request.query.get("state") !== consent.state)
    return undefined;
  return { oauth2, consent };
}

function showConsent(call: ConsoleCall): Answer {
  const app = findApp(call);
  if (findConsent(call) === undefined) return refuse();
  const action = `/admin/consent/${app.id}?${call.request.query}`;
  return answerPage(200, {
    title: "Consent",
    section: "apps",
    body: html`<h1>Consent for ${app.label}</h1>
<p class="lead">This page stands for the one on which an administrator of <code>${app.name}</code> lets Okta provision people. Nobody is asked there.</p>
<form class="card" method="post" action="${action}"><div class="row"><button class="primary">Allow Okta to provision</button></div></form>`,
  });
}

/** Answers as the application does after the consent: with the request that completes it in Okta. */
function giveConsent(call: ConsoleCall): Answer {
  const app = findApp(call);
  const pending = findConsent(call);
  if (pending === undefined) return refuse();
  const code = randomBytes(24).toString("base64url");
  call.store.settings.saveOAuth(app.id, { ...pending.oauth2, consent: { ...pending.consent, code } });
  const query = new URLSearchParams({ code, state: pending.consent.state });
  const href = `${call.request.orgUrl}/api/v1/apps/${app.name}/${app.id}/oauth2/callback?${query}`;
  if (call.request.headers["accept"]?.includes("text/html") !== true) {
    return answerJson(200, { continue_oauth_flow_url: { href, method: "POST" } });
  }
  return answerPage(200, {
    title: "Consent given",
    section: "apps",
    body: html`<h1>Consent for ${app.label}</h1>${notice("good", "Consent given", "One request of the Management API completes it; then the connection can be activated.")}
<section class="card"><p>Send it with an API token:</p><p><code>POST ${href}</code></p></section>`,
  });
}

function refuse(): Answer {
  return answerPage(400, {
    title: "Consent",
    section: "apps",
    body: html`<h1>Consent</h1>${notice("bad", "This link is no longer valid", "Take the authorize link from the connection again.")}`,
  });
}
