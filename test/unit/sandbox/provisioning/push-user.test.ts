import { afterEach, describe, expect, test } from "vitest";
import { TestOrg } from "./test-org.ts";

let org: TestOrg;

afterEach(() => org[Symbol.asyncDispose]());

/** Random passwords and generated ids would make every snapshot new. */
function steady(lines: readonly string[]): string[] {
  return lines.map((line) =>
    line.replace(/"password":"[^"]+"/, '"password":"<random>"').replaceAll(/00u\w{17}/g, "<okta id>"),
  );
}

describe.each(["oin", "aiw"] as const)("life of an account, dialect %s", (dialect) => {
  test("assign, change, unassign, assign again", async () => {
    org = await TestOrg.start(dialect);
    const ada = org.addUser("Ada", { department: "Research", displayName: "Ada Example" });
    org.assign(ada);
    const created = steady(await org.settle());
    org.changeProfile(ada, { firstName: "Augusta", department: null });
    const changed = steady(await org.settle());
    org.unassign(ada);
    const unassigned = steady(await org.settle());
    expect(org.scim.userNamed("ada@example.com")).toMatchObject({ active: false });
    org.assign(ada);
    const assignedAgain = steady(await org.settle());
    expect(org.scim.userNamed("ada@example.com")).toMatchObject({ active: true });
    expect({ created, changed, unassigned, assignedAgain }).toMatchSnapshot();
    expect(org.store.appUsers.get(org.app.id, ada.id)).toMatchObject({
      externalId: "u1",
      status: "PROVISIONED",
      syncState: "SYNCHRONIZED",
      syncError: null,
    });
    expect(org.logLines()).toMatchSnapshot();
  });
});
