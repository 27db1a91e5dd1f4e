import type { Properties } from "../preview/changes/engine-step.ts";
import type { AppPlan } from "../spec/plan-types.ts";
import { autoLoginArguments, samlArguments, swaArguments } from "./app-arguments.ts";
import type { OrgDirectory } from "./org-directory.ts";
import { featuresArguments } from "./provisioning-arguments.ts";

/** The resource types that guard rails watch, besides the app itself. */
export const guardedTypes = {
  connection: "okta:app/connection:Connection",
  features: "okta:app/features:Features",
  group: "okta:app/groupAssignment:GroupAssignment",
  user: "okta:app/user:User",
  push: "okta:index/pushGroup:PushGroup",
} as const;

export const mappingType = "okta:profile/mapping:Mapping";
export const propertyType = "okta:index/appUserSchemaProperty:AppUserSchemaProperty";

const appTypes = {
  auto_login: "okta:app/autoLogin:AutoLogin",
  swa: "okta:app/swa:Swa",
  saml: "okta:app/saml:Saml",
} as const;

/** Inputs that can't be changed in place: the program and the plugin replace the resource. */
const fixedInputs: Readonly<Record<string, readonly string[]>> = {
  [appTypes.auto_login]: ["preconfiguredApp"],
  [appTypes.swa]: ["preconfiguredApp"],
  [appTypes.saml]: ["preconfiguredApp"],
  [guardedTypes.connection]: ["idProperty"],
  [guardedTypes.features]: ["appId", "name"],
  [guardedTypes.group]: ["appId", "groupId"],
  [guardedTypes.user]: ["appId", "userId"],
  [guardedTypes.push]: ["appId", "sourceGroupId", "targetGroupName", "targetGroupId"],
  [mappingType]: ["sourceId", "targetId"],
  [propertyType]: ["appId"],
};

/** What an app's sign-on must not lose unnoticed, with what forces a new app, and what it is called. */
const guardedAppInputs = [
  "label",
  "status",
  "preconfiguredApp",
  "accessibilitySelfService",
  "responseSigned",
  "assertionSigned",
  "signatureAlgorithm",
  "digestAlgorithm",
  "honorForceAuthn",
] as const;

/** A resource as an update will declare it, as far as guard rails care. */
export interface WantedResource {
  readonly type: string;
  readonly name: string;
  /** What the update sets; what it leaves alone is missing. */
  readonly inputs: Properties;
}

/** The resource type of an app. */
export function appType({ signOn }: AppPlan): string {
  return appTypes[signOn.mode];
}

/** Whether a resource type is an application. */
export function isAppType(type: string): boolean {
  const types: readonly string[] = Object.values(appTypes);
  return types.includes(type);
}

/** Whether guard rails watch a resource type. */
export function isGuardedType(type: string): boolean {
  const types: readonly string[] = Object.values(guardedTypes);
  return isAppType(type) || types.includes(type);
}

/** The inputs whose change replaces a resource of this type. @see {@link https://www.pulumi.com/docs/iac/concepts/options/replaceonchanges/} */
export function inputsThatReplace(type: string): readonly string[] {
  return fixedInputs[type] ?? [];
}

/** The app and all of it that guard rails watch, as the plan wants it in the app with this id. */
export function wantedResources(app: AppPlan, appId: string, directory: OrgDirectory): WantedResource[] {
  const { name, declares } = app;
  const { connection, features, group, user, push } = guardedTypes;
  return [
    wantedApp(app),
    ...(declares.connection
      ? [
          {
            type: connection,
            name: `${name}-connection`,
            inputs: { idProperty: appId, baseUrl: app.server.baseUrl },
          },
        ]
      : []),
    ...(declares.features
      ? [{ type: features, name: `${name}-features`, inputs: { ...featuresArguments(app, appId) } }]
      : []),
    ...(declares.assignments
      ? [
          ...app.groupAssignments.map(({ resourceName, group: groupName }) => ({
            type: group,
            name: resourceName,
            inputs: { appId, groupId: directory.groupIds.get(groupName) },
          })),
          ...app.userAssignments.map(({ resourceName, login, userName }) => ({
            type: user,
            name: resourceName,
            inputs: { appId, userId: directory.userIds.get(login), username: userName },
          })),
        ]
      : []),
    ...(declares.pushGroups
      ? app.pushGroups.map(({ resourceName, group: groupName, target, targetId, deleteTarget, status }) => ({
          type: push,
          name: resourceName,
          inputs: {
            appId,
            sourceGroupId: directory.groupIds.get(groupName),
            ...(targetId === undefined ? { targetGroupName: target } : { targetGroupId: targetId }),
            deleteTargetGroupOnDestroy: deleteTarget,
            status,
          },
        }))
      : []),
  ];
}

function wantedApp(app: AppPlan): WantedResource {
  const all: Properties = { ...argumentsOf(app) };
  const inputs = Object.fromEntries(
    guardedAppInputs.flatMap((input) => (all[input] === undefined ? [] : [[input, all[input]]])),
  );
  return { type: appType(app), name: app.name, inputs };
}

function argumentsOf(app: AppPlan): object {
  const { signOn } = app;
  switch (signOn.mode) {
    case "auto_login":
      return autoLoginArguments(app, signOn);
    case "swa":
      return swaArguments(app, signOn);
    case "saml":
      return samlArguments(app, signOn);
  }
}
