// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these formats are Okta's, not of JavaScript
import { describe, expect, it } from "vitest";
import type { AccessState, Account, Directory, Person } from "../../../src/preview/people/access.ts";
import { type AccountInput, changesOfAccount } from "../../../src/preview/people/account-after.ts";
import { unassigned } from "./sample-access.ts";

const ada: Person = {
  id: "ada",
  login: "ada@example.com",
  status: "ACTIVE",
  profile: { login: "ada@example.com", email: "lovelace@example.com", department: "Finance" },
  internal: { id: "ada" },
};
const account: Account = {
  userId: "ada",
  externalId: "scim-ada",
  syncState: "SYNCHRONIZED",
  profile: {},
  userName: "ada@example.com",
};
const byLogin = { template: "${source.login}", suffix: "", pushes: true };
const byEmail = { ...byLogin, template: "${source.email}" };
const state: AccessState = { ...unassigned, userNameTemplate: byLogin };
const directory: Directory = {
  people: new Map([["ada", ada]]),
  members: new Map([
    ["finance", new Set(["ada"])],
    ["managers", new Set(["ada"])],
    ["sales", new Set(["bo"])],
  ]),
};

type Change = Partial<Omit<AccountInput, "account" | "before" | "after">> & {
  readonly account?: Partial<Account>;
  readonly before?: Partial<AccessState>;
  readonly after?: Partial<AccessState>;
};

/** What changes, as `name: before -> after`. */
function changes({ account: own, before, after, ...more }: Change): string[] {
  return changesOfAccount({
    person: ada,
    account: { ...account, ...own },
    before: { ...state, ...before },
    after: { ...state, ...before, ...after },
    directory,
    evaluate: (expression) => ada.profile[expression.replace("user.", "")] ?? null,
    appliesMapping: false,
    ...more,
  }).map((change) => `${change.name}: ${change.before} -> ${change.after}`);
}

describe("a user name", () => {
  it.each([
    [
      "follows another format",
      {},
      { userNameTemplate: byEmail },
      ["userName: ada@example.com -> lovelace@example.com"],
    ],
    ["stays where the format does not push", {}, { userNameTemplate: { ...byEmail, pushes: false } }, []],
    ["that was typed stays", { userName: "countess" }, { userNameTemplate: byEmail }, []],
    [
      "is what the update's own assignment says",
      {},
      { assignedUsers: [{ id: "ada", userName: "al" }] },
      ["userName: ada@example.com -> al"],
    ],
    [
      "that an assignment repeats from the format is none that was typed",
      {},
      { userNameTemplate: byEmail, assignedUsers: [{ id: "ada", userName: "lovelace@example.com" }] },
      ["userName: ada@example.com -> lovelace@example.com"],
    ],
    ["of somebody else's assignment is not hers", {}, { assignedUsers: [{ id: "bo", userName: "al" }] }, []],
  ])("%s", (_what, own, after, expected) => {
    expect(changes({ account: own, after })).toEqual(expected);
  });
});

describe("a value", () => {
  const mapped = (push: boolean) => [{ attribute: "dept", expression: "user.department", push }];

  it("follows a mapping that pushes; one for creations only when the whole mapping is applied", () => {
    const account = { profile: { dept: "Sales" } };
    expect(changes({ account, after: { mapping: mapped(true) } })).toEqual(["dept: Sales -> Finance"]);
    expect(changes({ account, after: { mapping: mapped(false) } })).toEqual([]);
    const before = { mapping: mapped(false) };
    expect(changes({ account, before, appliesMapping: true })).toEqual(["dept: Sales -> Finance"]);
    expect(changes({ account, after: before, appliesMapping: true })).toEqual([]);
  });

  it("goes with the mapping that gave it, and stays where it was typed", () => {
    const account = { profile: { dept: "Finance", desk: "4-17" } };
    expect(changes({ account, before: { mapping: mapped(true) }, after: { mapping: [] } })).toEqual([
      "dept: Finance -> null",
    ]);
    expect(changes({ account, after: { mapping: [] } })).toEqual([]);
  });

  it("of the most important of a person's groups wins over the mapping and over other groups'", () => {
    const assignedGroups = [
      { id: "finance", priority: 1, profile: { dept: "Group Finance", cost: "1" } },
      { id: "managers", priority: 0, profile: { dept: "Management" } },
      { id: "sales", priority: 2, profile: { dept: "Sales", cost: "2" } },
    ];
    expect(changes({ after: { mapping: mapped(true), assignedGroups } })).toEqual([
      "dept: null -> Management",
      "cost: null -> 1",
    ]);
  });

  it("that a group gave goes with the group", () => {
    const assignedGroups = [{ id: "finance", priority: 0, profile: { cost: "1" } }];
    expect(
      changes({
        account: { profile: { cost: "1" } },
        before: { assignedGroups },
        after: { assignedGroups: [] },
      }),
    ).toEqual(["cost: 1 -> null"]);
  });

  it.each([
    'getManagerUser("active_directory").login',
    "hasDirectoryUser() ? findDirectoryUser().managerUpn : user.email",
    'user.email + (isMemberOfGroupName("x") ? "1" : "2")',
    "Time.now()",
    "org.name",
    "user?.department",
    "someday.newFunction(user.department)",
  ])("that nobody can foresee is not said to change: %s", (expression) => {
    const mapping = [{ attribute: "boss", expression, push: true }];
    expect(changes({ account: { profile: { boss: "bo" } }, after: { mapping } })).toEqual([]);
  });

  it.each([
    "user.department",
    'String.toUpperCase("x")',
    'user.getInternalProperty("id")',
    "appuser.userName",
    "",
  ])("that follows from the profiles is foreseen: %s", (expression) => {
    const mapping = [{ attribute: "boss", expression, push: true }];
    expect(changes({ account: { profile: { boss: "bo" } }, after: { mapping } })).toHaveLength(1);
  });
});
