import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  describeOnBothEngines,
  override,
  RunningServer,
  tenantsFile,
  token,
} from "./support/running-server.ts";

const executablePath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((path) => existsSync(path));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Where to leave pictures of the pages, for people to look at; none are made without it. */
const pictures = process.env["INSPECTOR_SCREENSHOTS"];

describeOnBothEngines("inspector search", (start) => {
  it("finds in parts what one list finds, page by page, and gives way between the parts", async () => {
    let spans = 0;
    const server = await start(tenantsFile(), (storage) =>
      override(storage, {
        search: (tenant, query) => {
          spans += 1;
          return storage.search(tenant, { ...query, span: 7 });
        },
      }),
    );
    const find = async (query: string): Promise<readonly string[]> => {
      const { text } = await server.request("GET", `/inspector/payroll/users?${query}`);
      return [...text.matchAll(/<th scope="row"><a href="[^"]+">([^<]+)</g)].map(([, name]) => name ?? "");
    };
    for (let index = 0; index < 75; index += 1) {
      const isOdd = index % 2 === 1;
      await server.createUser(`person-${index}`, isOdd ? { emails: [{ value: `Odd${index}@x.org` }] } : {});
    }
    const all = Array.from({ length: 75 }, (_, index) => `person-${index}`);
    expect(await find("q=ODD")).toEqual(all.filter((_, index) => index % 2 === 1));
    expect(spans).toBe(11);
    const first = await server.request("GET", "/inspector/payroll/users?q=person");
    const next = /href="\/inspector\/payroll\/users\?(q=person&amp;after=\d+)">Next page/.exec(
      first.text,
    )?.[1];
    const second = await find((next ?? "").replace("&amp;", "&"));
    expect([...(await find("q=person")), ...second]).toEqual(all);
    expect(await find("q=nobody")).toEqual([]);
    expect((await server.request("GET", "/inspector/payroll/groups?q=x")).text).toContain("Nothing to show");
  });
});

describeOnBothEngines("a person's history", (start) => {
  const credential = { authorization: `Bearer ${token}` };

  it("tells which groups the person joined and left, when and by which token; the audit trail does, too", async () => {
    const server = await start();
    const ada = await server.createUser("ada@example.com");
    const [others, eng, gone, pay] = [
      await server.createGroup("Others"),
      await server.createGroup("Engineering", [ada]),
      await server.createGroup("Short-lived", [ada]),
      await server.createGroup("Payroll <b>"),
    ];
    const bob = await server.createUser("bob@example.com");
    await server.patch(`/Groups/${pay}`, {
      op: "add",
      path: "members",
      value: [{ value: bob }, { value: ada }],
    });
    await server.patch(`/Groups/${eng}`, { op: "remove", path: `members[value eq "${ada}"]` });
    await server.patch(`/Groups/${others}`, { op: "add", path: "members", value: [{ value: bob }] });
    await server.patch(`/Groups/${eng}`, { op: "replace", path: "displayName", value: "Eng" });
    await server.call("DELETE", `/Groups/${gone}`);
    await server.patch(`/Users/${ada}`, { op: "replace", path: "active", value: false });

    const { text } = await server.request("GET", `/inspector/payroll/users/${ada}`);
    const table = text.slice(text.indexOf("<h2>History"));
    const lines = [
      ...table.matchAll(
        /<th scope="row">([^<]+)<\/th>\s*<td>(?:<a [^>]+>)?([^<]*)(?:<\/a>)?<\/td><td>([^<]*)/g,
      ),
    ];
    expect(lines.map(([, what, details, by]) => `${what}: ${details} by ${by}`)).toEqual([
      "user.deactivated: active by v1",
      "group deleted: Short-lived by v1",
      "left a group: Eng by v1",
      "joined a group: Payroll &lt;b&gt; by v1",
      "joined a group: Short-lived by v1",
      "joined a group: Eng by v1",
      "user.created: userName, active by v1",
    ]);
    const audit = async (query: string) => {
      const answer = await server.request(
        "GET",
        `/payroll/audit?resource=${ada}${query}`,
        undefined,
        credential,
      );
      return (JSON.parse(answer.text) as { entries: { sequence: number; type: string }[] }).entries;
    };
    const entries = await audit("");
    expect(entries.map(({ type }) => type)).toEqual([
      "user.created",
      "group.created",
      "group.created",
      "group.membership-changed",
      "group.membership-changed",
      "user.deactivated",
    ]);
    expect(await audit(`&after=${entries[2]?.sequence}&limit=2`)).toEqual(entries.slice(3, 5));
  });
});

describeOnBothEngines("the page of changes", (start) => {
  it("names whom each change was of, also who is gone since, and who never had a name", async () => {
    const server = await start(tenantsFile({ changes: { values: "none" } }));
    const ada = await server.createUser("ada@example.com");
    const bob = await server.createUser("bob@example.com");
    await server.createGroup("Engineering", [ada]);
    await server.call("DELETE", `/Users/${bob}`);
    const { text } = await server.request("GET", "/inspector/payroll/changes");
    const whom = [...text.matchAll(/<td><a [^>]+>([^<]+)<\/a><\/td>/g)].map(([, name]) => name);
    const nameless = `…${bob.slice(-12)}`;
    expect(whom).toEqual([nameless, "Engineering", nameless, "ada@example.com"]);
  });

  it("leads to the history of who is gone, under the former name", async () => {
    const server = await start();
    const ada = await server.createUser("ada@example.com");
    const group = await server.createGroup("Engineering", [ada]);
    await server.call("DELETE", `/Users/${ada}`);
    await server.call("DELETE", `/Groups/${group}`);
    const { text } = await server.request("GET", "/inspector/payroll/changes");
    const links = new Set(
      [...text.matchAll(/href="(\/inspector\/payroll\/\w+\/[^"?]+)"/g)].map(([, link]) => link),
    );
    expect(links.size).toBe(2);
    const pages = [];
    for (const link of links) {
      const page = await server.request("GET", link ?? "");
      pages.push([page.status, /<h1[^>]*>([^<]*)/.exec(page.text)?.[1], page.text.includes(".deleted</th>")]);
    }
    expect(pages.toSorted()).toEqual([
      [200, "Engineering", true],
      [200, "ada@example.com", true],
    ]);
    expect((await server.request("GET", "/inspector/payroll/users/nobody")).status).toBe(404);
  });
});

describe.skipIf(executablePath === undefined)("inspector in Chromium", () => {
  let server: RunningServer;
  let browser: Browser;
  let user: string;
  let group: string;

  beforeAll(async () => {
    server = await RunningServer.start("sqlite");
    user = await server.createUser("ada@example.com", {
      displayName: "Ada <b>Lovelace</b>",
      name: { givenName: "Ada", familyName: "Lovelace" },
      emails: [{ value: "ada@example.com", type: "work", primary: true }],
    });
    const others: string[] = [];
    for (let index = 0; index < 120; index += 1) {
      others.push(
        await server.createUser(`person-${index}@example.com`, {
          displayName: `Person ${index}`,
          active: index % 7 !== 0,
        }),
      );
    }
    group = await server.createGroup("Payroll Admins", [user, ...others.slice(0, 70)]);
    await server.patch(`/Users/${user}`, { op: "replace", value: { active: false } });
    await server.call("GET", "/Users?startIndex=1&count=2");
    await server.call("GET", "/Users/nobody", undefined, { "user-agent": "curl/8" });
    browser = await chromium.launch({
      executablePath: executablePath ?? "",
      args: ["--no-sandbox", "--disable-gpu"],
    });
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  const open = async (path: string, options: Parameters<Browser["newPage"]>[0] = {}): Promise<Page> => {
    const page = await browser.newPage(options);
    const problems: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await page.goto(`${server.url}${path}`);
    expect(problems).toEqual([]);
    return page;
  };

  it("has no accessibility violation on any page, light and dark, wide and narrow, and does not overflow", {
    timeout: 300_000,
  }, async () => {
    const paths = [
      "/inspector",
      "/inspector/payroll/users",
      `/inspector/payroll/users/${user}`,
      "/inspector/payroll/groups",
      `/inspector/payroll/groups/${group}`,
      "/inspector/payroll/changes",
      "/inspector/payroll/requests",
      "/inspector/payroll/evidence",
    ];
    const looks = [
      { colorScheme: "light", viewport: { width: 1200, height: 900 } },
      { colorScheme: "dark", viewport: { width: 390, height: 800 } },
    ] as const;
    for (const look of looks) {
      for (const path of paths) {
        // The page's own policy allows no injected script; axe is one.
        const page = await open(path, { ...look, bypassCSP: true });
        await page.evaluate(axe);
        const violations = await page.evaluate(
          "axe.run().then((result) => result.violations.map((found) => found.id + ': ' + found.nodes.map((node) => node.html).join(' ')))",
        );
        expect(violations, path).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path).toBe(
          true,
        );
        if (pictures !== undefined) {
          mkdirSync(pictures, { recursive: true });
          const name = `${look.colorScheme}${path.replace(user, "one").replace(group, "one").replaceAll("/", "-")}.png`;
          await page.screenshot({ path: join(pictures, name) });
        }
        await page.close();
      }
    }
  });

  it("tells how the server is", async () => {
    const page = await open("/inspector");
    expect(await page.locator("main").textContent()).toMatch(/SQLite answers in \d+\.\d ms/);
    await page.close();
  });

  it("searches and pages people, by keyboard", async () => {
    const page = await open("/inspector/payroll/users");
    expect(await page.locator("tbody tr").count()).toBe(50);
    await page.getByRole("link", { name: "Next page" }).click();
    expect(await page.locator(".pages span").textContent()).toBe("51-100 of 121");
    await page.getByRole("searchbox").focus();
    await page.keyboard.type("LOVELACE");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=LOVELACE/);
    expect(await page.locator("tbody tr").count()).toBe(1);
    expect(await page.locator("tbody tr").textContent()).toContain("Ada <b>Lovelace</b>");
    await page.getByRole("link", { name: "ada@example.com" }).click();
    expect(await page.locator("h2 + div tbody th").allTextContents()).toEqual([
      "user.deactivated",
      "joined a group",
      "user.created",
    ]);
    await page.close();
  });

  it("shows new requests without a reload, Okta's marked", async () => {
    const page = await open("/inspector/payroll/requests");
    const table = page.getByRole("region", { name: "Requests" });
    await table.focus();
    await server.filter("Users", 'userName eq "live"');
    await page.locator("tr.okta th", { hasText: "user-lookup" }).first().waitFor({ timeout: 10_000 });
    expect(await table.evaluate((element) => element.matches(":focus"))).toBe(true);
    await page.close();
  });
});
