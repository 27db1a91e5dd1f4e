import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { findInstalledEngine } from "../../../src/engine/find-engine.ts";
import { GuardRailError } from "../../../src/operations/guard-update.ts";
import { previewStack } from "../../../src/operations/preview-stack.ts";
import { readOutputs } from "../../../src/operations/stack-outputs.ts";
import { scimUrn } from "../../../src/scim/scim-messages.ts";
import { CertificateAuthority } from "../checks/support/certificate-authority.ts";
import { OwnStack } from "./support/own-stack.ts";

const engine = await findInstalledEngine({});

const bundled = (port: number, name: string) => ({
  bundled: { publicUrl: `http://127.0.0.1:${port}/${name}` },
});
const connection = { management: "api" };

function before(port: number) {
  return {
    people: {
      version: 1,
      app: { label: "People", catalogName: "scim2headerauth" },
      server: bundled(port, "people"),
      connection,
      assignments: {
        groups: [
          { group: "Finance", priority: 0 },
          { group: "Sales", priority: 1 },
          { group: "Contractors" },
        ],
      },
      pushGroups: [{ group: "Payroll Admins", onRemove: "delete" }, { group: "Engineering" }],
    },
    catalog: {
      version: 1,
      app: { label: "Catalog", catalogName: "zscalerbyz" },
      server: bundled(port, "catalog"),
      connection: { ...connection, authentication: "bearer" },
    },
    asleep: {
      version: 1,
      app: { label: "Asleep", catalogName: "scim2headerauth" },
      server: bundled(port, "asleep"),
      connection,
    },
    saml: {
      version: 1,
      app: { label: "SAML", signOn: saml(true) },
      server: bundled(port, "saml"),
      connection: { management: "manual" },
    },
    tls: {
      version: 1,
      app: { label: "TLS", catalogName: "scim2headerauth" },
      server: external(others.https),
      connection,
    },
  };
}

const external = (url: string) => ({ external: { baseUrl: `${url}/scim/v2` } });

function saml(assertionSigned: boolean) {
  return { mode: "saml", ssoUrl: "https://crm.example.com/sso", audience: "crm", assertionSigned };
}

const reason = "agreed with the owners";
const until = "2999-12-31";

/** One edit that breaks every guard rail, with or without the lines that allow it. */
function after(port: number, isAllowed: boolean) {
  const specs = before(port);
  const allow = (...kinds: string[]) => ({
    acknowledgements: isAllowed ? kinds.map((kind) => ({ kind, atMost: 1000, until, reason })) : [],
  });
  return {
    people: {
      ...specs.people,
      assignments: { groups: [{ group: "Finance", priority: 0 }] },
      pushGroups: [],
      ...allow(
        "people-deactivated",
        "assignments-removed",
        "push-groups-removed",
        "target-groups-deleted",
        "protect-removed",
      ),
    },
    catalog: {
      ...specs.catalog,
      app: { ...specs.catalog.app, catalogName: "scim2headerauth" },
      connection,
      ...allow("app-replaced", "protect-removed"),
    },
    asleep: {
      ...specs.asleep,
      app: { ...specs.asleep.app, status: "inactive" },
      ...allow("app-deactivated", "protect-removed"),
    },
    saml: {
      ...specs.saml,
      app: { ...specs.saml.app, signOn: saml(false) },
      ...allow("authentication-weakened", "protect-removed"),
    },
    tls: {
      ...specs.tls,
      server: external(others.http),
      ...allow("tls-weakened", "protect-removed"),
    },
  };
}

const broken = [
  "asleep: app-deactivated",
  "asleep: protect-removed",
  "catalog: app-replaced",
  "catalog: protect-removed",
  "people: assignments-removed",
  "people: people-deactivated",
  "people: protect-removed",
  "people: push-groups-removed",
  "people: target-groups-deleted",
  "saml: authentication-weakened",
  "saml: protect-removed",
  "tls: protect-removed",
  "tls: tls-weakened",
];

/** A vendor's SCIM server, as far as Okta's test of a connection goes, with TLS and without. */
const others = { https: "", http: "" };
const servers: Server[] = [];

async function startOthers(): Promise<void> {
  const authority = new CertificateAuthority();
  // For the emulated org, which this process starts.
  const file = join(mkdtempSync(join(tmpdir(), "okta-scim-authority-")), "authority.pem");
  writeFileSync(file, authority.cert);
  vi.stubEnv("NODE_EXTRA_CA_CERTS", file);
  const nobody = { schemas: [scimUrn.listResponse], totalResults: 0, startIndex: 1, itemsPerPage: 0 };
  const answer: RequestListener = (_request, response) => {
    response.setHeader("content-type", "application/scim+json");
    response.end(JSON.stringify({ ...nobody, Resources: [] }));
  };
  servers.push(createTlsServer(authority.issue({ hostName: "localhost" }), answer), createServer(answer));
  const [https = 0, http = 0] = await Promise.all(servers.map(listen));
  Object.assign(others, { https: `https://localhost:${https}`, http: `http://localhost:${http}` });
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

let own: OwnStack;
beforeAll(async () => {
  await startOthers();
  // Checks have tests of their own.
  vi.stubEnv("OKTA_SCIM_SKIP_CHECKS", "1");
  own = await OwnStack.create({
    specs: before,
    config: {
      "okta-scim:protect": true,
      "okta-scim:tokens": { tls: "the-token-of-a-vendor, long enough" },
      "okta-scim:protection": { acrossStack: { maxDeactivations: 2 } },
    },
  });
});
afterAll(async () => {
  for (const server of servers) server.close();
  await own.remove();
});

function write(specs: Readonly<Record<string, unknown>>): void {
  for (const [name, spec] of Object.entries(specs)) own.writeSpec(name, spec);
}

/** What Okta has, but for the times at which it was last touched by reading or provisioning. */
async function oktaApps(): Promise<string> {
  return JSON.stringify(await own.call("GET", "/api/v1/apps"));
}

describe.skipIf(!("command" in engine))("guard rails", () => {
  it("stop the same in a pull request's preview, in okta-scim up and inside a plain pulumi up", async () => {
    await own.up();
    const untouched = await oktaApps();
    own.configure({ "okta-scim:protect": false });
    write(after(own.serverPort, false));

    const report = await own.run((session, phases) =>
      phases.run("preview", (reporter) => previewStack(session, reporter)),
    );
    const named = report.guardRails.map(({ app, kind }) => `${app}: ${kind}`);
    expect(report.guardRails.every(({ outcome }) => outcome === "broken")).toBe(true);
    expect(named.toSorted()).toEqual(["(stack): people-deactivated", ...broken]);

    const refused = await own.up().catch((error: unknown) => error);
    if (!(refused instanceof GuardRailError)) throw new Error(`not refused: ${String(refused)}`);
    const messages = (findings: typeof report.guardRails) => findings.map(({ message }) => message);
    expect(messages(refused.findings)).toEqual(messages(report.guardRails));

    const plain = await own.run(({ opened }) => opened.up()).catch((error: unknown) => error);
    const text = String(plain);
    expect(text).toContain("Guard rails stop this update; nothing was changed.");
    for (const { app, kind, message } of report.guardRails)
      expect(text).toContain(`${app}: ${kind}: ${message}`);
    expect(text.match(/^ {2}\S+: \S+: /gm)).toHaveLength(report.guardRails.length);

    expect(await oktaApps()).toBe(untouched);
  });

  it("keep what the specs acknowledge for a second try when the update fails half-way", async () => {
    write(after(own.serverPort, true));
    const people = await own.appId("People");
    const path = `/apps/${people}/group-push/mappings/`;
    await own.call("POST", "/sandbox/faults", { kind: "server-error", target: "api", path, status: 500 });
    const failed = await own.run(({ opened }) => opened.up()).catch((error: unknown) => error);
    expect(String(failed)).toContain("500");
    await own.call("DELETE", "/sandbox/faults");
    expect(await own.okta.apps.find(await own.appId("Asleep"))).toMatchObject({ status: "INACTIVE" });
    expect(await own.call("GET", `/api/v1/apps/${people}/group-push/mappings`)).toHaveLength(2);
  });

  it("let the next one finish it, and nothing a second time", async () => {
    await own.up();

    expect(await usedAcknowledgements()).toHaveLength(broken.length);
    expect(await own.okta.apps.find(await own.appId("Asleep"))).toMatchObject({ status: "INACTIVE" });
    expect(await own.okta.apps.find(await own.appId("Catalog"))).toMatchObject({ name: "scim2headerauth" });

    const { tls } = after(own.serverPort, true);
    own.writeSpec("tls", { ...tls, server: external(others.https) });
    await own.up();
    own.writeSpec("tls", tls);
    await expect(own.up()).rejects.toThrow(GuardRailError);
    const plain = await own.run(({ opened }) => opened.up()).catch((error: unknown) => error);
    expect(String(plain)).toContain("tls: tls-weakened: the connection no longer uses TLS");
    expect(String(plain)).toContain("was used up by an earlier update");
  });
});

function usedAcknowledgements(): Promise<readonly string[]> {
  return own.run(async ({ opened }) => readOutputs(await opened.outputs()).usedAcknowledgements);
}
