import type { EngineStep, Properties } from "../preview/changes/engine-step.ts";
import type { AppPlan, StackPlan } from "../spec/plan-types.ts";
import { samlArguments } from "./app-arguments.ts";
import type { OrgDirectory } from "./org-directory.ts";
import type { PreviousResource, PreviousUpdate } from "./previous-update.ts";
import { featuresArguments } from "./provisioning-arguments.ts";

const types = {
  connection: "okta:app/connection:Connection",
  features: "okta:app/features:Features",
  group: "okta:app/groupAssignment:GroupAssignment",
  user: "okta:app/user:User",
  push: "okta:index/pushGroup:PushGroup",
} as const;
const appTypes: readonly string[] = [
  "okta:app/autoLogin:AutoLogin",
  "okta:app/swa:Swa",
  "okta:app/saml:Saml",
];

/**
 * What an update will do to resources that take access away or guard it, as the engine would announce it: assignments, push groups, features,
 * the connection's address and the app itself. The program can't ask the engine, so it compares the last update with its plan.
 */
export function expectedSteps(
  previous: PreviousUpdate,
  plan: StackPlan,
  directory: OrgDirectory,
): EngineStep[] {
  return Object.entries(previous.appIds).flatMap(([name, appId]) => {
    const app = plan.apps.find((candidate) => candidate.name === name);
    const own = previous.resources.filter(
      ({ type, name: resource, outputs }) =>
        outputs["appId"] === appId ||
        (type === types.connection && outputs["idProperty"] === appId) ||
        (appTypes.includes(type) && resource === name),
    );
    const wanted = app === undefined ? [] : wantedResources(app, appId, directory);
    const toStep = stepOf.bind(undefined, name, appId);
    const kept = own.flatMap((resource) => {
      if (!isGuarded(resource.type)) return [];
      return [
        toStep(
          resource,
          wanted.find(({ key }) => key === keyOf(resource.type, resource.outputs)),
        ),
      ];
    });
    const known = new Set(own.map(({ type, outputs }) => keyOf(type, outputs)));
    const added = wanted.filter(({ key, type }) => !known.has(key) && type !== "app");
    return [...kept, ...added.map((resource) => toStep(undefined, resource))];
  });
}

/** Whether a step takes something away, so that it is worth asking Okta whom. */
export function takesAway({ operation, after, before }: EngineStep): boolean {
  return operation === "delete" || (operation === "update" && after?.["status"] !== before?.["status"]);
}

interface WantedResource {
  readonly key: string;
  readonly type: string;
  /** What the update sets; what it leaves alone is missing. */
  readonly inputs: Properties;
}

function wantedResources(app: AppPlan, appId: string, directory: OrgDirectory): WantedResource[] {
  const resource = (type: string, inputs: Properties): WantedResource => ({
    key: keyOf(type, inputs),
    type,
    inputs,
  });
  const { declares } = app;
  const saml = app.signOn.mode === "saml" ? samlArguments(app, app.signOn) : {};
  return [
    resource("app", { ...saml, status: app.status }),
    ...(declares.connection
      ? [resource(types.connection, { idProperty: appId, baseUrl: app.server.baseUrl })]
      : []),
    ...(declares.features ? [resource(types.features, { ...featuresArguments(app, appId) })] : []),
    ...(declares.assignments
      ? [
          ...app.groupAssignments.map(({ group }) =>
            resource(types.group, { appId, groupId: directory.groupIds.get(group) }),
          ),
          ...app.userAssignments.map(({ login, userName }) =>
            resource(types.user, { appId, userId: directory.userIds.get(login), username: userName }),
          ),
        ]
      : []),
    ...(declares.pushGroups
      ? app.pushGroups.map(({ group, target, deleteTarget, status }) =>
          resource(types.push, {
            appId,
            sourceGroupId: directory.groupIds.get(group),
            targetGroupName: target,
            deleteTargetGroupOnDestroy: deleteTarget,
            status,
          }),
        )
      : []),
  ];
}

/** What makes a resource the same one in two updates. */
function keyOf(type: string, properties: Properties): string {
  const kind = appTypes.includes(type) ? "app" : type;
  return JSON.stringify([kind, properties["groupId"], properties["userId"], properties["sourceGroupId"]]);
}

function isGuarded(type: string): boolean {
  const guarded: readonly string[] = Object.values(types);
  return guarded.includes(type) || appTypes.includes(type);
}

function stepOf(
  app: string,
  appId: string,
  previous: PreviousResource | undefined,
  wanted: WantedResource | undefined,
): EngineStep {
  const before = previous?.outputs;
  const after = wanted === undefined ? undefined : { ...before, ...defined(wanted.inputs) };
  const type = previous?.type ?? wanted?.type ?? "";
  const isSame = JSON.stringify(sorted(before)) === JSON.stringify(sorted(after));
  const isDeleted = after === undefined;
  return {
    operation: before === undefined ? "create" : isDeleted ? "delete" : isSame ? "same" : "update",
    urn: previous?.urn ?? `${app}:${wanted?.key}`,
    type,
    name: previous?.name ?? app,
    parent: `okta-scim:index:ScimApp::${app}`,
    id: appTypes.includes(type) ? appId : undefined,
    // Whether something is protected is the engine's to watch.
    protect: false,
    protectAfter: false,
    before,
    after,
    beforeOutputs: before,
    afterOutputs: undefined,
    replaceKeys: [],
    changedKeys: [],
    detailedDiff: undefined,
  };
}

function defined(inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}

function sorted(properties: Properties | undefined): unknown {
  return properties && Object.entries(properties).sort(([left], [right]) => left.localeCompare(right));
}
