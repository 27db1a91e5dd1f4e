import type { StackPlan } from "../spec/plan-types.ts";
import type { OrgDirectory } from "./org-directory.ts";
import type { PreviousUpdate } from "./previous-update.ts";
import { guardedTypes, wantedResources } from "./wanted-resources.ts";

/** The input that says whom an assignment or a push group is for. */
const subjects: Readonly<Record<string, string>> = {
  [guardedTypes.group]: "groupId",
  [guardedTypes.user]: "userId",
  [guardedTypes.push]: "sourceGroupId",
};

/**
 * Former resource names of assignments and push groups, by their new ones: the group or person was renamed in Okta, and the spec followed. The
 * engine would make the new one first and delete the old one then, which takes away what is the same assignment in Okta.
 */
export function findFormerNames(
  previous: PreviousUpdate,
  plan: StackPlan,
  directory: OrgDirectory,
): ReadonlyMap<string, string> {
  const known = new Set(previous.resources.map(({ type, name }) => `${type}/${name}`));
  return new Map(
    plan.apps.flatMap((app) => {
      const appId = previous.appIds[app.name];
      if (appId === undefined) return [];
      const wanted = wantedResources(app, appId, directory);
      const names = new Set(wanted.map(({ type, name }) => `${type}/${name}`));
      return wanted.flatMap(({ type, name, inputs }) => {
        const subject = subjects[type];
        if (subject === undefined || known.has(`${type}/${name}`)) return [];
        const former = previous.resources.find(
          (resource) =>
            resource.type === type &&
            resource.outputs["appId"] === appId &&
            resource.outputs[subject] === inputs[subject] &&
            !names.has(`${type}/${resource.name}`),
        );
        return former === undefined ? [] : [[name, former.name] as const];
      });
    }),
  );
}
