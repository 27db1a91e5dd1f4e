import { describe, expect, it } from "vitest";
import type {
  AccessState,
  Account,
  Directory,
  EndedPush,
  PushedGroup,
} from "../../../src/preview/people/access.ts";
import { findGroupChanges } from "../../../src/preview/people/pushed-groups.ts";
import { unassigned } from "./sample-access.ts";

const directory: Directory = {
  people: new Map(),
  members: new Map([
    ["sales", new Set(["ada", "bo", "without account"])],
    ["finance", new Set(["bo", "cy"])],
  ]),
};

function account(userId: string): [string, Account] {
  return [
    userId,
    { userId, externalId: `scim-${userId}`, syncState: "SYNCHRONIZED", profile: {}, userName: userId },
  ];
}

interface Pushes {
  readonly before?: readonly PushedGroup[];
  readonly after?: readonly PushedGroup[];
  readonly ended?: readonly EndedPush[];
  readonly more?: Partial<AccessState>;
  readonly provisionedAfter?: readonly string[];
}

function changes({ before = [], after = [], ended = [], more = {}, ...rest }: Pushes) {
  return findGroupChanges({
    before: { ...unassigned, pushGroups: before },
    after: { ...unassigned, ...more, pushGroups: after },
    ended,
    accounts: new Map(["ada", "bo", "cy"].map(account)),
    directory,
    provisionedAfter: new Set(rest.provisionedAfter ?? ["ada", "bo", "cy"]),
  });
}

const push = (sourceGroupId: string, target: string, more: Partial<PushedGroup> = {}): PushedGroup => ({
  sourceGroupId,
  target,
  active: true,
  ...more,
});
const nobody = { joins: [], leaves: [], stays: [], removed: false };

describe("a pushed group", () => {
  it("that is pushed as before changes only by who gets or loses an account", () => {
    const pushes = [push("sales", "t")];
    expect(changes({ before: pushes, after: pushes })).toEqual([]);
    expect(changes({ before: pushes, after: pushes, provisionedAfter: ["ada", "without account"] })).toEqual([
      { sourceGroupId: "sales", target: "t", ...nobody, joins: ["without account"], leaves: ["bo"] },
    ]);
  });

  it("that is new gets all its members, also where another push of the same group is there already", () => {
    const first = push("sales", "t");
    expect(changes({ before: [first], after: [first, push("sales", "u", { isNew: true })] })).toEqual([
      { sourceGroupId: "sales", target: "u", ...nobody, joins: ["ada", "bo"] },
    ]);
  });

  it("that takes over another's finds its members there", () => {
    const ended = [{ sourceGroupId: "finance", target: "t", deletesTarget: false }];
    const after = [push("sales", "t", { isNew: true })];
    expect(changes({ before: [push("finance", "t")], after, ended })).toEqual([
      { sourceGroupId: "sales", target: "t", ...nobody, joins: ["ada"], leaves: ["cy"] },
    ]);
  });

  it.each([
    [false, { stays: ["bo", "cy"] }],
    [true, { leaves: ["bo", "cy"] }],
  ])("whose push ends, and its target with it (%s)", (deletesTarget, people) => {
    const ended = [{ sourceGroupId: "finance", target: "t", deletesTarget }];
    expect(changes({ before: [push("finance", "t")], ended })).toEqual([
      { sourceGroupId: "finance", target: "t", ...nobody, ...people, removed: true },
    ]);
  });

  it("is sent nothing while it is paused, or provisioning is off", () => {
    expect(changes({ after: [push("sales", "t", { active: false })] })).toEqual([]);
    expect(changes({ after: [push("sales", "t", { isNew: true })], more: { connected: false } })).toEqual([]);
  });

  it("that was paused is sent everybody when it goes on", () => {
    expect(changes({ before: [push("sales", "t", { active: false })], after: [push("sales", "t")] })).toEqual(
      [{ sourceGroupId: "sales", target: "t", ...nobody, joins: ["ada", "bo"] }],
    );
  });
});
