import { attributesOfProvisionedApp } from "../catalog/app-attributes.ts";
import { entryOf } from "../catalog/catalog.ts";
import type { App, MappingProperty, ProfileMapping } from "../store/model.ts";
import type { OrgStore } from "../store/org-store.ts";

/**
 * What turning provisioning on brings to an app that the org describes itself: the SCIM attributes and their mappings. What is
 * there already, by whatever hand, stays as it is. Accounts that are there get their values at once.
 */
export function addProvisionedAttributes(store: OrgStore, app: App): void {
  const entry = entryOf(app);
  const schema = store.schemas.get(app.id);
  if (entry?.schema !== "scimLater" || schema === undefined) return;
  const { base, userToApp, appToUser } = attributesOfProvisionedApp(entry);
  const added = Object.entries(base).filter(
    ([name]) => !Object.hasOwn(schema.base, name) && !Object.hasOwn(schema.custom, name),
  );
  if (added.length === 0) return;
  store.schemas.save(app.id, {
    base: {
      ...schema.base,
      userName: { ...base["userName"], ...schema.base["userName"] },
      ...Object.fromEntries(added),
    },
    custom: schema.custom,
  });
  const names = new Set(added.map(([name]) => name));
  mapWhereUnmapped(store, app, "user-to-app", userToApp, (name) => names.has(name));
  mapWhereUnmapped(store, app, "app-to-user", appToUser, () => true);
  store.assignments.reapplyMapping(app.id);
}

function mapWhereUnmapped(
  store: OrgStore,
  app: App,
  direction: ProfileMapping["direction"],
  properties: Readonly<Record<string, MappingProperty>>,
  isWanted: (name: string) => boolean,
): void {
  const mapping = store.mappings.ofApp(app.id, direction);
  if (mapping === undefined) return;
  const missing = Object.entries(properties).filter(
    ([name]) => isWanted(name) && !Object.hasOwn(mapping.properties, name),
  );
  store.mappings.merge(mapping.id, Object.fromEntries(missing));
}
