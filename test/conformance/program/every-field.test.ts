import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { findInstalledEngine } from "../../../src/engine/find-engine.ts";
import { destroyStack } from "../../../src/operations/destroy-stack.ts";
import { diagnose } from "../../../src/operations/doctor.ts";
import { driftStack } from "../../../src/operations/drift-stack.ts";
import { previewStack, readSteps } from "../../../src/operations/preview-stack.ts";
import { deriveConnectionToken } from "../../../src/program/connection-token.ts";
import { OwnStack } from "./support/own-stack.ts";

const engine = await findInstalledEngine({});

const extension = "urn:example:params:scim:schemas:gate:1.0:User";

/** Between them the apps say every field of the spec that the program declares. */
function specs(port: number) {
  return {
    gate: {
      version: 1,
      app: {
        label: "Gate",
        catalogName: "scim2headerauth",
        signOn: {
          mode: "auto_login",
          signOnUrl: "https://gate.example.com/login",
          signOnRedirectUrl: "https://gate.example.com/home",
          credentialsScheme: "EDIT_PASSWORD_ONLY",
          revealPassword: true,
        },
        settings: { regions: ["eu", "us"], domain: "example.com" },
        userNameTemplate: { template: `\${source.email}`, type: "CUSTOM", suffix: ".gate", push: "always" },
        visibility: { hideIos: true, hideWeb: true, autoSubmitToolbar: true },
        accessibility: {
          selfService: true,
          errorRedirectUrl: "https://gate.example.com/sorry",
          loginRedirectUrl: "https://gate.example.com/sign-in",
        },
        notes: { admin: "Owned by Security", enduser: "Ask Security" },
      },
      server: {
        bundled: {
          publicUrl: `http://127.0.0.1:${port}/gate`,
          tenant: "gate",
          reactivateOnCreate: true,
          rateLimit: { requestsPerSecond: 50, burst: 100 },
        },
      },
      connection: { management: "api", tokenVersion: 2, acceptPreviousToken: true },
      provisioning: { syncPassword: true, updateProfiles: false, unlistedMappings: "remove" },
      attributes: [
        { name: "title", expression: "user.title" },
        {
          name: "badge",
          title: "Badge number",
          description: "What the reader reads",
          scim: `${extension}:badge`,
          expression: "user.employeeNumber",
          minLength: 1,
          maxLength: 12,
        },
        { name: "floors", type: "array", items: "integer", scim: `${extension}:floors` },
        {
          name: "colour",
          enum: ["red", "green"],
          scim: `${extension}:colour`,
          push: "on_create",
          expression: '"red"',
        },
        { name: "zones", type: "array", items: "string", enum: ["a", "b"], scim: `${extension}:zones` },
        { name: "guard", type: "boolean", scim: `${extension}:guard` },
      ],
      pushGroups: [
        { group: "Payroll Admins", target: "gate-admins", onRemove: "delete" },
        { group: "Payroll Viewers", status: "inactive" },
      ],
      assignments: {
        groups: [
          { group: "Finance", priority: 1, profile: { colour: "green" } },
          { group: "Sales", priority: 0 },
          { group: "Contractors" },
        ],
        users: [{ login: "isaac.adeyemi@example.com", userName: "isaac.gate" }],
      },
      checks: { mode: "warn" },
    },
    swa: {
      version: 1,
      app: {
        label: "Archive",
        signOn: {
          mode: "swa",
          url: "https://archive.example.com/login",
          urlRegex: "^https://archive",
          usernameField: "#user",
          passwordField: "#pass",
          buttonField: "#go",
          checkbox: "#stay",
          redirectUrl: "https://archive.example.com/",
        },
      },
      server: { bundled: { publicUrl: `http://127.0.0.1:${port}/swa` } },
      connection: { management: "manual" },
    },
    saml: {
      version: 1,
      app: {
        label: "CRM",
        signOn: {
          mode: "saml",
          ssoUrl: "https://crm.example.com/sso",
          audience: "urn:crm",
          recipient: "https://crm.example.com/recipient",
          destination: "https://crm.example.com/destination",
          subjectNameIdTemplate: `\${user.email}`,
          subjectNameIdFormat: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
          responseSigned: false,
          assertionSigned: true,
          signatureAlgorithm: "RSA_SHA1",
          digestAlgorithm: "SHA1",
          honorForceAuthn: false,
          authnContextClassRef: "urn:oasis:names:tc:SAML:2.0:ac:classes:X509",
          idpIssuer: "https://idp.example.com",
          defaultRelayState: "home",
          attributeStatements: [
            { name: "mail", values: ["user.email"] },
            {
              name: "groups",
              namespace: "urn:oasis:names:tc:SAML:2.0:attrname-format:basic",
              type: "GROUP",
              filterType: "STARTS_WITH",
              filterValue: "CRM",
            },
          ],
        },
      },
      server: { bundled: { publicUrl: `http://127.0.0.1:${port}/saml` } },
      connection: { management: "manual", authentication: "basic", username: "okta" },
    },
  };
}

const listed = z.array(z.looseObject({ id: z.string() }));
const idsOf = async (path: string): Promise<string[]> =>
  listed.parse(await own.call("GET", path)).map(({ id }) => id);

let own: OwnStack;
beforeAll(async () => {
  // Checks have tests of their own.
  vi.stubEnv("OKTA_SCIM_SKIP_CHECKS", "1");
  own = await OwnStack.create({ specs });
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
    const [mapping] = listed.parse(await own.call("GET", `/api/v1/mappings?targetId=${appId}`));
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

  it("of an existing application is adopted by a stack that signs in with a private key, without a change", async () => {
    const appId = await own.appId("Gate");
    const gate = specs(own.serverPort).gate;
    const service = z
      .object({ clientId: z.string(), privateKeyPem: z.string(), keyId: z.string() })
      .parse(JSON.parse(readFileSync(join(own.folder, ".sandbox/okta/service-app.json"), "utf8")));
    const tokenKey = readFileSync(join(own.folder, ".sandbox/token-key"), "utf8").trim();
    const token = deriveConnectionToken(tokenKey, { stack: "dev", tenant: "gate", version: 2 });
    const mappings = z
      .array(z.looseObject({ id: z.string(), sourceGroupId: z.string(), targetGroupId: z.string() }))
      .parse(await own.call("GET", `/api/v1/apps/${appId}/group-push/mappings`));
    const [profileMapping] = await idsOf(`/api/v1/mappings?targetId=${appId}`);
    const pushOf = async (group: string) => {
      const found = await own.okta.groups.findByName(group);
      const mapping = mappings.find(({ sourceGroupId }) => sourceGroupId === found?.id);
      if (mapping === undefined) throw new Error(`${group} is not pushed`);
      return mapping;
    };
    const [admins, viewers] = [await pushOf("Payroll Admins"), await pushOf("Payroll Viewers")];
    const adopter = own.neighbour("adopter", {
      config: {
        "okta-scim:org": {
          orgName: "sandbox",
          clientId: service.clientId,
          privateKeyId: service.keyId,
          scopes: [
            "okta.apps.manage",
            "okta.groups.manage",
            "okta.users.manage",
            "okta.schemas.manage",
            "okta.profileMappings.manage",
            "okta.policies.read",
            "okta.logs.read",
          ],
          maxApiCapacity: 100,
          proxyUrl: own.orgUrl,
        },
        "okta-scim:privateKey": service.privateKeyPem,
        "okta-scim:tokens": { gate: token },
      },
      specs: {
        gate: {
          ...gate,
          server: { external: { baseUrl: `http://127.0.0.1:${own.serverPort}/gate/scim/v2` } },
          connection: { management: "api" },
          pushGroups: [
            { ...gate.pushGroups[0], targetId: admins.targetGroupId },
            { ...gate.pushGroups[1], target: "Payroll Viewers", targetId: viewers.targetGroupId },
          ],
          adopt: {
            app: appId,
            connection: true,
            features: true,
            mapping: profileMapping,
            attributes: ["badge", "floors", "colour", "zones", "guard"],
            pushGroups: { "Payroll Admins": admins.id, "Payroll Viewers": viewers.id },
            groups: ["Finance", "Sales", "Contractors"],
            users: ["isaac.adeyemi@example.com"],
          },
        },
      },
    });
    vi.stubEnv("PULUMI_BACKEND_URL", `file://${own.folder}`);
    vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", "adopter");
    const before = await own.call("GET", `/api/v1/apps/${appId}`);

    const previewed = await adopter.run(({ opened }) => opened.preview());
    const steps = readSteps(previewed.events).filter(({ type }) => type.startsWith("okta:"));
    expect(
      steps.filter(({ operation }) => operation !== "import").map(({ name, operation }) => [name, operation]),
    ).toEqual([]);
    expect(previewed.diagnostics.filter(({ severity }) => severity !== "info")).toEqual([]);

    await adopter.run(({ opened }) => opened.up());
    expect(await own.call("GET", `/api/v1/apps/${appId}`)).toEqual(before);

    const { adopt: _done, ...kept } = adopter.readSpec("gate");
    adopter.writeSpec("gate", kept);
    const next = await adopter.run(({ opened }) => opened.up());
    expect(next.changes["delete"] ?? next.changes["replace"] ?? next.changes["create"]).toBeUndefined();
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
        orgName: "sandbox",
        clientId: service.clientId,
        privateKeyId: service.keyId,
        scopes: ["okta.apps.manage", "okta.groups.manage", "okta.users.manage", "okta.schemas.manage"],
        proxyUrl: own.orgUrl,
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
    await own.run((session, phases) => phases.run("destroy", (reporter) => destroyStack(session, reporter)));
    expect(await own.call("GET", "/api/v1/apps")).toEqual([]);
  });
});
