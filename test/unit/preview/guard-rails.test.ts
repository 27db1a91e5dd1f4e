import { describe, expect, it } from "vitest";
import type { ResourceChange } from "../../../src/preview/changes/resource-change.ts";
import { evaluateGuardRails, type GuardRailInput } from "../../../src/preview/guard-rails/evaluate.ts";
import { type AppLosses, evaluateStackGuardRails } from "../../../src/preview/guard-rails/evaluate-stack.ts";
import { resolveLimit, type StackLimits } from "../../../src/preview/guard-rails/limits.ts";
import { measure } from "../../../src/preview/guard-rails/measure.ts";
import {
  fingerprint,
  readUsed,
  recordLosses,
  recordUpdate,
} from "../../../src/preview/guard-rails/used-acknowledgements.ts";
import type { PeopleReport } from "../../../src/preview/report.ts";
import { nobody } from "./sample-report.ts";

const people = (deactivated: number, of: number): PeopleReport => ({
  kind: "exact",
  assignedBefore: of,
  assignedAfter: of - deactivated,
  impact: {
    ...nobody,
    deactivated: Array.from({ length: deactivated }, (_, index) => ({
      id: `${index}`,
      login: `p${index}@example.com`,
    })),
  },
});
const change = (partial: Partial<ResourceChange>): ResourceChange => ({
  app: "payroll",
  kind: "app",
  action: "change",
  title: "Payroll",
  fields: [],
  replacedBecause: [],
  type: "",
  urn: "",
  id: undefined,
  before: {},
  after: {},
  ...partial,
});
const input = (partial: Partial<GuardRailInput>): GuardRailInput => ({
  app: "payroll",
  changes: [],
  people: undefined,
  assignments: 4,
  pushGroups: 4,
  protectionRemoved: false,
  limits: {},
  acknowledgements: [],
  spec: "present",
  used: new Map(),
  today: "2026-11-22",
  ...partial,
});
const kinds = (partial: Partial<GuardRailInput>): string[] =>
  evaluateGuardRails(input(partial)).map((finding) => `${finding.kind} ${finding.outcome}`);

describe("guard rails", () => {
  it("round a share up", () => {
    expect([
      resolveLimit("5%", 9),
      resolveLimit("5%", 0),
      resolveLimit("5%", 4000),
      resolveLimit(3, 9),
      resolveLimit("7%", 100),
      resolveLimit("14%", 50),
    ]).toEqual([1, 0, 200, 3, 7, 7]);
  });

  it("let one of nine people go, and stop two", () => {
    expect(kinds({ people: people(1, 9) })).toEqual([]);
    expect(evaluateGuardRails(input({ people: people(2, 9) }))).toMatchInlineSnapshot(`
      [
        {
          "actual": 2,
          "app": "payroll",
          "kind": "people-deactivated",
          "limit": 1,
          "message": "2 of 9 people lose their account; at most 1 allowed",
          "names": [
            "p0@example.com",
            "p1@example.com",
          ],
          "outcome": "broken",
          "remedy": "If it is meant, add to the spec's acknowledgements, for the reviewer to see: - { kind: people-deactivated, atMost: 2, until: <date>, reason: <why> }",
        },
      ]
    `);
  });

  it("take an acknowledgement that covers it, and none that is too small, too old or of another kind", () => {
    const ack = (partial: object): { kind: string; atMost: number; until: string; reason: string } => ({
      kind: "people-deactivated",
      atMost: 30,
      until: "2026-11-22",
      reason: "team moves",
      ...partial,
    });
    expect(kinds({ people: people(30, 90), acknowledgements: [ack({})] })).toEqual([
      "people-deactivated acknowledged",
    ]);
    expect(kinds({ people: people(31, 90), acknowledgements: [ack({})] })).toEqual([
      "people-deactivated broken",
    ]);
    expect(kinds({ people: people(30, 90), acknowledgements: [ack({ until: "2026-11-21" })] })).toEqual([
      "people-deactivated broken",
    ]);
    expect(kinds({ people: people(30, 90), acknowledgements: [ack({ kind: "app-replaced" })] })).toEqual([
      "people-deactivated broken",
    ]);
  });

  it("take an acknowledgement once", () => {
    const ack = { kind: "people-deactivated", atMost: 30, until: "2026-11-22", reason: "team moves" };
    const acknowledgements = [ack];
    const [first] = evaluateGuardRails(input({ people: people(30, 90), acknowledgements }));
    expect(first).toMatchObject({ outcome: "acknowledged", acknowledgement: fingerprint("payroll", ack) });
    const used = new Map([[fingerprint("payroll", ack), []]]);
    const [second] = evaluateGuardRails(input({ people: people(30, 90), acknowledgements, used }));
    expect(second).toMatchObject({ outcome: "broken", remedy: expect.stringContaining("was used up") });
    const renewed = [{ ...ack, reason: "the second team moves" }];
    expect(kinds({ people: people(30, 90), acknowledgements: renewed, used })).toEqual([
      "people-deactivated acknowledged",
    ]);
  });

  it("leave the acknowledgements of apps that an update does not touch as they were", () => {
    const ack = { kind: "people-deactivated", atMost: 3, until: "2026-12-01", reason: "a move" };
    const apps = ["payroll", "travel", "wiki"].map((name) => ({ name, acknowledgements: [ack] }));
    const [payroll = "", travel = "", wiki = ""] = apps.map(({ name }) => fingerprint(name, ack));
    const used = new Map([[wiki, ["x"]]]);
    const allowed = { [payroll]: ["a"], [travel]: ["b"] };
    expect(recordUpdate({ apps, only: "payroll", allowed, used })).toEqual({
      usedAcknowledgements: [payroll, wiki].sort(),
      allowedLosses: { [payroll]: ["a"], [wiki]: ["x"] },
    });
    expect(recordUpdate({ apps, only: undefined, allowed, used })).toEqual({
      usedAcknowledgements: [payroll, travel, wiki].sort(),
      allowedLosses: allowed,
    });
  });

  it("say why an acknowledgement does not cover a loss, and what a deleted file may mean", () => {
    const remedyOf = (partial: Partial<GuardRailInput>): string =>
      evaluateGuardRails(input({ people: people(30, 90), ...partial }))[0]?.remedy ?? "";
    const ack = { kind: "people-deactivated", atMost: 20, until: "2026-11-21", reason: "moves" };
    expect(remedyOf({ acknowledgements: [ack] })).toMatch(
      /^The spec's acknowledgement ended on 2026-11-21 and allows at most 20\. If it is meant: - /,
    );
    expect(remedyOf({ spec: "missing" })).toMatch(/^If the file was renamed, .* previousNames: \[payroll\]/);
  });

  it("let an update finish what the last one was allowed and did not live to do, and nothing else", () => {
    const ack = { kind: "people-deactivated", atMost: 30, until: "2026-11-22", reason: "team moves" };
    const acknowledgements = [ack];
    const used = readUsed({
      usedAcknowledgements: [fingerprint("payroll", ack)],
      allowedLosses: recordLosses(evaluateGuardRails(input({ people: people(20, 90), acknowledgements }))),
    });
    expect(kinds({ people: people(7, 77), acknowledgements, used })).toEqual([
      "people-deactivated acknowledged",
    ]);
    expect(kinds({ people: people(21, 90), acknowledgements, used })).toEqual(["people-deactivated broken"]);
    const counted = {
      kind: "estimate",
      assignedBefore: 90,
      gains: 0,
      updated: 0,
      deactivated: 7,
      because: "",
    } as const;
    expect(kinds({ people: counted, acknowledgements, used })).toEqual(["people-deactivated broken"]);
  });

  it("hold all apps together against the stack's limit, without what was acknowledged", () => {
    const app = (name: string, partial: Partial<GuardRailInput>): AppLosses => {
      const measured = input({ app: name, ...partial });
      return { app: name, measures: measure(measured), findings: evaluateGuardRails(measured) };
    };
    const messages = (list: readonly AppLosses[], limits: StackLimits = {}): string[] =>
      evaluateStackGuardRails(list, limits).map(({ message, names }) => `${message} (${names.join(", ")})`);
    const losing = (name: string, gone: number, partial: Partial<GuardRailInput> = {}): AppLosses =>
      app(name, { people: people(gone, 1000), ...partial });
    expect(messages([losing("payroll", 50), losing("travel", 50)])).toEqual([]);
    expect(messages([losing("payroll", 50), losing("travel", 50), losing("wiki", 1)])).toEqual([
      "101 accounts are lost over all apps of the stack; at most 100 allowed (payroll: 50, travel: 50, wiki: 1)",
    ]);
    // A share is one of everybody in all apps.
    const share = { maxDeactivations: "5%" };
    expect(messages([losing("payroll", 100), losing("travel", 0)], share)).toEqual([]);
    expect(messages([losing("payroll", 100), losing("travel", 1)], share)).toEqual([
      "101 accounts are lost over all apps of the stack; at most 100 allowed (payroll: 100, travel: 1)",
    ]);
    const acknowledgements = [
      { kind: "people-deactivated", atMost: 60, until: "2026-11-22", reason: "moves" },
    ];
    expect(
      messages([losing("payroll", 60, { acknowledgements }), losing("travel", 50), losing("wiki", 1)]),
    ).toEqual([]);
    const removal = (kind: ResourceChange["kind"], before: object): ResourceChange =>
      change({ kind, action: "remove", before: { ...before }, after: undefined });
    const each = (count: number, kind: ResourceChange["kind"], before: object = {}): AppLosses[] =>
      Array.from({ length: count }, (_, index) => app(`app${index}`, { changes: [removal(kind, before)] }));
    expect(messages(each(20, "group assignment"))).toEqual([]);
    expect(messages(each(21, "group assignment"))[0]).toMatch(
      /^21 assignments are removed over all apps of the stack; at most 20/,
    );
    expect(messages(each(21, "push group"))[0]).toMatch(/^21 push groups are removed over all apps/);
    expect(messages(each(6, "push group", { deleteTargetGroupOnDestroy: true }))[0]).toMatch(
      /^6 groups are deleted in the applications over all apps of the stack; at most 5/,
    );
  });

  it("stop each other danger", () => {
    const removal = (kind: ResourceChange["kind"], before: object = {}): ResourceChange =>
      change({ kind, action: "remove", before: { ...before }, after: undefined });
    expect(kinds({ changes: [removal("group assignment"), removal("person assignment")] })).toEqual([
      "assignments-removed broken",
    ]);
    expect(kinds({ changes: [removal("push group"), removal("push group")] })).toEqual([
      "push-groups-removed broken",
    ]);
    expect(kinds({ changes: [removal("push group", { deleteTargetGroupOnDestroy: true })] })).toEqual([
      "target-groups-deleted broken",
    ]);
    expect(
      kinds({ changes: [change({ before: { status: "ACTIVE" }, after: { status: "INACTIVE" } })] }),
    ).toEqual(["app-deactivated broken"]);
    expect(kinds({ changes: [change({ action: "remove" })] })).toEqual(["app-deactivated broken"]);
    expect(kinds({ changes: [change({ action: "remove" })], spec: "offboarded" })).toEqual([]);
    expect(
      evaluateGuardRails(input({ changes: [change({ action: "remove" })], spec: "missing" }))[0]?.remedy,
    ).toMatch(/bring the spec back with `lifecycle: offboarding`; update; then delete the file\.$/);
    expect(kinds({ changes: [change({ action: "replace" })] })).toEqual(["app-replaced broken"]);
    expect(
      kinds({
        changes: [
          change({ kind: "connection", before: { baseUrl: "https://a" }, after: { baseUrl: "http://a" } }),
        ],
      }),
    ).toEqual(["tls-weakened broken"]);
    expect(
      kinds({ changes: [change({ before: { assertionSigned: true }, after: { assertionSigned: false } })] }),
    ).toEqual(["authentication-weakened broken"]);
    const saml = "okta:app/saml:Saml";
    const autoLogin = "okta:app/autoLogin:AutoLogin";
    expect(kinds({ changes: [change({ action: "replace", type: autoLogin, formerType: saml })] })).toEqual([
      "app-replaced broken",
      "authentication-weakened broken",
    ]);
    expect(kinds({ changes: [change({ action: "replace", type: saml, formerType: autoLogin })] })).toEqual([
      "app-replaced broken",
    ]);
    const connection = (before: string, after: string): ResourceChange =>
      change({
        kind: "connection",
        before: { profile: { authScheme: before } },
        after: { profile: { authScheme: after } },
      });
    expect(kinds({ changes: [connection("OAUTH2", "TOKEN")] })).toEqual(["authentication-weakened broken"]);
    expect(kinds({ changes: [connection("TOKEN", "OAUTH2")] })).toEqual([]);
    expect(kinds({ changes: [change({ before: { authenticationPolicy: "strict" }, after: {} })] })).toEqual([
      "authentication-weakened broken",
    ]);
    expect(kinds({ protectionRemoved: true })).toEqual(["protect-removed broken"]);
  });
});
