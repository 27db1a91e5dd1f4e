import { describe, expect, it } from "vitest";
import type { Properties } from "../../../src/preview/changes/engine-step.ts";
import type { ResourceChange } from "../../../src/preview/changes/resource-change.ts";
import type { AccessState } from "../../../src/preview/people/access.ts";
import { DirectoryReader } from "../../../src/preview/people/directory-reader.ts";
import { estimatePeople } from "../../../src/preview/people/estimate-people.ts";
import { noAccess } from "../../../src/preview/people/read-live-app.ts";
import { renderTerminal } from "../../../src/preview/render/terminal.ts";
import type { PeopleReport } from "../../../src/preview/report.ts";
import { createMockOrg } from "../okta/mock-org.ts";
import { change, reportOn } from "./sample-report.ts";

const before: AccessState = {
  ...noAccess,
  active: true,
  connected: true,
  updateProfiles: true,
  assignedGroups: [{ id: "all", priority: 0, profile: {} }],
};
const assignment = (action: ResourceChange["action"], groupId: string): ResourceChange => {
  const inputs: Properties = { groupId };
  return change({
    action,
    before: action === "add" ? undefined : inputs,
    after: action === "remove" ? undefined : inputs,
  });
};

function estimate(changes: readonly ResourceChange[]): Promise<PeopleReport> {
  const groups = Object.entries({ all: 200_000, some: 4000, silent: null }).map(([id, usersCount]) => ({
    id,
    type: "OKTA_GROUP",
    profile: { name: id },
    ...(usersCount === null ? {} : { _embedded: { stats: { usersCount } } }),
  }));
  const { client } = createMockOrg([{ status: 200, body: groups }]);
  const directory = new DirectoryReader(client);
  return estimatePeople(
    { before, changes, plan: undefined, calls: "600" },
    { directory, callBudget: 500, appliesMappings: true },
  );
}

describe("an estimate", () => {
  it("counts a swap by group statistics", async () => {
    expect(await estimate([assignment("remove", "all"), assignment("add", "some")])).toMatchObject({
      kind: "estimate",
      assignedBefore: 200_000,
      gains: 4000,
      deactivated: 200_000,
    });
  });

  it("counts everybody of an application that is replaced or removed", async () => {
    const app = (action: ResourceChange["action"]) =>
      estimate([change({ kind: "app", action, before: { label: "a" }, after: { label: "a" } })]);
    expect(await app("replace")).toMatchObject({ gains: 200_000, deactivated: 200_000 });
    expect(await app("remove")).toMatchObject({ gains: 0, deactivated: 200_000 });
  });

  it("says how many a changed mapping may update, in the table too", async () => {
    const after = {
      mappings: [{ id: "title", expression: "user.title", pushStatus: "PUSH" }],
      alwaysApply: true,
    };
    const people = await estimate([change({ kind: "mapping", action: "change", before: {}, after })]);
    expect(people).toMatchObject({ updated: 200_000, gains: 0, deactivated: 0 });
    const text = renderTerminal(
      reportOn([{ name: "payroll", label: "Payroll", changes: [], people }]),
      (_tone, words) => words,
    );
    expect(text).toContain("about ~200000 (of 200000)");
    expect(text).toContain("at most 200000 people updated");
  });

  it("is none where Okta gives no numbers: nobody may take that for nobody", async () => {
    expect(await estimate([assignment("add", "silent")])).toMatchObject({
      kind: "unknown",
      because: expect.stringContaining("Okta gives no number of members for some groups"),
    });
  });
});
