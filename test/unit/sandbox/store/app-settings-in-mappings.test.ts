import { expect, test } from "vitest";
import { addApp, addPerson, newStore } from "./new-store.ts";

test("a mapping may take a setting of the app (Okta's reference: `app.domain`)", () => {
  const store = newStore();
  const app = addApp(store);
  store.apps.update(app.id, { ...app, settings: { app: { domain: "payroll.example" } } });
  const mapping = store.mappings.ofApp(app.id, "user-to-app");
  store.mappings.merge(mapping?.id ?? "", {
    profileUrl: { expression: '"https://" + app.domain + "/" + user.firstName', pushStatus: "PUSH" },
    nickName: { expression: "app.unset", pushStatus: "PUSH" },
  });
  const ada = addPerson(store, "ada");
  const account = store.assignments.assignUser(app.id, ada.id, {});
  expect(account?.profile["profileUrl"]).toBe("https://payroll.example/ada");
  expect(account?.profile).not.toHaveProperty("nickName");
});
