import { afterEach, beforeEach, expect, test } from "vitest";
import { newConsent } from "../../../../sandbox/okta/store/oauth-connection.ts";
import { bodyOf, orgUrl, TestConsole } from "./test-console.ts";

let page: TestConsole;
beforeEach(async () => {
  page = await TestConsole.start();
});
afterEach(() => page[Symbol.asyncDispose]());

/** Has the app wait for a consent; gives its state and the page's address. */
function expectConsent() {
  const { app, store } = page.org;
  const connection = store.settings.connection(app.id);
  if (connection === undefined) throw new Error("the app has no connection");
  const consent = newConsent();
  store.settings.saveConnection({
    ...connection,
    authScheme: "OAUTH2",
    oauth2: { clientId: null, rotationMode: null, key: null, consent },
  });
  return { state: consent.state, target: `/admin/consent/${app.id}?state=${consent.state}` };
}

test("the consent page stands for the application's, and answers with the request that completes it", async () => {
  const { state, target } = expectConsent();
  const { app, store } = page.org;
  const shown = bodyOf(await page.send("GET", target));
  expect(shown).toContain("EMULATED ORG");
  expect(shown).toContain("Consent for Payroll");

  const answer = await page.send("POST", target);
  const { consent } = store.settings.connection(app.id)?.oauth2 ?? {};
  expect(consent).toMatchObject({ state, isGiven: false, code: expect.stringMatching(/^[\w-]{32}$/) });
  expect(JSON.parse(bodyOf(answer))).toEqual({
    continue_oauth_flow_url: {
      href: `${orgUrl}/api/v1/apps/${app.name}/${app.id}/oauth2/callback?code=${consent?.code}&state=${state}`,
      method: "POST",
    },
  });
  const inBrowser = await page.send("POST", target, { headers: { accept: "text/html,*/*" } });
  expect(bodyOf(inBrowser)).toContain("Consent given");
});

test("a link of another state, or of an app that waits for no consent, is refused", async () => {
  const { app } = page.org;
  expect((await page.send("POST", `/admin/consent/${app.id}?state=x`)).status).toBe(400);
  expectConsent();
  expect((await page.send("GET", `/admin/consent/${app.id}?state=x`)).status).toBe(400);
  expect((await page.send("POST", `/admin/consent/${app.id}`)).status).toBe(400);
});
