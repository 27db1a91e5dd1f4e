import { describe, expect, it } from "vitest";
import type { AccessState, Account, Directory, Person } from "../../../src/preview/people/access.ts";
import { computeImpact, type PeopleImpact } from "../../../src/preview/people/impact.ts";
import { unassigned } from "./sample-access.ts";

const person = (id: string, status = "ACTIVE", department = "Finance"): Person => ({
  id,
  login: `${id}@example.com`,
  status,
  profile: { login: `${id}@example.com`, department },
  internal: { id, status },
});
const account = (userId: string, externalId: string | undefined = `scim-${userId}`): Account => ({
  userId,
  externalId,
  syncState: "SYNCHRONIZED",
  profile: { department: "Finance" },
  userName: `${userId}@example.com`,
});
function assigned(...ids: readonly string[]): AccessState["assignedGroups"] {
  return ids.map((id, priority) => ({ id, priority, profile: {} }));
}
const state: AccessState = {
  ...unassigned,
  assignedGroups: assigned("finance"),
  mapping: [{ attribute: "department", expression: "user.department", push: true }],
};
const directory: Directory = {
  people: new Map(
    [
      person("ada"),
      person("bo"),
      person("cy"),
      person("di", "DEPROVISIONED"),
      person("ed", "SUSPENDED"),
      person("fi", "STAGED"),
    ].map((one) => [one.id, one]),
  ),
  members: new Map([
    ["finance", new Set(["ada", "bo", "di"])],
    ["sales", new Set(["bo", "cy"])],
    ["contractors", new Set(["ed", "fi"])],
  ]),
};

function impact(
  change: Partial<AccessState>,
  accounts: readonly Account[] = [account("ada"), account("bo")],
  before: Partial<AccessState> = {},
): PeopleImpact {
  return computeImpact({
    before: { ...state, ...before },
    after: { ...state, ...before, ...change },
    accounts: new Map(accounts.map((one) => [one.userId, one])),
    touchedGroups: [...(change.assignedGroups ?? []), ...(before.assignedGroups ?? [])].map(({ id }) => id),
    mapping: change.mapping === undefined ? "unchanged" : "applied",
    directory,
    evaluate: (expression, one) =>
      expression === "user.department" ? (one.profile["department"] ?? null) : `${expression}:${one.id}`,
  });
}

const logins = (people: readonly { readonly login: string }[]): string[] =>
  people.map((one) => one.login.split("@")[0] ?? "");

describe("computeImpact", () => {
  it("touches nobody when nothing changes; a deprovisioned member of a group is nobody", () => {
    const result = impact({});
    expect([result.gains, result.updated, result.deactivated, result.groups]).toEqual([[], [], [], []]);
  });

  it("swaps a group: who is in both keeps the account", () => {
    const result = impact({ assignedGroups: assigned("sales") });
    expect(logins(result.gains)).toEqual(["cy"]);
    expect(logins(result.deactivated)).toEqual(["ada"]);
  });

  it("keeps a person who is assigned by name as well", () => {
    expect(
      impact({ assignedGroups: [], assignedUsers: [{ id: "ada" }] }).deactivated.map((one) => one.id),
    ).toEqual(["bo"]);
  });

  it("deactivates nobody downstream when deactivation is off or the account was never provisioned", () => {
    const off = impact({ assignedGroups: [] }, undefined, { deactivateUsers: false });
    expect(off.deactivated).toEqual([]);
    expect(logins(off.unassignedOnly)).toEqual(["ada", "bo"]);
    const never = impact({ assignedGroups: [] }, [account("ada", undefined)]);
    expect(logins(never.unassignedOnly)).toEqual([]);
  });

  it("says who is assigned but not pushed while provisioning is off", () => {
    const result = impact({ assignedGroups: assigned("finance", "sales") }, undefined, {
      connected: false,
    });
    expect(result.gains).toEqual([]);
    expect(logins(result.assignedNotPushed)).toEqual(["cy"]);
  });

  it("updates those whose mapped value changes, and names the attributes", () => {
    const result = impact({
      mapping: [{ attribute: "department", expression: "user.costCenter", push: true }],
    });
    expect(result.updated).toEqual([
      {
        id: "ada",
        login: "ada@example.com",
        attributes: [{ name: "department", before: "Finance", after: "user.costCenter:ada" }],
      },
      {
        id: "bo",
        login: "bo@example.com",
        attributes: [{ name: "department", before: "Finance", after: "user.costCenter:bo" }],
      },
    ]);
  });

  it("foresees no value of an expression about groups, linked people or the time, and says so", () => {
    for (const expression of ['isMemberOfGroupName("a") ? 1 : 2', "String.len(Time.now())"]) {
      const result = impact({ mapping: [{ attribute: "department", expression, push: true }] });
      expect(result.updated).toEqual([]);
      expect(result.uncertainties).toEqual([
        "department: by an expression about groups, linked people, a directory or the time, or one that is not understood here, which a preview does not look up: what Okta sends may differ.",
      ]);
    }
  });

  it("looks at nobody again of a group whose priority another group's assignment moved", () => {
    const moved = { ...state, assignedGroups: [{ id: "finance", priority: 1, profile: {} }] };
    const look = (touchedGroups: readonly string[]) =>
      computeImpact({
        before: state,
        after: {
          ...moved,
          assignedGroups: [{ id: "sales", priority: 0, profile: {} }, ...moved.assignedGroups],
        },
        mapping: "unchanged",
        touchedGroups,
        accounts: new Map(
          ["ada", "bo"].map((id) => [id, { ...account(id), profile: { department: "Old" } }]),
        ),
        directory,
        evaluate: () => "New",
      });
    expect(logins(look(["sales"]).updated)).toEqual(["bo"]);
    expect(logins(look(["sales", "finance"]).updated)).toEqual(["ada", "bo"]);
  });

  it("looks again at people whose own assignment comes, goes or changes, and at nobody else", () => {
    const look = (before: AccessState["assignedUsers"], after: AccessState["assignedUsers"]) =>
      logins(
        computeImpact({
          before: { ...state, assignedUsers: before },
          after: { ...state, assignedUsers: after },
          mapping: "unchanged",
          touchedGroups: [],
          accounts: new Map(
            ["ada", "bo"].map((id) => [id, { ...account(id), profile: { department: "Old" } }]),
          ),
          directory,
          evaluate: () => "New",
        }).updated,
      );
    const [ada, bo] = [{ id: "ada" }, { id: "bo" }];
    expect(look([ada, bo], [ada, bo])).toEqual([]);
    expect(look([ada], [ada, bo])).toEqual(["bo"]);
    expect(look([ada, bo], [bo])).toEqual(["ada"]);
    expect(look([ada, bo], [{ ...ada, userName: "countess" }, bo])).toEqual(["ada"]);
  });

  it("updates nobody where the credential can't apply mappings, and says who follows later", () => {
    const later = computeImpact({
      before: state,
      after: { ...state, mapping: [{ attribute: "department", expression: "user.title", push: true }] },
      mapping: "not applied",
      touchedGroups: [],
      accounts: new Map([["ada", account("ada")]]),
      directory,
      evaluate: () => "Chief",
    });
    expect(later.updated).toEqual([]);
    expect(logins(later.updatedLater)).toEqual(["ada"]);
  });

  it("leaves staged people waiting, and sends suspended ones", () => {
    const result = impact({ assignedGroups: assigned("finance", "contractors") });
    expect(logins(result.gains)).toEqual(["ed"]);
    expect(logins(result.waiting)).toEqual(["fi"]);
  });

  it("counts only provisioned people in and out of pushed groups", () => {
    const added = impact({ pushGroups: [{ sourceGroupId: "sales", target: "sales", active: true }] });
    expect(added.groups.map((group) => [group.target, logins(group.joins)])).toEqual([["sales", ["bo"]]]);
    const leaves = impact({ assignedGroups: assigned("sales") }, undefined, {
      pushGroups: [{ sourceGroupId: "finance", target: "fin", active: true }],
    });
    expect(leaves.groups.map((group) => [group.target, logins(group.leaves), group.removed])).toEqual([
      ["fin", ["ada"], false],
    ]);
  });

  it("a group in the application that another group is pushed to: the former members leave, nobody stays by mistake", () => {
    const moved = computeImpact({
      before: { ...state, pushGroups: [{ sourceGroupId: "finance", target: "t", active: true }] },
      after: { ...state, pushGroups: [{ sourceGroupId: "sales", target: "t", active: true, isNew: true }] },
      endedPushes: [{ sourceGroupId: "finance", target: "t", deletesTarget: false }],
      accounts: new Map(["ada", "bo"].map((id) => [id, account(id)])),
      touchedGroups: [],
      mapping: "unchanged",
      directory,
      evaluate: () => null,
    });
    expect(moved.groups.map(({ joins, leaves, stays }) => [joins, leaves, stays].map(logins))).toEqual([
      [[], ["ada"], []],
    ]);
  });

  it("says who can't open an application that becomes inactive", () => {
    expect(logins(impact({ active: false }).lockedOut)).toEqual(["ada", "bo"]);
    expect(impact({ active: false }, undefined, { active: false }).lockedOut).toEqual([]);
  });

  it("names what it does not know", () => {
    const result = impact({ assignedGroups: assigned("finance", "contractors") }, [
      { ...account("ada"), syncState: "ERROR" },
      account("bo"),
    ]);
    expect(result.uncertainties).toEqual([
      "1 person in ERROR today: what the SCIM server holds of them may differ from what Okta believes.",
      "1 person to be assigned while suspended in Okta: they get an account, but cannot sign in.",
    ]);
  });

  it("says of which groups at the server it knows too little", () => {
    const group = (partial: object) => ({
      sourceGroupId: "finance",
      target: "fin",
      active: true,
      ...partial,
    });
    const doubts = (
      before: object | undefined,
      after: object | undefined,
      state: Partial<AccessState> = {},
    ) =>
      impact({ pushGroups: after ? [group(after)] : [], connected: true }, undefined, {
        pushGroups: before ? [group(before)] : [],
        ...state,
      }).uncertainties;
    const begun = [
      expect.stringMatching(/^1 new push group: where the application has a group of that name/),
    ];
    expect(doubts(undefined, { isNew: true })).toEqual(begun);
    expect(doubts({}, {})).toEqual([]);
    expect(doubts({ active: false }, { isNew: false })).toEqual([
      expect.stringMatching(/^1 resumed push group: who is in it/),
    ]);
    const failed = { active: false, stalled: "failed" };
    expect(doubts(failed, failed)).toEqual([
      expect.stringMatching(/^1 push group that Okta does not send today/),
    ]);
    expect(doubts(failed, { ...failed, isNew: false })).toEqual([
      expect.stringMatching(/^1 push group in ERROR that the update changes or ends: .*the update fails/),
      expect.stringMatching(/^1 push group that Okta does not send today/),
    ]);
    expect(doubts({}, {}, { connected: false })).toEqual([
      expect.stringMatching(/^1 push group of an application that was not provisioned until now/),
    ]);
  });
});
