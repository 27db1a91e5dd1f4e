/**
 * Which calls the official provider (terraform-provider-okta 6.12, as Pulumi's okta 6.12 bridges it) makes for the resources and
 * data sources that an engineer of SCIM apps meets, as its source says. `lacks` are calls that the emulated org does not have.
 */
export interface ProviderCalls {
  readonly calls: readonly string[];
  readonly lacks?: readonly string[];
}

const READ_APP = "GET /api/v1/apps/{id}";
/** Create, read, update with a change of status, delete, logo. */
const APP = [
  "POST /api/v1/apps",
  READ_APP,
  "PUT /api/v1/apps/{id}",
  "POST /api/v1/apps/{id}/lifecycle/activate",
  "POST /api/v1/apps/{id}/lifecycle/deactivate",
  "DELETE /api/v1/apps/{id}",
  "POST /api/v1/apps/{id}/logo",
];
const SIGN_ON_POLICY = [
  "GET /.well-known/okta-organization",
  "GET /api/v1/policies",
  "PUT /api/v1/apps/{id}/policies/{id}",
];
const USER_SCHEMA = ["GET /api/v1/meta/schemas/user/{id}", "POST /api/v1/meta/schemas/user/{id}"];

/** A whole life of what is kept and shown; updates set the status by calls of their own. */
function documentCalls(name: string): string[] {
  const one = `/api/v1/${name}/{id}`;
  return [
    `POST /api/v1/${name}`,
    `GET ${one}`,
    `PUT ${one}`,
    `DELETE ${one}`,
    `POST ${one}/lifecycle/activate`,
    `POST ${one}/lifecycle/deactivate`,
  ];
}

export const RESOURCES: Readonly<Record<string, ProviderCalls>> = {
  okta_app_auto_login: { calls: APP },
  okta_app_swa: { calls: APP },
  okta_app_shared_credentials: { calls: APP },
  okta_app_secure_password_store: { calls: APP },
  okta_app_three_field: { calls: APP },
  okta_app_basic_auth: { calls: APP },
  okta_app_bookmark: { calls: [...APP, ...SIGN_ON_POLICY] },
  okta_app_saml: {
    calls: [
      ...APP,
      ...SIGN_ON_POLICY,
      "POST /api/v1/apps/{id}/credentials/keys/generate",
      "GET /api/v1/apps/{id}/credentials/keys",
      "GET /api/v1/apps/{id}/sso/saml/metadata",
    ],
  },
  okta_app_saml_app_settings: { calls: [READ_APP, "PUT /api/v1/apps/{id}"] },
  okta_app_oauth: {
    calls: [
      ...APP,
      ...SIGN_ON_POLICY,
      "GET /api/v1/internal/apps/{id}/settings/oauth/idToken",
      "POST /api/v1/internal/apps/{id}/settings/oauth/idToken",
    ],
  },
  okta_app_oauth_redirect_uri: { calls: [READ_APP, "PUT /api/v1/apps/{id}"] },
  okta_app_oauth_post_logout_redirect_uri: { calls: [READ_APP, "PUT /api/v1/apps/{id}"] },
  okta_app_oauth_api_scope: {
    calls: [
      "GET /api/v1/apps/{id}/grants",
      "POST /api/v1/apps/{id}/grants",
      "DELETE /api/v1/apps/{id}/grants/{id}",
    ],
  },
  okta_app_oauth_role_assignment: {
    calls: [
      READ_APP,
      "POST /oauth2/v1/clients/{id}/roles",
      "GET /oauth2/v1/clients/{id}/roles/{id}",
      "DELETE /oauth2/v1/clients/{id}/roles/{id}",
    ],
  },
  okta_app_signon_policy: {
    calls: [
      "GET /.well-known/okta-organization",
      "POST /api/v1/policies",
      "GET /api/v1/policies/{id}",
      "PUT /api/v1/policies/{id}",
      "DELETE /api/v1/policies/{id}",
      "GET /api/v1/policies/{id}/rules",
      "GET /api/v1/policies",
      "GET /api/v1/apps",
      "PUT /api/v1/apps/{id}/policies/{id}",
    ],
  },
  okta_app_signon_policy_rule: {
    calls: [
      "POST /api/v1/policies/{id}/rules",
      "GET /api/v1/policies/{id}/rules/{id}",
      "PUT /api/v1/policies/{id}/rules/{id}",
      "DELETE /api/v1/policies/{id}/rules/{id}",
      "POST /api/v1/policies/{id}/rules/{id}/lifecycle/activate",
      "POST /api/v1/policies/{id}/rules/{id}/lifecycle/deactivate",
    ],
  },
  okta_app_connection: {
    calls: [
      "POST /api/v1/apps/{id}/connections/default",
      "GET /api/v1/apps/{id}/connections/default",
      "POST /api/v1/apps/{id}/connections/default/lifecycle/activate",
      "POST /api/v1/apps/{id}/connections/default/lifecycle/deactivate",
    ],
  },
  okta_app_features: {
    calls: ["PUT /api/v1/apps/{id}/features/{id}", "GET /api/v1/apps/{id}/features/{id}"],
  },
  okta_push_group: {
    calls: [
      "GET /api/v1/groups/{id}",
      "POST /api/v1/apps/{id}/group-push/mappings",
      "GET /api/v1/apps/{id}/group-push/mappings/{id}",
      "PATCH /api/v1/apps/{id}/group-push/mappings/{id}",
      "DELETE /api/v1/apps/{id}/group-push/mappings/{id}",
    ],
  },
  okta_app_group_assignment: {
    calls: [
      "PUT /api/v1/apps/{id}/groups/{id}",
      "GET /api/v1/apps/{id}/groups/{id}",
      "DELETE /api/v1/apps/{id}/groups/{id}",
    ],
  },
  okta_app_group_assignments: {
    calls: [
      "PUT /api/v1/apps/{id}/groups/{id}",
      "GET /api/v1/apps/{id}/groups",
      "DELETE /api/v1/apps/{id}/groups/{id}",
    ],
  },
  okta_app_user: {
    calls: [
      READ_APP,
      "POST /api/v1/apps/{id}/users",
      "GET /api/v1/apps/{id}/users/{id}",
      "POST /api/v1/apps/{id}/users/{id}",
      "DELETE /api/v1/apps/{id}/users/{id}",
    ],
  },
  okta_app_user_schema_property: {
    calls: ["GET /api/v1/meta/schemas/apps/{id}/default", "POST /api/v1/meta/schemas/apps/{id}/default"],
  },
  okta_app_user_base_schema_property: {
    calls: ["GET /api/v1/meta/schemas/apps/{id}/default", "POST /api/v1/meta/schemas/apps/{id}/default"],
  },
  okta_app_access_policy_assignment: { calls: [READ_APP, "PUT /api/v1/apps/{id}/policies/{id}"] },
  okta_profile_mapping: {
    calls: [
      "GET /api/v1/mappings",
      "GET /api/v1/mappings/{id}",
      "POST /api/v1/mappings/{id}",
      "GET /api/v1/apps/{id}/user/types",
      "PUT /api/internal/v1/mappings/reapply",
    ],
  },
  okta_group: {
    calls: [
      "POST /api/v1/groups",
      "GET /api/v1/groups/{id}",
      "PUT /api/v1/groups/{id}",
      "DELETE /api/v1/groups/{id}",
    ],
  },
  okta_group_memberships: {
    calls: [
      "GET /api/v1/groups/{id}/users",
      "PUT /api/v1/groups/{id}/users/{id}",
      "DELETE /api/v1/groups/{id}/users/{id}",
    ],
  },
  okta_user_group_memberships: {
    calls: [
      "GET /api/v1/users/{id}/groups",
      "PUT /api/v1/groups/{id}/users/{id}",
      "DELETE /api/v1/groups/{id}/users/{id}",
    ],
  },
  okta_group_rule: {
    calls: [
      "POST /api/v1/groups/rules",
      "GET /api/v1/groups/rules/{id}",
      "PUT /api/v1/groups/rules/{id}",
      "DELETE /api/v1/groups/rules/{id}",
      "POST /api/v1/groups/rules/{id}/lifecycle/activate",
      "POST /api/v1/groups/rules/{id}/lifecycle/deactivate",
    ],
  },
  okta_group_schema_property: {
    calls: ["GET /api/v1/meta/schemas/group/default", "POST /api/v1/meta/schemas/group/default"],
  },
  okta_group_owner: {
    calls: [
      "GET /api/v1/groups/{id}/owners",
      "POST /api/v1/groups/{id}/owners",
      "DELETE /api/v1/groups/{id}/owners/{id}",
    ],
  },
  okta_group_role: {
    calls: [
      "POST /api/v1/groups/{id}/roles",
      "GET /api/v1/groups/{id}/roles/{id}",
      "DELETE /api/v1/groups/{id}/roles/{id}",
      "GET /api/v1/groups/{id}/roles/{id}/targets/groups",
      "GET /api/v1/groups/{id}/roles/{id}/targets/catalog/apps",
      "PUT /api/v1/groups/{id}/roles/{id}/targets/groups/{id}",
      "DELETE /api/v1/groups/{id}/roles/{id}/targets/groups/{id}",
      "PUT /api/v1/groups/{id}/roles/{id}/targets/catalog/apps/{id}",
      "DELETE /api/v1/groups/{id}/roles/{id}/targets/catalog/apps/{id}",
      "PUT /api/v1/groups/{id}/roles/{id}/targets/catalog/apps/{id}/{id}",
      "DELETE /api/v1/groups/{id}/roles/{id}/targets/catalog/apps/{id}/{id}",
    ],
  },
  okta_admin_role_targets: {
    calls: [
      "GET /api/v1/users/{id}/roles",
      "POST /api/v1/users/{id}/roles",
      "GET /api/v1/users/{id}/roles/{id}",
      "DELETE /api/v1/users/{id}/roles/{id}",
      "GET /api/v1/users/{id}/roles/{id}/targets/groups",
      "PUT /api/v1/users/{id}/roles/{id}/targets/groups/{id}",
      "DELETE /api/v1/users/{id}/roles/{id}/targets/groups/{id}",
      "GET /api/v1/users/{id}/roles/{id}/targets/catalog/apps",
      "PUT /api/v1/users/{id}/roles/{id}/targets/catalog/apps/{id}",
      "DELETE /api/v1/users/{id}/roles/{id}/targets/catalog/apps/{id}",
      "PUT /api/v1/users/{id}/roles/{id}/targets/catalog/apps/{id}/{id}",
      "DELETE /api/v1/users/{id}/roles/{id}/targets/catalog/apps/{id}/{id}",
    ],
  },
  okta_admin_role_custom: {
    calls: [],
    lacks: ["POST /api/v1/iam/roles", "GET /api/v1/iam/roles/{id}"],
  },
  okta_resource_set: {
    calls: [],
    lacks: ["POST /api/v1/iam/resource-sets", "GET /api/v1/iam/resource-sets/{id}"],
  },
  okta_network_zone: { calls: documentCalls("zones") },
  okta_trusted_origin: { calls: documentCalls("trustedOrigins") },
  okta_event_hook: { calls: documentCalls("eventHooks") },
  okta_inline_hook: { calls: documentCalls("inlineHooks") },
  okta_auth_server: { calls: [], lacks: ["POST /api/v1/authorizationServers"] },
  okta_brand: { calls: [], lacks: ["GET /api/v1/brands", "POST /api/v1/brands"] },
  okta_behavior: { calls: [], lacks: ["POST /api/v1/behaviors"] },
  okta_log_stream: { calls: [], lacks: ["POST /api/v1/logStreams"] },
  okta_user_admin_roles: {
    calls: [
      "GET /api/v1/users/{id}/roles",
      "POST /api/v1/users/{id}/roles",
      "DELETE /api/v1/users/{id}/roles/{id}",
    ],
  },
  okta_link_definition: {
    calls: [
      "POST /api/v1/meta/schemas/user/linkedObjects",
      "GET /api/v1/meta/schemas/user/linkedObjects/{id}",
      "DELETE /api/v1/meta/schemas/user/linkedObjects/{id}",
    ],
  },
  okta_link_value: {
    calls: [
      "PUT /api/v1/users/{id}/linkedObjects/{id}/{id}",
      "GET /api/v1/users/{id}/linkedObjects/{id}",
      "DELETE /api/v1/users/{id}/linkedObjects/{id}",
    ],
  },
  okta_user: {
    calls: [
      "POST /api/v1/users",
      "GET /api/v1/users/{id}",
      "PUT /api/v1/users/{id}",
      "DELETE /api/v1/users/{id}",
      "POST /api/v1/users/{id}/lifecycle/activate",
      "POST /api/v1/users/{id}/lifecycle/deactivate",
      "POST /api/v1/users/{id}/lifecycle/suspend",
      "POST /api/v1/users/{id}/lifecycle/unsuspend",
      "POST /api/v1/users/{id}/lifecycle/expire_password",
      "POST /api/v1/users/{id}/credentials/change_password",
      "POST /api/v1/users/{id}/credentials/change_recovery_question",
    ],
  },
  okta_idp_social: {
    calls: [
      "POST /api/v1/idps",
      "GET /api/v1/idps/{id}",
      "PUT /api/v1/idps/{id}",
      "DELETE /api/v1/idps/{id}",
      "POST /api/v1/idps/{id}/lifecycle/activate",
      "POST /api/v1/idps/{id}/lifecycle/deactivate",
    ],
  },
  okta_user_type: {
    calls: [
      "POST /api/v1/meta/types/user",
      "GET /api/v1/meta/types/user/{id}",
      "POST /api/v1/meta/types/user/{id}",
      "DELETE /api/v1/meta/types/user/{id}",
    ],
  },
  okta_user_schema_property: { calls: [...USER_SCHEMA, "GET /api/v1/meta/types/user/{id}"] },
  okta_user_base_schema_property: { calls: [...USER_SCHEMA, "GET /api/v1/meta/types/user/{id}"] },
};

export const DATA_SOURCES: Readonly<Record<string, ProviderCalls>> = {
  okta_app: { calls: ["GET /api/v1/apps", READ_APP] },
  okta_apps: { calls: ["GET /api/v1/apps"] },
  okta_app_saml: { calls: ["GET /api/v1/apps", READ_APP] },
  okta_app_oauth: { calls: ["GET /api/v1/apps", READ_APP, "GET /api/v1/apps/{id}/credentials/secrets"] },
  okta_app_metadata_saml: { calls: ["GET /api/v1/apps/{id}/sso/saml/metadata"] },
  okta_app_group_assignments: { calls: ["GET /api/v1/apps/{id}/groups"] },
  okta_app_user_assignments: { calls: ["GET /api/v1/apps/{id}/users"] },
  okta_app_connection: { calls: ["GET /api/v1/apps/{id}/connections/default"] },
  okta_app_features: { calls: ["GET /api/v1/apps/{id}/features/{id}"] },
  okta_app_signon_policy: { calls: [READ_APP, "GET /api/v1/policies/{id}"] },
  okta_push_group: {
    calls: ["GET /api/v1/apps/{id}/group-push/mappings", "GET /api/v1/apps/{id}/group-push/mappings/{id}"],
  },
  okta_push_groups: { calls: ["GET /api/v1/apps/{id}/group-push/mappings"] },
  okta_default_policy: { calls: ["GET /api/v1/policies"] },
  okta_policy: { calls: ["GET /api/v1/policies"] },
  okta_group: { calls: ["GET /api/v1/groups", "GET /api/v1/groups/{id}", "GET /api/v1/groups/{id}/users"] },
  okta_groups: { calls: ["GET /api/v1/groups"] },
  okta_group_rule: { calls: ["GET /api/v1/groups/rules", "GET /api/v1/groups/rules/{id}"] },
  okta_user: {
    calls: [
      "GET /api/v1/users",
      "GET /api/v1/users/{id}",
      "GET /api/v1/users/{id}/roles",
      "GET /api/v1/users/{id}/groups",
    ],
  },
  okta_users: {
    calls: ["GET /api/v1/users", "GET /api/v1/groups/{id}/users", "GET /api/v1/users/{id}/groups"],
  },
  okta_user_type: { calls: ["GET /api/v1/meta/types/user"] },
  okta_network_zone: { calls: ["GET /api/v1/zones", "GET /api/v1/zones/{id}"] },
  okta_trusted_origins: { calls: ["GET /api/v1/trustedOrigins"] },
  okta_user_profile_mapping_source: { calls: ["GET /api/v1/mappings"] },
};
