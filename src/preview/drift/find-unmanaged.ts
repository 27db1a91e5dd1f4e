import type { OktaClient } from "../../okta/okta-client.ts";
import type { AppPlan } from "../../spec/plan-types.ts";
import type { EngineStep } from "../changes/engine-step.ts";
import type { Names, ReportedChange } from "../changes/resource-change.ts";

/**
 * Assigned groups and push groups that an app has in Okta and that no spec declares: someone added them in the console. Only what the spec
 * manages is looked at. People assigned by hand are left to Okta.
 */
export async function findUnmanaged(
  app: { readonly plan: AppPlan; readonly appId: string },
  steps: readonly EngineStep[],
  client: OktaClient,
  names: Names,
): Promise<ReportedChange[]> {
  const { plan, appId } = app;
  const declared = (type: string, key: string): ReadonlySet<unknown> =>
    new Set(
      steps
        .filter((step) => step.type === type && step.before?.["appId"] === appId)
        .map((step) => step.before?.[key]),
    );
  const found: ReportedChange[] = [];
  const add = (kind: ReportedChange["kind"], title: string): void => {
    found.push({ app: plan.name, kind, action: "add", title, fields: [], replacedBecause: [] });
  };
  if (plan.declares.assignments) {
    const groups = declared("okta:app/groupAssignment:GroupAssignment", "groupId");
    for await (const { id } of client.appGroups.list(appId))
      if (!groups.has(id)) add("group assignment", names.group(id));
  }
  if (plan.declares.pushGroups) {
    const sources = declared("okta:index/pushGroup:PushGroup", "sourceGroupId");
    for await (const { sourceGroupId, targetGroupId } of client.groupPush.list(appId))
      if (!sources.has(sourceGroupId))
        add("push group", `${names.group(sourceGroupId)} -> ${names.group(targetGroupId ?? sourceGroupId)}`);
  }
  return found;
}
