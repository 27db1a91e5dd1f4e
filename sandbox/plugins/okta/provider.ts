import type { ProviderDefinition } from "../protocol/definition.ts";
import { parsePackageSchema } from "../protocol/package-schema.ts";
import { readSdkVersion } from "../protocol/sdk-version.ts";
import { readOktaConfig } from "./config.ts";
import { getUser } from "./functions/get-user.ts";
import {
  getApp,
  getAppGroupAssignments,
  getConnection,
  getDefaultPolicy,
  getGroup,
  getGroups,
  getPushGroup,
  getUserProfileMappingSource,
} from "./functions/lookups.ts";
import { createOktaClient, type OktaClient } from "./okta-api.ts";
import { appAutoLogin } from "./resources/app-auto-login.ts";
import { appConnection } from "./resources/app-connection.ts";
import { appFeatures } from "./resources/app-features.ts";
import { appGroupAssignment } from "./resources/app-group-assignment.ts";
import { appGroupAssignments } from "./resources/app-group-assignments.ts";
import { appSaml } from "./resources/app-saml.ts";
import { appSwa } from "./resources/app-swa.ts";
import { appUser } from "./resources/app-user.ts";
import { appUserBaseSchemaProperty, appUserSchemaProperty } from "./resources/app-user-schema-property.ts";
import { group } from "./resources/group.ts";
import { groupMemberships } from "./resources/group-memberships.ts";
import { groupRule } from "./resources/group-rule.ts";
import { profileMapping } from "./resources/profile-mapping.ts";
import { pushGroup } from "./resources/push-group.ts";
import { user } from "./resources/user.ts";
import schemaDocument from "./schema.json" with { type: "json" };

/**
 * A stand-in for the official okta plugin: the same inputs, the same HTTP calls in the same order, the same state.
 * It is attached only where the official one can't be had.
 */
export const oktaProvider: ProviderDefinition<OktaClient> = {
  schema: parsePackageSchema(schemaDocument),
  version: readSdkVersion("okta"),
  typeDefaults: {
    "okta:profile/MappingMapping:MappingMapping": { pushStatus: "DONT_PUSH" },
    "okta:app/SamlAttributeStatement:SamlAttributeStatement": {
      namespace: "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified",
      type: "EXPRESSION",
    },
  },
  resources: [
    appAutoLogin,
    appConnection,
    appFeatures,
    appGroupAssignment,
    appGroupAssignments,
    appSaml,
    appSwa,
    appUser,
    appUserBaseSchemaProperty,
    appUserSchemaProperty,
    group,
    groupMemberships,
    groupRule,
    profileMapping,
    pushGroup,
    user,
  ],
  functions: [
    getApp,
    getAppGroupAssignments,
    getConnection,
    getDefaultPolicy,
    getGroup,
    getGroups,
    getPushGroup,
    getUser,
    getUserProfileMappingSource,
  ],
  configure: async (config, { signal }) => {
    const oktaConfig = readOktaConfig(config, process.env);
    const client = createOktaClient(oktaConfig, signal);
    if (oktaConfig.credentials.kind === "apiToken") {
      // The official plugin proves an API token with two of its SDKs before anything else.
      for (const api of [client.v4, client.v2]) await api.get("/api/v1/users/me");
    }
    return client;
  },
};
