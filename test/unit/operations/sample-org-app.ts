import type { OktaApp } from "../../../src/okta/apps.ts";
import { readAppDetails } from "../../../src/operations/adoption/app-details.ts";
import type { OrgApp } from "../../../src/operations/adoption/read-org-app.ts";

/** An app of the catalog that Okta provisions to by its API, with nobody in it. */
export const sampleApp: OktaApp = {
  id: "0oaPayroll1",
  name: "scim2headerauth",
  label: "Payroll",
  status: "ACTIVE",
  signOnMode: "AUTO_LOGIN",
  features: ["PUSH_NEW_USERS"],
  credentials: {
    scheme: "EDIT_USERNAME_AND_PASSWORD",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Okta's own template syntax
    userNameTemplate: { template: "${source.login}", type: "BUILT_IN" },
  },
};

const passwords = { status: "DISABLED", seed: "RANDOM", change: "KEEP_EXISTING" };

/** The same with its parts, as the org tells them; some of the parts, and members of the app, told otherwise. */
export function orgApp(parts: Partial<OrgApp> = {}, members: Partial<OktaApp> = {}): OrgApp {
  const app = { ...sampleApp, ...members };
  return {
    orgUrl: "https://example.okta.com",
    app,
    details: readAppDetails(app),
    connection: {
      status: "ENABLED",
      authScheme: "TOKEN",
      baseUrl: "https://scim.example.com/payroll/scim/v2",
      profile: { authScheme: "TOKEN" },
    },
    features: featuresWith(passwords),
    schema: { definitions: { base: {}, custom: {} } },
    mapping: {
      id: "prmPayroll1",
      source: { id: "oty1", type: "user" },
      target: { id: app.id },
      properties: {
        givenName: { expression: "user.firstName", pushStatus: "PUSH" },
        familyName: { expression: "user.lastName", pushStatus: "PUSH" },
        email: { expression: "user.email", pushStatus: "PUSH" },
        department: { expression: "user.department", pushStatus: "PUSH" },
      },
    },
    pushGroups: [],
    groups: [],
    people: [],
    peopleByGroup: 0,
    ...parts,
  };
}

/** What Okta does in the app, with these passwords. */
export function featuresWith(password: typeof passwords): NonNullable<OrgApp["features"]> {
  const on = { status: "ENABLED" };
  return {
    name: "USER_PROVISIONING",
    status: "ENABLED",
    capabilities: {
      create: { lifecycleCreate: on },
      update: { lifecycleDeactivate: on, profile: on, password },
    },
  };
}
