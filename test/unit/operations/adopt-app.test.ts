import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type AdoptionRequest, adoptApp } from "../../../src/operations/adoption/adopt-app.ts";
import { createMockOrg, type MockAnswer } from "../okta/mock-org.ts";
import { specWith } from "../spec/spec-project.ts";
import { sampleApp } from "./sample-org-app.ts";

const ok = (body: unknown): MockAnswer => ({ status: 200, body });
const other = { ...sampleApp, id: "0oaPayroll2", status: "INACTIVE" };

/** What the org answers about an app that was found: connection, features, schema, mappings, pushes, groups and accounts. */
const parts: MockAnswer[] = [
  { status: 404, body: { errorCode: "E0000007", errorSummary: "Not found" } },
  { status: 400, body: { errorCode: "E0000001", errorSummary: "Provisioning is not enabled" } },
  ok({ definitions: { base: {} } }),
  ok([]),
  { status: 400, body: { errorCode: "E0000001", errorSummary: "no group push" } },
  ok([]),
  ok([]),
];

/** Adopts in a project with one other spec; gives what came of it, the requests, and the file's text where there is one. */
async function adopt(
  answers: readonly MockAnswer[],
  request: Partial<AdoptionRequest>,
  others: Readonly<Record<string, string>> = {},
) {
  const org = createMockOrg(answers);
  const projectDir = mkdtempSync(join(tmpdir(), "okta-scim-adopt-"));
  const folder = join(projectDir, "stacks", "prod");
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries({ crm: specWith("", "CRM"), ...others }))
    writeFileSync(join(folder, `${name}.yaml`), text);
  try {
    const outcome = await adoptApp(org.client, {
      projectDir,
      stack: "prod",
      folder: "prod",
      app: "Payroll",
      name: undefined,
      baseUrl: undefined,
      bundled: false,
      day: "2026-06-15",
      ...request,
    }).catch((error: unknown) => error);
    const file = join(folder, "payroll.yaml");
    return {
      outcome,
      text: existsSync(file) ? readFileSync(file, "utf8") : undefined,
      seen: org.seen.map(({ method, path }) => `${method} ${path}`),
    };
  } finally {
    rmSync(projectDir, { recursive: true });
  }
}

describe("an app is found", () => {
  it("by its label in any case; Okta is only read", async () => {
    const { outcome, text, seen } = await adopt([ok([sampleApp]), ok(sampleApp), ...parts], {
      app: "payroll",
    });
    expect(outcome).toMatchObject({ file: "stacks/prod/payroll.yaml", name: "payroll", issues: [] });
    expect(text).toContain("app: 0oaPayroll1");
    expect(seen.filter((request) => !request.startsWith("GET "))).toEqual([]);
  });

  it("in the whole list where Okta's search does not find it", async () => {
    const { outcome } = await adopt(
      [ok([]), ok([other, { ...sampleApp, label: "X" }]), ok(other), ...parts],
      {},
    );
    expect(outcome).toMatchObject({ app: { id: "0oaPayroll2" } });
  });

  it("or not, with labels that are alike", async () => {
    const { outcome, text } = await adopt([ok([]), ok([sampleApp])], { app: "Payrol" });
    expect(outcome).toMatchObject({
      code: "ADOPT_APP_MISSING",
      message: expect.stringContaining('Alike: "Payroll"'),
    });
    expect(text).toBeUndefined();
  });

  it("by its id alone where two have one label", async () => {
    const { outcome, text } = await adopt([ok([sampleApp, other])], {});
    expect(outcome).toMatchObject({
      code: "ADOPT_APP_AMBIGUOUS_BAD_INPUT",
      message: expect.stringMatching(/0oaPayroll1 .*ACTIVE[\s\S]*0oaPayroll2 .*INACTIVE/),
    });
    expect(text).toBeUndefined();
    const byId = await adopt([ok(other), ...parts], { app: "0oaPayroll2" });
    expect(byId.outcome).toMatchObject({ app: { id: "0oaPayroll2" } });
  });
});

describe("nothing is written", () => {
  it("over a file that is there, even one that is no spec", async () => {
    const mine = "mine: true\n";
    const { outcome, text } = await adopt([ok([sampleApp]), ok(sampleApp), ...parts], {}, { payroll: mine });
    expect(outcome).toMatchObject({ code: "ADOPT_FILE_BAD_INPUT" });
    expect(text).toBe(mine);
  });

  it("of an app that another spec of the stack describes", async () => {
    const { outcome } = await adopt([ok([sampleApp]), ok(sampleApp)], {}, { pay: specWith("", "PAYROLL") });
    expect(outcome).toMatchObject({
      code: "ADOPT_KNOWN_BAD_INPUT",
      message: expect.stringContaining("stacks/prod/pay.yaml"),
    });
  });

  it("under a name or with an address that no spec can have, without asking Okta", async () => {
    const named = await adopt([], { name: "Pay Roll" });
    expect([named.outcome, named.seen]).toMatchObject([{ code: "ADOPT_NAME_BAD_INPUT" }, []]);
    const addressed = await adopt([], { baseUrl: "http://scim.example.com/v2" });
    expect([addressed.outcome, addressed.seen]).toMatchObject([{ code: "ADOPT_ADDRESS_BAD_INPUT" }, []]);
  });

  it("where the credential may not read a part", async () => {
    const refused = { status: 403, body: { errorCode: "E0000006", errorSummary: "no permission" } };
    const { outcome, text } = await adopt([ok([sampleApp]), ok(sampleApp), ...parts.map(() => refused)], {});
    expect(outcome).toMatchObject({ code: "OKTA_E0000006" });
    expect(text).toBeUndefined();
  });
});

it("a file that contradicts another one is written, and the contradiction is told", async () => {
  const crm = specWith("", "CRM").replace("/crm/v2", "/pay/v2");
  const { outcome, text } = await adopt(
    [ok([sampleApp]), ok(sampleApp), ...parts],
    { baseUrl: "https://scim.example.com/pay/v2" },
    { zebra: crm.replace("CRM", "Zebra") },
  );
  expect(text).toBeDefined();
  expect(outcome).toMatchObject({
    issues: [{ code: "SC1403", severity: "error", file: "stacks/prod/zebra.yaml" }],
  });
});
