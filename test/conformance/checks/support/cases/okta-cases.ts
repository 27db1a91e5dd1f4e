import { expect } from "vitest";
import type { AppCheckPlan } from "../../../../../src/checks/check-plan.ts";
import type { CheckReport } from "../../../../../src/checks/check-report.ts";
import { collectList } from "../../../../../src/okta/collect-list.ts";
import { failingOkta } from "../breakages.ts";
import type { BrokenCase } from "../broken-case.ts";
import { setConnection, setFeatures, until, type World } from "../world.ts";

async function userId(world: World, login: string): Promise<string> {
  return (await world.okta.users.find(login))?.id ?? "";
}

async function groupId(world: World, name: string): Promise<string> {
  return (await world.okta.groups.findByName(name))?.id ?? "";
}

/** Checks while Okta is changed, and changes it back. */
async function whileChanged(
  change: () => Promise<unknown>,
  changeBack: () => Promise<unknown>,
  check: () => Promise<CheckReport>,
): Promise<CheckReport> {
  await change();
  try {
    return await check();
  } finally {
    await changeBack();
  }
}

async function setMapping(
  world: World,
  property: string,
  expression: string,
  pushStatus: "PUSH" | "DONT_PUSH",
): Promise<void> {
  const mapping = await world.okta.mappings.findUserToApp(world.app.appId);
  await world.call("POST", `/api/v1/mappings/${mapping?.id}`, {
    properties: { [property]: { expression, pushStatus } },
  });
  await world.drain();
}

function mapDepartment(world: World, expression: string, pushStatus: "PUSH" | "DONT_PUSH") {
  return whileChanged(
    () => setMapping(world, "department", expression, pushStatus),
    () => setMapping(world, "department", "user.department", "PUSH"),
    () => world.check(),
  );
}

const lifecycle = ({ app }: World) => `/api/v1/apps/${app.appId}/lifecycle`;
const connectionLifecycle = ({ app }: World) => `/api/v1/apps/${app.appId}/connections/default/lifecycle`;

function disturb(world: World, change: string) {
  return world.call("POST", "/sandbox/disturbances", { appId: world.app.appId, change });
}

const pushMappings = ({ app }: World) => `/api/v1/apps/${app.appId}/group-push/mappings`;

async function setPushStatus(world: World, status: "ACTIVE" | "INACTIVE"): Promise<void> {
  const [mapping] = await collectList(world.okta.groupPush.list(world.app.appId));
  await world.call("PATCH", `${pushMappings(world)}/${mapping?.id}`, { status });
  await world.drain();
}

/** The app, its connection and its features, changed behind the spec's back. */
export const oktaAppCases: readonly BrokenCase[] = [
  {
    id: "okta.app.status",
    how: "somebody deactivated the app",
    run: (world) =>
      whileChanged(
        () => world.call("POST", `${lifecycle(world)}/deactivate`),
        () => world.call("POST", `${lifecycle(world)}/activate`),
        () => world.check(),
      ),
    evidence: /^The app Payroll \(dev\) is INACTIVE, the spec says ACTIVE\.$/,
    remedy: "Activate the app",
  },
  {
    id: "okta.app.status",
    how: "somebody deleted the app",
    run: (world) => world.check({}, (app) => ({ ...app, appId: "0oaGone0000000000000" })),
    remedy: "pulumi refresh",
  },
  {
    id: "okta.app.sign-on",
    run: (world) => world.check({}, (app) => ({ ...app, signOnMode: "SAML_2_0" })),
    evidence: /the spec says SAML_2_0/,
    remedy: "Update again",
  },
  {
    id: "okta.connection.status",
    how: "it is off",
    run: (world) =>
      whileChanged(
        () => world.call("POST", `${connectionLifecycle(world)}/deactivate`),
        () => world.call("POST", `${connectionLifecycle(world)}/activate`),
        () => world.check(),
      ),
    evidence: /^The connection is DISABLED\.$/,
    remedy: "Update again to activate it",
  },
  {
    id: "okta.connection.status",
    how: "the API does not serve it",
    run: (world) =>
      whileChanged(
        () => disturb(world, "connection-unknown"),
        () => disturb(world, "connection-enabled"),
        () => world.check(),
      ),
    evidence: /UNKNOWN/,
    remedy: "management: manual",
  },
  {
    id: "okta.connection.base-url",
    how: "it leads to another tenant",
    run: (world) =>
      whileChanged(
        () => setConnection(world.call, world.app.appId, `${world.proxy.url}/payroll/scim/v2?elsewhere=1`),
        () => setConnection(world.call, world.app.appId, world.app.server.baseUrl),
        () => world.check({ only: ["okta."] }),
      ),
    evidence: /elsewhere=1, not to https:/,
    remedy: "update again",
  },
  {
    id: "okta.features",
    run: (world) =>
      whileChanged(
        () => setFeatures(world.call, world.app.appId, "DISABLED"),
        () => setFeatures(world.call, world.app.appId, "ENABLED"),
        () => world.check({ only: ["okta."] }),
      ),
    details: [
      "createUsers is off, the spec says on",
      "updateProfiles is off, the spec says on",
      "deactivateUsers is off, the spec says on",
    ],
    remedy: "Somebody changed it in Okta",
    verify: (_result, report) => expect(report.apps[0]?.features).toEqual({ actual: 1, expected: 4 }),
  },
];

/** Schema, mappings and push groups. */
export const oktaProfileCases: readonly BrokenCase[] = [
  {
    id: "okta.schema",
    run: (world) =>
      world.check({}, (app) => ({
        ...app,
        schemaProperties: [
          ...app.schemaProperties,
          { name: "badge", type: "string" },
          { name: "department", type: "number" },
          { name: "title", type: "string", externalName: "jobTitle" },
        ],
      })),
    details: [
      "badge is missing",
      "department is of type string, the spec says number",
      "title is sent as title, the spec says jobTitle",
    ],
    remedy: "Update again",
  },
  {
    id: "okta.mapping.expressions",
    run: (world) => mapDepartment(world, "user.costCenter", "PUSH"),
    details: ["department is user.costCenter, the spec says user.department"],
    remedy: "Profile Editor",
  },
  {
    id: "okta.mapping.push",
    run: (world) => mapDepartment(world, "user.department", "DONT_PUSH"),
    details: ["department is DONT_PUSH, the spec says PUSH"],
    remedy: "With DONT_PUSH a value is only sent when a person is created",
  },
  {
    id: "okta.push-groups.declared",
    how: "somebody deactivated the mapping",
    run: (world) =>
      whileChanged(
        () => setPushStatus(world, "INACTIVE"),
        () => setPushStatus(world, "ACTIVE"),
        () => world.check(),
      ),
    details: ["Payroll Admins is INACTIVE, the spec says ACTIVE"],
    remedy: "Update again",
  },
  {
    id: "okta.push-groups.errors",
    also: ["okta.system-log"],
    run: failToPushGroup,
    details: [expect.stringMatching(/^Payroll Admins: .*The disk is full\. \(last pushed 20/)],
    remedy: "Push now",
  },
];

/** Assignments, people, and what Okta logged. */
export const oktaPeopleCases: readonly BrokenCase[] = [
  {
    id: "okta.assignments",
    run: async (world) => {
      const id = await userId(world, "noor.haddad@example.com");
      return whileChanged(
        () => world.okta.appUsers.unassign(world.app.appId, id).then(world.drain),
        () => world.okta.appUsers.assign(world.app.appId, { id }).then(world.drain),
        () => world.check(),
      );
    },
    details: ["noor.haddad@example.com is not assigned"],
    remedy: "update again",
    verify: (_result, report) => expect(report.apps[0]?.assignments).toEqual({ actual: 1, expected: 2 }),
  },
  {
    id: "okta.assignments",
    how: "somebody assigned a group that the spec does not name",
    outcome: "warn",
    run: async (world) => {
      const contractors = await groupId(world, "Contractors");
      const path = `/api/v1/apps/${world.app.appId}/groups/${contractors}`;
      return whileChanged(
        () => world.call("PUT", path, { priority: 1 }).then(world.drain),
        () => world.call("DELETE", path).then(world.drain),
        () => world.check({ only: ["okta.assignments"], isUpdate: false }),
      );
    },
    evidence: /^All 2 assignments are there, and 1 group is assigned that the spec does not name\.$/,
    details: ["Contractors"],
    remedy: "add them to the spec",
  },
  {
    id: "okta.people.errors",
    also: ["okta.system-log"],
    run: (world) => failToUpdateNoor(world, (since) => world.check({ since, only: ["okta."] })),
    details: [expect.stringMatching(/^noor\.haddad@example\.com \(00u/)],
    remedy: "press Retry Selected",
  },
  {
    id: "okta.system-log",
    how: "a push failed, and a later one succeeded",
    outcome: "warn",
    run: async (world) => {
      let failedSince = "";
      await failToUpdateNoor(world, (since) => {
        failedSince = since;
        return world.check({ since, only: ["okta.app.status"] });
      });
      return world.check({ since: failedSince });
    },
    evidence: /nothing is in ERROR any more/,
    details: [expect.stringContaining("The disk is full.")],
    remedy: "Mend what the reason names",
  },
];

/** Okta fails to push the group with a new member, is checked, and succeeds when it is made to try again. */
async function failToPushGroup(world: World): Promise<CheckReport> {
  const since = new Date().toISOString();
  const group = await groupId(world, "Payroll Admins");
  const member = `/api/v1/groups/${group}/users/${await userId(world, "noor.haddad@example.com")}`;
  const isInError = async () =>
    (await collectList(world.okta.groupPush.list(world.app.appId)))[0]?.status === "ERROR";
  const report = await world.proxy.broken(
    failingOkta((request) => request.target.includes("/Groups/")),
    async () => {
      await world.call("PUT", member);
      await until(isInError);
      return world.check({ since, patience: { settleMs: 1_500 } });
    },
  );
  await setPushStatus(world, "INACTIVE");
  await setPushStatus(world, "ACTIVE");
  await world.call("DELETE", member);
  await world.drain();
  return report;
}

/** Okta fails to update a person, is checked, and succeeds with the next change. */
async function failToUpdateNoor(
  world: World,
  check: (since: string) => Promise<CheckReport>,
): Promise<CheckReport> {
  const since = new Date().toISOString();
  const id = await userId(world, "noor.haddad@example.com");
  const isInError = async () => (await world.okta.appUsers.find(world.app.appId, id))?.syncState === "ERROR";
  const title = async (suffix: string) =>
    world.okta.users.updateProfile(id, { title: `Head of People ${suffix}` });
  const report = await world.proxy.broken(
    failingOkta(({ method }) => method === "PUT"),
    async () => {
      await title(since);
      await until(isInError);
      return check(since);
    },
  );
  await title("again");
  await until(async () => !(await isInError()));
  await world.drain();
  return report;
}

/** The plan of an app whose connection an administrator enters. */
export function withManualConnection(configured: boolean): (app: AppCheckPlan) => AppCheckPlan {
  return (app) => ({ ...app, connection: { ...app.connection, management: "manual", configured } });
}
