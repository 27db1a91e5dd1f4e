import { expect, test } from "vitest";
import { attributesOfNewApp } from "../../../../sandbox/okta/catalog/app-attributes.ts";
import { findCustomKind } from "../../../../sandbox/okta/catalog/catalog.ts";
import { addProvisionedAttributes } from "../../../../sandbox/okta/console/provisioned-attributes.ts";
import type { App } from "../../../../sandbox/okta/store/model.ts";
import type { OrgStore } from "../../../../sandbox/okta/store/org-store.ts";
import { addApp, addPerson, newStore } from "../store/new-store.ts";

/** A custom SAML app as the Management API makes it. */
function addCustomApp(store: OrgStore): App {
  const kind = findCustomKind("SAML_2_0");
  if (kind === undefined) throw new Error("custom SAML apps are gone");
  const { base, userToApp, appToUser } = attributesOfNewApp(kind);
  const app = store.apps.create({
    name: "sandbox_expenses_1",
    catalogName: null,
    label: "Expenses",
    status: "ACTIVE",
    signOnMode: "SAML_2_0",
    dialect: "aiw",
    accessibility: {},
    visibility: {},
    credentials: {},
    settings: {},
    accessPolicyId: store.policies.defaultOf("ACCESS_POLICY").id,
  });
  store.schemas.create(app.id, app.name, base);
  store.mappings.create({ appId: app.id, direction: "user-to-app", properties: userToApp });
  store.mappings.create({ appId: app.id, direction: "app-to-user", properties: appToUser });
  return app;
}

const names = (store: OrgStore, app: App) => Object.keys(store.schemas.get(app.id)?.base ?? {});
const mapped = (store: OrgStore, app: App) => store.mappings.ofApp(app.id, "user-to-app")?.properties ?? {};

test("a custom app has the user name only, and the SCIM attributes with their mappings once it is provisioned", () => {
  const store = newStore();
  const app = addCustomApp(store);
  expect(names(store, app)).toEqual(["userName"]);
  expect(mapped(store, app)).toEqual({});
  addProvisionedAttributes(store, app);
  expect(names(store, app)).toContain("managerValue");
  expect(store.schemas.get(app.id)?.base["userName"]).toMatchObject({
    maxLength: 100,
    externalName: "userName",
  });
  expect(mapped(store, app)["familyName"]).toEqual({ expression: "user.lastName", pushStatus: "PUSH" });
});

test("what somebody has made before stays, and a second time adds nothing", () => {
  const store = newStore();
  const app = addCustomApp(store);
  const own = { title: "Title", type: "string", scope: "NONE", externalName: "title" };
  store.schemas.save(app.id, { base: store.schemas.get(app.id)?.base ?? {}, custom: { title: own } });
  const mapping = store.mappings.ofApp(app.id, "user-to-app");
  store.mappings.merge(mapping?.id ?? "", {
    title: { expression: "user.nickName", pushStatus: "DONT_PUSH" },
  });
  addProvisionedAttributes(store, app);
  expect(names(store, app)).not.toContain("title");
  expect(mapped(store, app)["title"]).toEqual({ expression: "user.nickName", pushStatus: "DONT_PUSH" });
  store.mappings.merge(mapping?.id ?? "", { familyName: null });
  addProvisionedAttributes(store, app);
  expect(mapped(store, app)).not.toHaveProperty("familyName");
});

test("who is assigned already gets the values", () => {
  const store = newStore();
  const app = addCustomApp(store);
  const ada = addPerson(store, "ada");
  store.assignments.assignUser(app.id, ada.id, {});
  expect(store.appUsers.get(app.id, ada.id)?.profile).not.toHaveProperty("givenName");
  addProvisionedAttributes(store, app);
  expect(store.appUsers.get(app.id, ada.id)?.profile).toMatchObject({
    givenName: "ada",
    familyName: "Person",
  });
});

test("a catalog app keeps what it has", () => {
  const store = newStore();
  const app = addApp(store);
  const before = mapped(store, app);
  addProvisionedAttributes(store, app);
  expect(mapped(store, app)).toEqual(before);
});
