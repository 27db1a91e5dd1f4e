import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { createOktaClient } from "../../src/okta/okta-client.ts";
import { createReport } from "../../src/preview/create-report.ts";
import { askScimServer } from "../../src/preview/people/ask-scim-server.ts";
import { renderHtml } from "../../src/preview/render/html.ts";
import { renderMarkdown } from "../../src/preview/render/markdown.ts";
import type { PreviewReport } from "../../src/preview/report.ts";
import type { ScimClient } from "../../src/scim/scim-client.ts";
import { scimUrn } from "../../src/scim/scim-messages.ts";
import { loadStack } from "../../src/spec/load-stack.ts";
import { planStack } from "../../src/spec/plan-stack.ts";
import { LiveApp } from "../conformance/preview/support/apply-steps.ts";
import { type Declared, stepsBetween } from "../conformance/preview/support/declared-app.ts";
import { OrgProcess, ScimServerProcess } from "../conformance/provisioning/processes.ts";
import { type Ids, scenarios } from "./scenarios.ts";

const root = join(import.meta.dirname, "..", "..");
export const galleryPage = join(root, "docs", "previews.md");
const begin = "<!-- gallery: node test/gallery/make-gallery.ts writes from here -->";
const end = "<!-- gallery: to here -->";
const withId = z.object({ id: z.string() });

export interface GalleryEntry {
  readonly title: string;
  readonly told: string;
  readonly report: PreviewReport;
}

/** Previews ten changes of one application in an emulated org; times, ids and addresses are made the same on every run. */
export async function makeGallery(): Promise<readonly GalleryEntry[]> {
  await using org = await OrgProcess.start();
  await using server = await ScimServerProcess.start(["gallery"]);
  const address = z
    .object({ url: z.string(), apiToken: z.string() })
    .parse(JSON.parse(readFileSync(join(org.folder, "address.json"), "utf8")));
  const groups = await prepareGroups(org);
  const group = (name: string): string => groups.get(name) ?? name;
  const base: Declared = {
    status: "ACTIVE",
    management: "api",
    configured: true,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Okta's template
    userName: { template: "${source.login}", suffix: "", pushes: true },
    features: { create: true, update: true, deactivate: true },
    mapping: {
      givenName: { expression: "user.firstName", pushStatus: "PUSH" },
      familyName: { expression: "user.lastName", pushStatus: "PUSH" },
      title: { expression: "user.title", pushStatus: "PUSH" },
    },
    groups: new Map([
      [group("Finance"), { priority: undefined, profile: {} }],
      [group("Finance North"), { priority: undefined, profile: {} }],
    ]),
    users: new Map(),
    pushes: new Map([
      [group("Payroll Admins"), { target: "payroll-admins", deleteTarget: false, status: "ACTIVE" }],
    ]),
  };
  const app = new LiveApp(org, server, "gallery");
  await app.apply(stepsBetween(undefined, base));
  await leaveAccounts(server.client("gallery"));
  const ids: Ids = { app: app.appId ?? "", group };
  const plan = planStack("dev", loadStack(root, "dev").specs, { protect: false, sandboxConfigured: [] });
  const entries: GalleryEntry[] = [];
  for (const { title, told, steps, connectionUnknown, isDeployed } of scenarios) {
    const disturb = (change: string): Promise<unknown> =>
      org.api("POST", "/sandbox/disturbances", { appId: ids.app, change });
    if (connectionUnknown === true) await disturb("connection-unknown");
    const client = createOktaClient({
      orgUrl: address.url,
      credentials: { kind: "api-token", apiToken: address.apiToken },
      rateLimitShare: 1,
    });
    const report = await createReport({
      project: "okta-scim",
      plan,
      steps: steps(base, ids),
      client,
      appliesMappings: true,
      commit: "4f2a9c1e7b30",
      now: new Date("2026-11-22T10:00:00Z"),
      askAccounts: () =>
        isDeployed === false
          ? async () => ({ kind: "not deployed" })
          : askScimServer([server.client("gallery")]),
    });
    if (connectionUnknown === true) await disturb("connection-enabled");
    entries.push({ title, told, report: normalize(report, groups) });
  }
  return entries;
}

/** The page with the gallery as it is now. */
export function renderPage(entries: readonly GalleryEntry[], page: string): string {
  const [before = "", rest = ""] = page.split(begin);
  const [, after = ""] = rest.split(end);
  const parts = entries.map(
    ({ title, told, report }, index) =>
      `### ${index + 1}. ${title}\n\n${told}\n\n${renderMarkdown(report)
        .replace(/^<!--.*-->\n\n### /, "**")
        .replace(/^(\*\*.*)$/m, "$1**")}`,
  );
  return `${before}${begin}\n\n${parts.join("\n\n")}\n\n${end}${after}`;
}

/** Accounts that the application has, and Okta does not know: of two people who left, and of one who never did. */
async function leaveAccounts({ users }: ScimClient): Promise<void> {
  for (const [name, active] of Object.entries({ south01: false, south02: false, south03: true }))
    await users.create({ schemas: [scimUrn.user], userName: `${name}@example.com`, active });
}

/** Finance North and South, with 30 people each, beside the org's own groups. */
async function prepareGroups(org: OrgProcess): Promise<ReadonlyMap<string, string>> {
  for (const name of ["Finance North", "Finance South"]) {
    const { id } = withId.parse(await org.api("POST", "/api/v1/groups", { profile: { name } }));
    for (let index = 1; index <= 30; index += 1) {
      const login = `${name.split(" ")[1]?.toLowerCase()}${String(index).padStart(2, "0")}@example.com`;
      const person = await org.api("POST", "/api/v1/users?activate=true", {
        profile: { login, email: login, firstName: "Person", lastName: `${index}`, title: "Accountant" },
      });
      await org.api("PUT", `/api/v1/groups/${id}/users/${withId.parse(person).id}`);
    }
  }
  const all = z
    .array(z.object({ id: z.string(), profile: z.object({ name: z.string() }) }))
    .parse(await org.api("GET", "/api/v1/groups?limit=200"));
  return new Map(all.map(({ id, profile }) => [profile.name, id]));
}

function normalize(report: PreviewReport, groups: ReadonlyMap<string, string>): PreviewReport {
  const nameOf = new Map([...groups].map(([name, id]) => [id, name]));
  const text = JSON.stringify(report, (key, value: unknown) => (key === "id" ? "id" : value));
  const parsed: PreviewReport = JSON.parse(
    text.replaceAll(/00g[A-Za-z0-9]{17}/g, (id) => nameOf.get(id) ?? "group"),
  );
  return { ...parsed, org: "https://example.okta.com", milliseconds: 1200 };
}

if (import.meta.main) {
  const entries = await makeGallery();
  writeFileSync(galleryPage, renderPage(entries, readFileSync(galleryPage, "utf8")));
  const folder = process.argv[2];
  if (folder !== undefined)
    for (const [index, { report }] of entries.entries())
      writeFileSync(join(folder, `${index + 1}.html`), renderHtml(report));
}
