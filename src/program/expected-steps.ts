import { isDeepStrictEqual } from "node:util";
import type { EngineStep, Properties } from "../preview/changes/engine-step.ts";
import type { AppPlan, StackPlan } from "../spec/plan-types.ts";
import { findFormerNames } from "./former-names.ts";
import type { OrgDirectory } from "./org-directory.ts";
import type { PreviousResource, PreviousUpdate } from "./previous-update.ts";
import {
  inputsThatReplace,
  isAppType,
  isGuardedType,
  type WantedResource,
  wantedResources,
} from "./wanted-resources.ts";

/**
 * What an update will do to resources that take access away or guard it, as the engine would announce it: assignments, push groups, features,
 * the connection's address and the app itself, replaced ones and protection too. The program can't ask the engine, so it compares the last
 * update with its plan.
 */
export function expectedSteps(
  previous: PreviousUpdate,
  plan: StackPlan,
  directory: OrgDirectory,
): EngineStep[] {
  const formerNames = findFormerNames(previous, plan, directory);
  return Object.entries(previous.appIds).flatMap(([name, appId]) => {
    const app = plan.apps.find(
      (candidate) => candidate.name === name || candidate.previousNames.includes(name),
    );
    const own = previous.resources.filter(
      ({ type, name: resource, outputs }) =>
        isGuardedType(type) &&
        (outputs["appId"] === appId ||
          outputs["idProperty"] === appId ||
          (isAppType(type) && resource === name)),
    );
    const wanted = app === undefined ? [] : wantedResources(app, appId, directory);
    return compareApp(
      { name, appId, app, wasProtected: previous.protectedApps.includes(name) },
      own,
      wanted,
      formerNames,
    );
  });
}

/** Whether a step takes something away or weakens what guards it, so that it is worth asking Okta whom. */
export function takesAway({ operation, type, before, after, protect, protectAfter }: EngineStep): boolean {
  if (operation === "delete" || operation === "replace" || (protect && !protectAfter)) return true;
  if (operation !== "update") return false;
  return (
    isAppType(type) || type.startsWith("okta:app/connection:") || after?.["status"] !== before?.["status"]
  );
}

interface ComparedApp {
  /** As the last update named it. */
  readonly name: string;
  readonly appId: string;
  /** Undefined where its spec is gone. */
  readonly app: AppPlan | undefined;
  readonly wasProtected: boolean;
}

function compareApp(
  compared: ComparedApp,
  own: readonly PreviousResource[],
  wanted: readonly WantedResource[],
  formerNames: ReadonlyMap<string, string>,
): EngineStep[] {
  const { name, app } = compared;
  // A renamed spec's resources are renamed with it; the engine follows by their aliases.
  const keyOf = (type: string, resource: string, prefix: string): string =>
    `${type}/${resource === prefix ? "" : resource.slice(prefix.length)}`;
  const byKey = new Map(
    wanted.map((one) => {
      const former = formerNames.get(one.name) ?? one.name;
      const isFormer = former !== one.name;
      return [keyOf(one.type, former, isFormer ? name : (app?.name ?? name)), one] as const;
    }),
  );
  const pairs = own.map((resource) => {
    const key = keyOf(resource.type, resource.name, name);
    const match = byKey.get(key);
    byKey.delete(key);
    return { resource, match };
  });
  const isMadeAnew = pairs.some(
    ({ resource, match }) =>
      isAppType(resource.type) &&
      app !== undefined &&
      (match === undefined || replaceKeys(resource, match).length > 0),
  );
  return [
    ...pairs.map(({ resource, match }) => stepOf(compared, resource, match, isMadeAnew)),
    ...[...byKey.values()].map((one) => stepOf(compared, undefined, one, false)),
  ];
}

function stepOf(
  { name, appId, app, wasProtected }: ComparedApp,
  previous: PreviousResource | undefined,
  wanted: WantedResource | undefined,
  isMadeAnew: boolean,
): EngineStep {
  const before = previous?.outputs;
  const after = wanted === undefined ? undefined : { ...before, ...wanted.inputs };
  const type = previous?.type ?? wanted?.type ?? "";
  const isApp = isAppType(type);
  const changed = previous === undefined || wanted === undefined ? [] : changedKeys(previous, wanted);
  const own = previous === undefined || wanted === undefined ? [] : replaceKeys(previous, wanted);
  // Everything in an app that is made anew is made anew, for its id.
  const replacing =
    own.length === 0 && isMadeAnew && !isApp ? [type.includes("Connection") ? "idProperty" : "appId"] : own;
  return {
    operation: operationOf(before, after, changed, replacing),
    urn: previous?.urn ?? `${name}:${type}:${wanted?.name}`,
    type,
    name: previous?.name ?? wanted?.name ?? name,
    parent: `okta-scim:index:ScimApp::${app?.name ?? name}`,
    id: isApp ? appId : undefined,
    protect: isApp && wasProtected,
    protectAfter: isApp && wasProtected && (app === undefined || app.protect),
    before,
    after,
    beforeOutputs: before,
    afterOutputs: undefined,
    replaceKeys: replacing,
    changedKeys: changed,
    detailedDiff: undefined,
  };
}

function operationOf(
  before: Properties | undefined,
  after: Properties | undefined,
  changed: readonly string[],
  replacing: readonly string[],
): EngineStep["operation"] {
  if (before === undefined) return "create";
  if (after === undefined) return "delete";
  if (replacing.length > 0) return "replace";
  return changed.length > 0 ? "update" : "same";
}

function replaceKeys(previous: PreviousResource, wanted: WantedResource): string[] {
  const fixed = inputsThatReplace(previous.type);
  return changedKeys(previous, wanted).filter((key) => fixed.includes(key));
}

/** Inputs that the update sets to something else than what the last one left. What an app was made from in the catalog is its `name`. */
function changedKeys({ outputs }: PreviousResource, { inputs }: WantedResource): string[] {
  const recorded = (key: string): unknown => (key === "preconfiguredApp" ? outputs["name"] : outputs[key]);
  return Object.keys(inputs).filter(
    (key) => inputs[key] !== undefined && !isDeepStrictEqual(inputs[key], recorded(key)),
  );
}
