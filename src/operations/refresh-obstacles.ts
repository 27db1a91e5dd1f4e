import { isDeepStrictEqual } from "node:util";
import { EngineError } from "../engine/engine-error.ts";
import type { RecordedResource } from "../engine/recorded-state.ts";
import type { OktaClient } from "../okta/okta-client.ts";
import type { EngineStep } from "../preview/changes/engine-step.ts";
import { featuresArguments } from "../program/provisioning-arguments.ts";
import type { StackPlan } from "../spec/plan-types.ts";
import { openSessionOrg } from "./okta-access.ts";
import type { StackSession } from "./stack-session.ts";

/**
 * What someone did by hand in Okta that a refresh can't read, so that it fails as a whole: Okta refuses to tell the features of an app whose
 * connection is off (400, "Provisioning is not enabled"), and the official plugin takes "there is no such thing" for an error where a push
 * group, or the app of a connection, was deleted.
 */
export interface RefreshObstacles {
  /** URNs of features that Okta does not tell; the update sets the connection, which makes them readable again. */
  readonly unreadable: readonly string[];
  /** URNs of what is gone from Okta; the update makes it again. */
  readonly gone: readonly string[];
  /** What happened and what the update does about it, a line each. */
  readonly lines: readonly string[];
}

const none: RefreshObstacles = { unreadable: [], gone: [], lines: [] };
const connectionType = "okta:app/connection:Connection";
const featuresType = "okta:app/features:Features";
const pushType = "okta:index/pushGroup:PushGroup";

/**
 * Runs an operation that refreshes; when it fails over something that can't be read, runs it once more around that. A refresh that fails has
 * changed nothing.
 */
export async function aroundObstacles<T>(
  session: StackSession,
  operate: (obstacles: RefreshObstacles) => Promise<T>,
): Promise<T> {
  try {
    return await operate(none);
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== "ENGINE_OPERATION_FAILED") throw error;
    const obstacles = await lookForObstacles(session).catch(() => none);
    if (obstacles.lines.length === 0) throw error;
    return operate(obstacles);
  }
}

async function lookForObstacles(session: StackSession): Promise<RefreshObstacles> {
  return findObstacles(await session.opened.recorded(), await openSessionOrg(session));
}

/** Compares the recorded connections and push groups with Okta: one or two calls for each app. */
async function findObstacles(
  recorded: readonly RecordedResource[],
  okta: OktaClient,
): Promise<RefreshObstacles> {
  const appIds = [...new Set(recorded.flatMap((resource) => appOf(resource) ?? []))];
  const found = await Promise.all(appIds.map((appId) => lookAt(appId, recorded, okta)));
  return {
    unreadable: found.flatMap(({ unreadable }) => unreadable),
    gone: found.flatMap(({ gone }) => gone),
    lines: found.flatMap(({ lines }) => lines),
  };
}

/** The steps that an update around the obstacles takes, though its preview had to leave them out. */
export function stepsAround(
  steps: readonly EngineStep[],
  { unreadable, gone }: RefreshObstacles,
  plan: StackPlan,
): EngineStep[] {
  return steps.map((step) => {
    if (gone.includes(step.urn)) {
      const after = step.after ?? step.before;
      return { ...step, operation: "create", id: undefined, before: undefined, after };
    }
    return unreadable.includes(step.urn) ? featuresStep(step, plan) : step;
  });
}

/** Features that can't be read are compared as they were recorded. */
function featuresStep(step: EngineStep, { apps }: StackPlan): EngineStep {
  const app = apps.find(({ name }) => step.name === `${name}-features`);
  const before = step.before ?? {};
  if (app === undefined) return step;
  const { capabilities } = featuresArguments(app, String(before["appId"]));
  if (isDeepStrictEqual(capabilities, before["capabilities"])) return step;
  const after = { ...before, capabilities };
  return { ...step, operation: "update", after, changedKeys: ["capabilities"] };
}

async function lookAt(
  appId: string,
  recorded: readonly RecordedResource[],
  okta: OktaClient,
): Promise<RefreshObstacles> {
  const own = recorded.filter((resource) => appOf(resource) === appId);
  const ofType = (type: string) => own.filter((resource) => resource.type === type);
  const name = appName(own[0]);
  if ((await okta.apps.find(appId)) === undefined) {
    const line = `${name}: the application was deleted in Okta; the update makes it again, with everything in it`;
    return { unreadable: [], gone: own.map(({ urn }) => urn), lines: [line] };
  }
  const features = ofType(featuresType);
  const status =
    features.length === 0 || ofType(connectionType).length === 0
      ? "ENABLED"
      : (await okta.connections.find(appId))?.status;
  const pushed = ofType(pushType);
  const present = new Set<string>();
  if (pushed.length > 0) for await (const { id } of okta.groupPush.list(appId)) present.add(id);
  const gone = pushed.filter(({ id }) => id !== undefined && !present.has(id));
  return {
    unreadable: status === "ENABLED" ? [] : features.map(({ urn }) => urn),
    gone: gone.map(({ urn }) => urn),
    lines: [
      ...(status === "ENABLED"
        ? []
        : [`${name}: the connection is ${status ?? "gone"} in Okta; the update switches it on again`]),
      ...gone.map(
        ({ inputs }) =>
          `${name}: push group ${inputs["targetGroupName"] ?? inputs["targetGroupId"]} was deleted in Okta; the update makes it again`,
      ),
    ],
  };
}

/** The application that a resource is or belongs to; undefined for all that is not Okta's. */
function appOf({ type, id, inputs }: RecordedResource): string | undefined {
  if (!type.startsWith("okta:")) return undefined;
  if (/^okta:app\/(?:autoLogin|swa|saml):/.test(type)) return id;
  const owner = inputs["appId"] ?? inputs["idProperty"] ?? inputs["targetId"];
  return typeof owner === "string" ? owner : undefined;
}

/** The name of the component: everything of an app is named after it. */
function appName(resource: RecordedResource | undefined): string {
  return resource?.urn.split("::").at(-1) ?? "an app";
}
