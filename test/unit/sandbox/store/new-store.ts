import { SCIM_USER_TO_APP } from "../../../../sandbox/okta/catalog/scim-schema.ts";
import { evaluateMapping } from "../../../../sandbox/okta/expression/evaluate-mapping.ts";
import { AdjustableClock } from "../../../../sandbox/okta/provisioning/org-clock.ts";
import type { App, Profile, User, UserStatus } from "../../../../sandbox/okta/store/model.ts";
import type { OrgEventPayload } from "../../../../sandbox/okta/store/org-event-types.ts";
import { OrgStore } from "../../../../sandbox/okta/store/org-store.ts";
import { evaluateExpression } from "../../../../src/expression/evaluate-expression.ts";

/** An empty org in memory (or in a file). */
export function newStore(path = ":memory:"): OrgStore {
  return OrgStore.open(path, {
    clock: new AdjustableClock(),
    evaluation: { evaluateExpression, evaluateMapping },
  });
}

/** Adds a person; the login's first part is also the first name. */
export function addPerson(
  store: OrgStore,
  name: string,
  profile: Profile = {},
  status: UserStatus = "ACTIVE",
): User {
  const login = `${name}@example.com`;
  return store.users.create({
    profile: { login, email: login, firstName: name, lastName: "Person", ...profile },
    status,
    typeId: store.userTypes.default().id,
    passwordSet: true,
  });
}

export function addGroup(store: OrgStore, name: string): string {
  return store.groups.create({ type: "OKTA_GROUP", profile: { name, description: null } }).id;
}

/** Adds a SCIM app; with `provisioned` its connection and features are on. */
export function addApp(store: OrgStore, options: { readonly provisioned?: boolean } = {}): App {
  const app = store.apps.create({
    name: "scim2headerauth",
    catalogName: "scim2headerauth",
    label: "Payroll",
    status: "ACTIVE",
    signOnMode: "AUTO_LOGIN",
    dialect: "oin",
    accessibility: {},
    visibility: {},
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Okta's own template syntax
    credentials: { userNameTemplate: { template: "${source.login}", type: "BUILT_IN" } },
    settings: {},
    accessPolicyId: store.policies.defaultOf("ACCESS_POLICY").id,
  });
  store.mappings.create({ appId: app.id, direction: "user-to-app", properties: SCIM_USER_TO_APP });
  if (options.provisioned === true) {
    store.settings.saveConnection({
      appId: app.id,
      authScheme: "TOKEN",
      status: "ENABLED",
      baseUrl: "https://scim.example.com",
      authentication: "header",
      token: "Bearer x",
      username: null,
      oauth2: null,
      setBy: "api",
    });
    store.settings.saveFeatures({
      ...store.settings.features(app.id),
      createUsers: "ENABLED",
      updateProfiles: "ENABLED",
    });
  }
  return app;
}

/** Events after a sequence number without sequence and time. */
export function eventsAfter(store: OrgStore, sequence: number): OrgEventPayload[] {
  return store.events.after(sequence, 1_000).map(({ sequence: _sequence, at: _at, ...payload }) => payload);
}
