import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { findInstalledEngine } from "../../../src/engine/find-engine.ts";
import { prepareChecks } from "../../../src/operations/check-stack.ts";
import { updateGuarded } from "../../../src/operations/guarded-update.ts";
import { previewStack } from "../../../src/operations/preview-stack.ts";
import { readOutputs } from "../../../src/operations/stack-outputs.ts";
import type { StackSession } from "../../../src/operations/stack-session.ts";
import { updateStack } from "../../../src/operations/update-stack.ts";
import type { AppReport } from "../../../src/preview/report.ts";
import { ScimClient } from "../../../src/scim/scim-client.ts";
import { OwnStack } from "../program/support/own-stack.ts";
import { type Observation, observe, PushLog, predict, ServerView } from "./support/touched.ts";

const engine = await findInstalledEngine({});
const users = z.array(z.object({ id: z.string(), profile: z.object({ login: z.string() }) }));

interface Spec {
  readonly app: Readonly<Record<string, unknown>>;
  readonly provisioning?: Readonly<Record<string, unknown>>;
  readonly attributes: readonly Readonly<Record<string, unknown>>[];
  readonly pushGroups: readonly (Readonly<Record<string, unknown>> & { readonly target: string })[];
  readonly assignments: Readonly<Record<string, unknown>>;
}

const first: Spec = {
  app: { label: "Payroll", catalogName: "scim2headerauth" },
  attributes: [{ name: "title" }, { name: "department" }],
  pushGroups: [{ group: "Payroll Admins", target: "payroll-admins" }],
  assignments: { groups: [{ group: "Finance", priority: 0 }] },
};

/** Any loss is acknowledged: this is about whom, not about how many. */
const acknowledgements = [
  "people-deactivated",
  "assignments-removed",
  "push-groups-removed",
  "app-deactivated",
  "app-replaced",
].map((kind) => ({ kind, atMost: 100, until: "2099-12-31", reason: "the test" }));

let own: OwnStack;
let log: PushLog;
let logins: ReadonlyMap<string, string>;
const owners = new Map<string, string>();
let lastReason = 0;

beforeAll(async () => {
  // Checks have tests of their own, and would wait a minute for accounts that a replaced application leaves.
  vi.stubEnv("OKTA_SCIM_SKIP_CHECKS", "1");
  own = await OwnStack.create({ specs: (port) => ({ payroll: complete(first, port) }) });
  log = new PushLog({ api: (method, path) => own.call(method, path) });
  const everyone = users.parse(await own.call("GET", "/api/v1/users?limit=200"));
  logins = new Map(everyone.map(({ id, profile }) => [id, profile.login]));
});
afterAll(() => own.remove());

function complete(spec: Spec, port: number): object {
  lastReason += 1;
  return {
    version: 1,
    ...spec,
    server: { bundled: { publicUrl: `http://127.0.0.1:${port}/payroll` } },
    connection: { management: "api" },
    checks: { mode: "warn" },
    // Used up by each update: the next one needs other words.
    acknowledgements: acknowledgements.map((one) => ({ ...one, reason: `the test, ${lastReason}` })),
  };
}

/** Previews an edit with the real engine, applies it, and says both what was predicted and what happened. */
async function previewAndApply(spec: Spec, isReviewed = false) {
  own.writeSpec("payroll", complete(spec, own.serverPort));
  return own.run(async (session, phases) => {
    const outputs = readOutputs(await session.opened.outputs());
    const before = await readServer(session);
    const report = await phases.run("preview", (reporter) => previewStack(session, reporter));
    const impact = impactOf(report.apps[0]);
    if (isReviewed) await updateGuarded(session, phases, { reviewed: report });
    else await phases.run("update", (reporter) => updateStack(session, reporter));
    await own.call("POST", "/sandbox/drain", { timeoutMs: 60_000 });
    const updated = readOutputs(await session.opened.outputs());
    const after = await readServer(session);
    const seen: Observation = {
      pushed: await log.next(updated.apps["payroll"]?.id ?? "", outputs.apps["payroll"]?.id),
      statesBefore: before.states,
      linkedAfter: after.linked,
      membersBefore: before.members,
      membersAfter: after.members,
      refused: [],
      endedTargets: new Set(impact.groups.filter(({ removed }) => removed).map(({ target }) => target)),
      unsureTargets: new Set(),
      comingOrGoing: [...impact.gains, ...impact.deactivated, ...impact.unassignedOnly].map(
        ({ login }) => login,
      ),
    };
    const targets = new Map(impact.groups.map(({ sourceGroupId, target }) => [sourceGroupId, target]));
    const predicted = predict(impact, (group) => targets.get(group) ?? group, seen);
    return { impact, predicted, observed: observe(seen, predicted), active: after.active };
  });
}

function impactOf(app: AppReport | undefined) {
  if (app?.people?.kind !== "exact") throw new Error(`no exact people: ${JSON.stringify(app?.people)}`);
  return app.people.impact;
}

interface ServerState {
  readonly members: ReadonlySet<string>;
  readonly active: ReadonlySet<string>;
  readonly states: ReadonlyMap<string, boolean>;
  readonly linked: ReadonlyMap<string, string>;
}

/** The server's groups and accounts; nothing before the first deployment. */
async function readServer(session: StackSession): Promise<ServerState> {
  const { apps } = readOutputs(await session.opened.outputs());
  const [app] = apps["payroll"] === undefined ? [] : (await prepareChecks(session)).plan.apps;
  if (app === undefined)
    return { members: new Set(), active: new Set(), states: new Map(), linked: new Map() };
  const scim = new ScimClient({ baseUrl: app.server.baseUrl, authorization: app.server.authorization });
  const api = { api: (method: string, path: string) => own.call(method, path) };
  const view = new ServerView(scim, api, (id) => logins.get(id) ?? id, owners);
  const members = await view.readMembers(app.appId);
  const { active } = await view.readAccounts();
  return { members, active, states: await view.readStates(), linked: view.linked };
}

describe.skipIf(!("command" in engine))(
  "what the engine's own preview predicts is what its update does",
  () => {
    it("a first deployment", async () => {
      const { predicted, observed } = await previewAndApply(first);
      expect(observed.gains.length).toBeGreaterThan(5);
      expect(predicted).toEqual(observed);
    });

    // biome-ignore lint/suspicious/noTemplateCurlyInString: Okta's template
    const userNameTemplate = { template: "x-${source.login}", type: "CUSTOM" };
    const edited: Spec = {
      app: { ...first.app, userNameTemplate },
      attributes: [{ name: "title", expression: "String.toUpperCase(user.title)" }, { name: "department" }],
      pushGroups: [
        { group: "Payroll Admins", target: "payroll-admins", status: "inactive" },
        { group: "Payroll Viewers", target: "payroll-viewers" },
      ],
      assignments: {
        groups: [{ group: "People Operations", priority: 0 }],
        users: [{ login: "ada@example.com", userName: "ada.typed" }],
      },
    };

    it("another group, a person by name, another expression, another user name, a push paused and one begun", async () => {
      const { impact, predicted, observed } = await previewAndApply(edited, true);
      expect(impact.deactivated.length).toBeGreaterThan(3);
      expect(predicted).toEqual(observed);
    });

    const replaced: Spec = { ...first, app: { ...first.app, signOn: { mode: "swa" } } };

    it("another sign-on mode: the application is replaced", async () => {
      const { predicted, observed, active } = await previewAndApply(replaced);
      expect(predicted).toEqual(observed);
      // Who loses it counts as deactivated though Okta's attempt may come after the old application's end and fail, as the preview says.
      // Whoever lost the old application and gets the new one has an active account in the end.
      expect([...active]).toEqual(expect.arrayContaining([...predicted.gains]));
    });

    it("Deactivate Users switched off, and the group gone", async () => {
      const { impact, predicted, observed } = await previewAndApply({
        ...replaced,
        provisioning: { deactivateUsers: false },
        assignments: { users: [{ login: "ada@example.com", userName: "ada.typed" }] },
      });
      expect(impact.unassignedOnly.length).toBeGreaterThan(1);
      expect(predicted).toEqual(observed);
    });
  },
);
