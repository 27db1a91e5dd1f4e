import { describe, expect, it } from "vitest";
import type { EngineStep, Properties } from "../../../src/preview/changes/engine-step.ts";
import { readChanges } from "../../../src/preview/changes/read-changes.ts";
import { idsAsNames, type ResourceChange } from "../../../src/preview/changes/resource-change.ts";
import type { AccessState, PushedGroup } from "../../../src/preview/people/access.ts";
import { composeUserName, evaluateForPerson } from "../../../src/preview/people/evaluate-person.ts";
import { noAccess } from "../../../src/preview/people/read-live-app.ts";
import { applyChanges } from "../../../src/preview/people/state-after.ts";

const abilities = { appliesMappings: true };
const live: AccessState = { ...noAccess, active: true, connected: true };

function change(kind: ResourceChange["kind"], before: Properties | undefined, after: Properties | undefined) {
  const action = before === undefined ? "add" : after === undefined ? "remove" : "change";
  const words = {
    app: "payroll",
    title: kind,
    fields: [],
    replacedBecause: [],
    type: "",
    urn: "",
    id: undefined,
  };
  return { ...words, kind, action, before, after } as const;
}

function pushed(group: Partial<PushedGroup>, before: Properties | undefined, after: Properties | undefined) {
  const pushGroups = [{ sourceGroupId: "g", target: "t", active: true, ...group }];
  return applyChanges({ ...live, pushGroups }, [change("push group", before, after)], undefined, abilities)
    .state.pushGroups[0];
}

describe("an app after its changes", () => {
  it("sends again once it is active again, as its connection stayed", () => {
    const asleep = { ...live, active: false };
    const { state } = applyChanges(
      asleep,
      [change("app", { status: "INACTIVE" }, { status: "ACTIVE" })],
      undefined,
      abilities,
    );
    expect(state).toMatchObject({ active: true, connected: true });
  });

  it("is not connected by hand before it is there", () => {
    const plan = {
      connection: { management: "manual", configured: true },
      provisioning: { createUsers: true, updateProfiles: true, deactivateUsers: true },
    } as const;
    const replaced = { ...change("app", { label: "a" }, { label: "a" }), action: "replace" } as const;
    expect(applyChanges(live, [replaced], plan, abilities)).toMatchObject({
      app: "replaced",
      state: { connected: false },
    });
    const added = change("app", undefined, { label: "a" });
    expect(applyChanges(noAccess, [added], plan, abilities).state).toMatchObject({
      active: true,
      connected: false,
    });
  });

  it("pushes a group again once it is resumed, and not one that Okta has stopped", () => {
    const paused = { sourceGroupId: "g", status: "INACTIVE" };
    const active = { sourceGroupId: "g", status: "ACTIVE" };
    expect(pushed({ active: false }, paused, active)).toMatchObject({ active: true, isNew: false });
    expect(pushed({}, active, paused)).toMatchObject({ active: false });
    const stopped = { active: false, stalled: "failed" } as const;
    expect(pushed(stopped, active, { ...active, deleteTargetGroupOnDestroy: true })).toMatchObject(stopped);
    expect(pushed(stopped, undefined, active)).toMatchObject({ active: true, isNew: true });
  });
});

describe("another sign-on mode", () => {
  const step = (type: string, operation: EngineStep["operation"], inputs: Properties): EngineStep => ({
    operation,
    urn: `urn:${type}`,
    type,
    name: "payroll",
    parent: "urn:pulumi:dev::okta-scim::okta-scim:index:ScimApp::payroll",
    id: operation === "create" ? undefined : "0oa1",
    protect: false,
    protectAfter: false,
    before: operation === "create" ? undefined : inputs,
    after: operation === "create" ? inputs : undefined,
    beforeOutputs: undefined,
    afterOutputs: undefined,
    replaceKeys: [],
    changedKeys: [],
    detailedDiff: undefined,
  });

  it("is told as the replacement that it is", () => {
    const steps = [
      step("okta:app/autoLogin:AutoLogin", "create", { label: "Payroll" }),
      step("okta:app/saml:Saml", "delete", { label: "Payroll" }),
    ];
    expect(readChanges(steps, idsAsNames)).toMatchObject([
      {
        kind: "app",
        action: "replace",
        replacedBecause: ["the sign-on mode"],
        type: "okta:app/autoLogin:AutoLogin",
        formerType: "okta:app/saml:Saml",
        id: "0oa1",
      },
    ]);
  });
});

describe("values for a person", () => {
  const person = {
    id: "00u1",
    login: "ada@example.com",
    status: "ACTIVE",
    profile: { login: "ada@example.com", firstName: "Ada", lastName: "Byron" },
    internal: { id: "00u1", status: "ACTIVE" },
  };

  it("come from the profile, the account and Okta's own properties; what Okta refuses gives nothing", () => {
    const account = {
      userId: "00u1",
      externalId: "s1",
      syncState: "SYNCHRONIZED",
      profile: { title: "Countess" },
      userName: "ada",
    };
    expect(evaluateForPerson("user.firstName", person)).toBe("Ada");
    expect(evaluateForPerson('user.getInternalProperty("id")', person)).toBe("00u1");
    expect(evaluateForPerson("appuser.title", person, account)).toBe("Countess");
    expect(evaluateForPerson("no.such.thing", person)).toBeNull();
    expect(evaluateForPerson("  ", person)).toBeNull();
  });

  /* biome-ignore-start lint/suspicious/noTemplateCurlyInString: Okta's templates */
  it.each([
    ["${source.login}", "", "ada@example.com"],
    ['${fn:substringBefore(source.login, "@")}', ".dev", "ada.dev"],
    ["${source.firstName}.${user.lastName}@corp", "", "Ada.Byron@corp"],
    ["String.toUpperCase(user.firstName)", "", "ADA"],
    ['${user.getInternalProperty("id")}', "", "00u1"],
    ["${source.middleName}", ".dev", "ada@example.com.dev"],
    ["${source.no.such}", "", "ada@example.com"],
  ])("a user name by %s with the suffix %j is %s", (template, suffix, name) => {
    expect(composeUserName({ template, suffix, pushes: true }, person)).toBe(name);
  });
  /* biome-ignore-end lint/suspicious/noTemplateCurlyInString: Okta's templates */
});
