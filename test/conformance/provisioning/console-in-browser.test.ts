import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { createConsoleRoutes } from "../../../sandbox/okta/console/console-routes.ts";
import { createConditions, createOrgServer, type OrgServer } from "../../../sandbox/okta/server.ts";
import { newConsent } from "../../../sandbox/okta/store/oauth-connection.ts";
import { TestOrg } from "../../unit/sandbox/provisioning/test-org.ts";

const executablePath = "/usr/bin/chromium";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const violationsSchema = z.array(
  z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }),
);

describe.skipIf(!existsSync(executablePath))("the console in Chromium", () => {
  let org: TestOrg;
  let server: OrgServer;
  let url: string;
  let browser: Browser;
  let paths: string[];

  beforeAll(async () => {
    org = await TestOrg.start();
    const { app, clock, engine, faults, store } = org;
    const conditions = createConditions(store);
    server = createOrgServer({
      store,
      engine,
      faults,
      conditions,
      routes: [createConsoleRoutes({ store, engine, faults, clock, conditions })],
    });
    url = await server.listen(0);
    const ada = org.addUser("Ada", { title: "Countess" });
    const group = org.addGroup("Finance", [ada]);
    org.assign(ada);
    org.push(group, "finance");
    org.scim.intercept = ({ method, path }) =>
      method === "POST" && path.endsWith("/Groups")
        ? { status: 500, body: { detail: "disk full" } }
        : undefined;
    await org.settle();
    const consent = newConsent();
    store.settings.saveOAuth(app.id, { clientId: null, rotationMode: null, key: null, consent });
    const home = `/admin/apps/${app.id}`;
    paths = [
      "/admin",
      "/admin/apps",
      home,
      `${home}/provisioning`,
      `${home}/people`,
      `${home}/push-groups`,
      `${home}/mapping`,
      `/admin/consent/${app.id}?state=${consent.state}`,
      "/admin/people",
      `/admin/people/${ada.id}`,
      "/admin/groups",
      `/admin/groups/${group.id}`,
      "/admin/tasks",
      "/admin/log",
      "/admin/log?live",
      "/admin/faults",
    ];
    browser = await chromium.launch({
      executablePath,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await org?.[Symbol.asyncDispose]();
  });

  async function openPage(options: {
    width: number;
    colorScheme: "light" | "dark";
    bypassCSP?: boolean;
  }): Promise<Page> {
    const { width, ...rest } = options;
    const context = await browser.newContext({ viewport: { width, height: 900 }, ...rest });
    return context.newPage();
  }

  test.each([
    [1280, "light"],
    [390, "dark"],
  ] as const)(
    "%d px wide, %s: nothing is wider than the window, axe finds nothing, nothing is blocked",
    async (width, colorScheme) => {
      const page = await openPage({ width, colorScheme, bypassCSP: true });
      const messages: string[] = [];
      page.on("console", (message) => messages.push(message.text()));
      // Wider than a phone, so that its table scrolls.
      const eventType = "application.provision.user.push_of_everything_that_is_assigned";
      org.store.log.append({ eventType, displayMessage: "Something long happened" });
      for (const path of paths) {
        await page.goto(url + path);
        const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
        await page.evaluate(axe);
        const violations = violationsSchema.parse(
          await page.evaluate(
            "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice'] }).then((found) => found.violations)",
          ),
        );
        const found = violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`,
        );
        expect({ path, overflow, found }).toEqual({ path, overflow: 0, found: [] });
      }
      expect(messages).toEqual([]);
      await page.context().close();
    },
  );

  test("the live System Log shows what happens, and the reader's place stays", async () => {
    const page = await openPage({ width: 1280, colorScheme: "light" });
    const problems: string[] = [];
    page.on("console", (message) => problems.push(message.text()));
    await page.goto(`${url}/admin/log?live`);
    const log = page.getByRole("group");
    await log.focus();
    org.store.log.append({ eventType: "user.session.start", displayMessage: "Something new happened" });
    await page.getByText("Something new happened").waitFor();
    expect(await log.evaluate((element) => element.matches(":focus"))).toBe(true);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("an administrator sets provisioning up with the keyboard alone, under the page's own policy", async () => {
    const page = await openPage({ width: 1280, colorScheme: "light" });
    const problems: string[] = [];
    page.on("console", (message) => problems.push(message.text()));
    org.store.settings.setConnectionStatus(org.app.id, "DISABLED");
    await page.goto(`${url}/admin/apps/${org.app.id}/provisioning`);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
    await page.getByLabel("SCIM connector base URL").focus();
    await page.keyboard.press("Control+A");
    await page.keyboard.type(org.scim.server.url);
    await page.getByLabel("Token or password").focus();
    await page.keyboard.type("Bearer typed-in-a-browser");
    await page.keyboard.press("Enter");
    await page.getByRole("status").getByText("Saved").waitFor();
    expect(org.scim.server.requests.at(-1)?.headers.authorization).toBe("Bearer typed-in-a-browser");
    expect(org.store.settings.connection(org.app.id)).toMatchObject({ status: "ENABLED", setBy: "console" });
    expect(await page.content()).not.toContain("typed-in-a-browser");
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
