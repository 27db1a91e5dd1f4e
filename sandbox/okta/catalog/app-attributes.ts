import type { MappingProperty, SchemaAttribute } from "../store/model.ts";
import type { CatalogEntry } from "./catalog.ts";
import {
  MASTERED_USER_NAME_SCHEMA,
  OIDC_BASE_SCHEMA,
  OIDC_USER_TO_APP,
  SCIM_APP_TO_USER,
  SCIM_BASE_SCHEMA,
  SCIM_USER_TO_APP,
  USER_NAME_SCHEMA,
} from "./scim-schema.ts";

/** The base attributes of an app's users, and how they are mapped in both directions. */
export interface AppAttributes {
  readonly base: Readonly<Record<string, SchemaAttribute>>;
  readonly userToApp: Readonly<Record<string, MappingProperty>>;
  readonly appToUser: Readonly<Record<string, MappingProperty>>;
}

const SCIM: AppAttributes = {
  base: SCIM_BASE_SCHEMA,
  userToApp: SCIM_USER_TO_APP,
  appToUser: SCIM_APP_TO_USER,
};
const USER_NAME: AppAttributes = { base: USER_NAME_SCHEMA, userToApp: {}, appToUser: {} };

/** What a new app has. */
export function attributesOfNewApp(entry: CatalogEntry): AppAttributes {
  return {
    scim: SCIM,
    scimLater: USER_NAME,
    oidc: { base: OIDC_BASE_SCHEMA, userToApp: OIDC_USER_TO_APP, appToUser: {} },
    userName: USER_NAME,
    mastered: { ...USER_NAME, base: MASTERED_USER_NAME_SCHEMA },
  }[entry.schema];
}

/** What an app has once its provisioning was turned on. */
export function attributesOfProvisionedApp(entry: CatalogEntry): AppAttributes {
  return entry.schema === "scimLater" ? SCIM : attributesOfNewApp(entry);
}
