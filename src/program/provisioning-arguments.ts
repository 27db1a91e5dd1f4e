import type * as okta from "@pulumi/okta";
import type * as pulumi from "@pulumi/pulumi";
import type { AppPlan, AttributePlan } from "../spec/plan-types.ts";

/** The connection, activated. A catalog app with OAuth takes a client id instead of a token. */
export function connectionArguments(
  { connection, server }: AppPlan,
  appId: pulumi.Input<string>,
  oktaToken: pulumi.Input<string>,
): okta.app.ConnectionArgs {
  return {
    idProperty: appId,
    baseUrl: server.baseUrl,
    action: "activate",
    profile:
      connection.authentication === "oauth2"
        ? { authScheme: "OAUTH2", clientId: connection.clientId }
        : { authScheme: "TOKEN", token: oktaToken },
  };
}

/** Every block of the provisioning feature: what is left out here, Okta fills in, and a later preview would show it as a change. */
export function featuresArguments(
  { provisioning }: AppPlan,
  appId: pulumi.Input<string>,
): okta.app.FeaturesArgs {
  const { createUsers, updateProfiles, deactivateUsers, syncPassword } = provisioning;
  return {
    appId,
    name: "USER_PROVISIONING",
    status: "ENABLED",
    capabilities: {
      create: { lifecycleCreate: { status: toStatus(createUsers) } },
      update: {
        lifecycleDeactivate: { status: toStatus(deactivateUsers) },
        password: {
          status: toStatus(syncPassword),
          seed: syncPassword ? "OKTA" : "RANDOM",
          change: syncPassword ? "CHANGE" : "KEEP_EXISTING",
        },
        profile: { status: toStatus(updateProfiles) },
      },
    },
  };
}

/** The mapping from Okta's user to the app user. `login` is Okta's own and stays out of it. */
export function mappingArguments(
  { mapping, provisioning }: AppPlan,
  sourceId: pulumi.Input<string>,
  appId: pulumi.Input<string>,
): okta.profile.MappingArgs {
  return {
    sourceId,
    targetId: appId,
    deleteWhenAbsent: provisioning.unlistedMappings === "remove",
    alwaysApply: true,
    mappings: mapping.map(({ attribute, expression, pushStatus }) => ({
      id: attribute,
      expression,
      pushStatus,
    })),
  };
}

/** A custom attribute of the app's user profile, with its place in SCIM. */
export function schemaPropertyArguments(
  attribute: AttributePlan,
  appId: pulumi.Input<string>,
): okta.AppUserSchemaPropertyArgs {
  const { items } = attribute;
  return {
    appId,
    index: attribute.name,
    title: attribute.title,
    description: attribute.description,
    type: attribute.type,
    arrayType: items,
    required: attribute.required,
    externalName: attribute.externalName,
    externalNamespace: attribute.externalNamespace,
    minLength: attribute.minLength,
    maxLength: attribute.maxLength,
    ...(attribute.enum === undefined
      ? {}
      : attribute.type === "array"
        ? { arrayEnums: [...attribute.enum] }
        : { enums: [...attribute.enum] }),
  };
}

function toStatus(on: boolean): "ENABLED" | "DISABLED" {
  return on ? "ENABLED" : "DISABLED";
}
