import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { findInstalledEngine } from "../../../src/engine/find-engine.ts";
import { adoptApp } from "../../../src/operations/adoption/adopt-app.ts";
import { openStackOrg } from "../../../src/operations/adoption/open-stack-org.ts";
import { destroyStack } from "../../../src/operations/destroy-stack.ts";
import { diagnose } from "../../../src/operations/doctor.ts";
import { driftStack } from "../../../src/operations/drift-stack.ts";
import { previewStack } from "../../../src/operations/preview-stack.ts";
import { deriveConnectionToken } from "../../../src/program/connection-token.ts";
import { readStackSettings } from "../../../src/services/stack-settings.ts";
import { findDifferences, makeAppByHand, takePicture } from "./support/app-by-hand.ts";
import { specsOfEveryField } from "./support/every-field-specs.ts";
import { OwnStack } from "./support/own-stack.ts";

const engine = await findInstalledEngine({});

function gateToken(): string {
  const tokenKey = readFileSync(join(own.folder, ".sandbox/token-key"), "utf8").trim();
  return deriveConnectionToken(tokenKey, { stack: "dev", tenant: "gate", version: 2 });
}

let own: OwnStack;
beforeAll(async () => {
  // Checks have tests of their own.
  vi.stubEnv("OKTA_SCIM_SKIP_CHECKS", "1");
  own = await OwnStack.create({ specs: specsOfEveryField });
});
afterEach(() => {
  for (const name of ["PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE"]) vi.stubEnv(name, undefined);
});
afterAll(() => own.remove());

const preview = () =>
  own.run((session, phases) => phases.run("preview", (reporter) => previewStack(session, reporter)));
const drift = () =>
  own.run((session, phases) => phases.run("drift", (reporter) => driftStack(session, reporter)));

describe.skipIf(!("command" in engine))("every field that a spec can say", () => {
  it("is declared and read back the same: a second update and a refreshing preview change nothing", async () => {
    await own.up();
    const again = await preview();
    expect(again.apps).toEqual([]);
    expect(again.verdict.level).toBe("no change");
    const { result } = await own.up();
    expect(Object.keys(result.changes)).toEqual(["same"]);
  });

  it("changed in the console is drift, told in that field, and nowhere else", async () => {
    const appId = await own.appId("Gate");
    const app = z.looseObject({}).parse(await own.call("GET", `/api/v1/apps/${appId}`));
    await own.call("PUT", `/api/v1/apps/${appId}`, { ...app, label: "Gate (old)" });
    const [mapping] = z
      .array(z.looseObject({ id: z.string() }))
      .parse(await own.call("GET", `/api/v1/mappings?targetId=${appId}`));
    await own.call("POST", `/api/v1/mappings/${mapping?.id}`, {
      properties: { title: { expression: "user.nickName", pushStatus: "PUSH" } },
    });
    await own.call("PUT", `/api/v1/apps/${appId}/features/USER_PROVISIONING`, {
      create: { lifecycleCreate: { status: "DISABLED" } },
    });
    await own.call("POST", `/api/v1/meta/schemas/apps/${appId}/default`, {
      definitions: {
        custom: { id: "#custom", type: "object", properties: { badge: { title: "Number", type: "string" } } },
      },
    });

    const report = await drift();

    const told = report.apps.flatMap(({ name, changes }) =>
      changes.flatMap(({ kind, title, fields }) =>
        fields.map((field) => `${name}: ${kind} ${title}: ${JSON.stringify(field)}`),
      ),
    );
    expect(told.sort()).toMatchInlineSnapshot(`
      [
        "gate: app Gate (old): {"label":"Application label","secret":false,"before":"Gate","after":"Gate (old)"}",
        "gate: attribute badge: {"label":"Display name","secret":false,"before":"Badge number","after":"Number"}",
        "gate: features Provisioning to app: {"label":"Create Users","secret":false,"before":"ENABLED","after":"DISABLED"}",
        "gate: mapping Attribute mappings, Okta to app: {"label":"title, expression","secret":false,"before":"user.title","after":"user.nickName"}",
      ]
    `);
    const { result } = await own.up();
    expect(result.changes).toMatchObject({ update: 4 });
    expect((await drift()).apps).toEqual([]);
  });

  it("is written down by adopt, with rights to read only: the takeover changes nothing in Okta", async () => {
    await makeAppByHand(own, gateToken());
    const service = z
      .object({ clientId: z.string(), privateKeyPem: z.string(), keyId: z.string() })
      .parse(JSON.parse(readFileSync(join(own.folder, ".sandbox/okta/service-app.json"), "utf8")));
    const org = (right: "read" | "manage") => ({
      orgName: "sandbox",
      clientId: service.clientId,
      privateKeyId: service.keyId,
      scopes: [
        ...["apps", "groups", "users", "schemas", "profileMappings"].map((what) => `okta.${what}.${right}`),
        ...(right === "manage" ? ["okta.policies.read", "okta.logs.read"] : []),
      ],
      maxApiCapacity: 100,
      proxyUrl: own.orgUrl,
    });
    const unused = "a-token-that-no-server-is-asked-with";
    const adopter = own.neighbour("adopter", {
      config: {
        "okta-scim:org": org("read"),
        "okta-scim:privateKey": service.privateKeyPem,
        "okta-scim:tokens": { gate: gateToken(), "made-by-hand": gateToken(), archive: unused, crm: unused },
      },
      specs: {},
    });
    vi.stubEnv("PULUMI_BACKEND_URL", `file://${own.folder}`);
    vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", "adopter");
    // The engine makes the stack that an organisation has long had.
    adopter.writeSpec("gate", specsOfEveryField(own.serverPort).gate);
    await adopter.run(async () => {});
    adopter.writeSpec("gate", undefined);
    const client = await openStackOrg(adopter.folder, "dev", readStackSettings(adopter.folder, "dev"));
    const adopted: string[] = [];
    for (const app of ["Gate", "archive", "CRM", await own.appId("Made by hand")]) {
      const { name, file, issues } = await adoptApp(client, {
        projectDir: adopter.folder,
        stack: "dev",
        folder: "dev",
        app,
        name: undefined,
        baseUrl: undefined,
        bundled: false,
        day: "2026-06-15",
      });
      expect(issues).toEqual([]);
      adopted.push(name);
      expect(file).toBe(`stacks/dev/${name}.yaml`);
    }
    expect(adopted).toEqual(["gate", "archive", "crm", "made-by-hand"]);
    adopter.configure({ "okta-scim:org": org("manage") });
    const before = await takePicture(own);

    const previewed = await adopter.run((session, phases) =>
      phases.run("preview", (reporter) => previewStack(session, reporter)),
    );
    expect(previewed.verdict).toEqual({ level: "safe", reasons: [] });
    expect(
      previewed.apps.map(({ name, changes, takenOver, people }) => [
        name,
        changes,
        takenOver?.length,
        people,
      ]),
    ).toEqual([
      ["archive", [], 1, undefined],
      ["crm", [], 1, undefined],
      ["gate", [], 15, undefined],
      ["made-by-hand", [], 8, undefined],
    ]);

    await adopter.run(({ opened }) => opened.up());
    expect(await takePicture(own)).toEqual(before);

    for (const name of adopted) {
      const file = join(adopter.folder, "stacks", "dev", `${name}.yaml`);
      writeFileSync(file, readFileSync(file, "utf8").replace(/^adopt:[\s\S]*/m, ""));
    }
    expect(findDifferences(own.folder, adopter.folder)).toMatchInlineSnapshot(`
      [
        "archive.server.bundled: {"publicUrl":"http://127.0.0.1:<port>/swa","reactivateOnCreate":false,"webhooks":[]} -> nothing",
        "archive.server.external: nothing -> {"baseUrl":"https://unknown.invalid/archive/scim/v2"}",
        "archive.connection.configured: nothing -> false",
        "archive.checks.readOnly: false -> true",
        "crm.app.signOn.authenticationPolicy: nothing -> "rst…"",
        "crm.server.bundled: {"publicUrl":"http://127.0.0.1:<port>/saml","reactivateOnCreate":false,"webhooks":[]} -> nothing",
        "crm.server.external: nothing -> {"baseUrl":"https://unknown.invalid/crm/scim/v2"}",
        "crm.connection.authentication: "basic" -> "header"",
        "crm.connection.username: "okta" -> nothing",
        "crm.connection.configured: nothing -> false",
        "crm.checks.readOnly: false -> true",
        "gate.server.bundled: {"publicUrl":"http://127.0.0.1:<port>/gate","tenant":"gate","reactivateOnCreate":true,"rateLimit":{"requestsPerSecond":50,"burst":100},"webhooks":[]} -> nothing",
        "gate.server.external: nothing -> {"baseUrl":"http://127.0.0.1:<port>/gate/scim/v2"}",
        "gate.connection.tokenVersion: 2 -> 1",
        "gate.connection.acceptPreviousToken: true -> false",
        "gate.attributes.title.expression: "user.title" -> nothing",
        "gate.pushGroups.Payroll Admins.onRemove: "delete" -> "keep"",
        "gate.pushGroups.Payroll Admins.targetId: nothing -> "00g…"",
        "gate.pushGroups.Payroll Viewers.targetId: nothing -> "00g…"",
        "gate.assignments.groups.Contractors.priority: nothing -> 2",
        "gate.checks.mode: "warn" -> "enforce"",
        "gate.checks.readOnly: false -> true",
      ]
    `);
    const next = await adopter.run(({ opened }) => opened.up());
    expect(next.changes["delete"] ?? next.changes["replace"] ?? next.changes["create"]).toBeUndefined();
    expect(await takePicture(own)).toEqual(before);
    expect(Object.keys((await adopter.run(({ opened }) => opened.up())).changes)).toEqual(["same"]);
    expect(
      Object.keys((await adopter.run(({ opened }) => opened.preview({ refresh: true }))).changes),
    ).toEqual(["same"]);

    const look = async () =>
      (await diagnose(adopter.folder, "dev"))
        .filter(({ subject }) => subject.endsWith(" of dev"))
        .map(({ subject, outcome, finding }) => [subject, outcome, finding]);
    expect(await look()).toEqual([
      ["Org of dev", "ok", `${own.orgUrl} answers`],
      ["Secrets of dev", "ok", "every connection has its token"],
      ["Access of dev", "ok", expect.stringContaining("System Log")],
    ]);
    adopter.configure({
      "okta-scim:tokens": {},
      "okta-scim:org": {
        ...org("manage"),
        scopes: ["okta.apps.manage", "okta.groups.manage", "okta.users.manage", "okta.schemas.manage"],
      },
    });
    expect(await look()).toEqual([
      ["Org of dev", "ok", expect.anything()],
      ["Secrets of dev", "problem", expect.stringContaining("gate")],
      ["Access of dev", "problem", expect.stringMatching(/GET .*\/(mappings|logs).*403/)],
      ["Access of dev", "problem", expect.stringMatching(/GET .*\/(mappings|logs).*403/)],
    ]);
  });

  it("is taken back in an order that Okta accepts", async () => {
    const byHand = `/api/v1/apps/${await own.appId("Made by hand")}`;
    await own.call("POST", `${byHand}/lifecycle/deactivate`);
    await own.call("DELETE", byHand);
    await own.run((session, phases) => phases.run("destroy", (reporter) => destroyStack(session, reporter)));
    expect(await own.call("GET", "/api/v1/apps")).toEqual([]);
  });
});
