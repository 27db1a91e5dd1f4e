import type { EngineStep, Properties } from "../changes/engine-step.ts";
import { appOf, toChange } from "../changes/read-changes.ts";
import type { Names, ResourceChange } from "../changes/resource-change.ts";

/**
 * Tells what a refresh found, in Okta's words: `before` is what the spec said when it was last applied, `after` what Okta has.
 * @param steps every resource of the stack with the outcome of its refresh: `same`, `update`, or `delete` for what is gone
 */
export function compareSteps(steps: readonly EngineStep[], names: Names): ResourceChange[] {
  const byUrn = new Map(steps.map((step) => [step.urn, step]));
  return steps.flatMap((step) => {
    if (step.type.startsWith("pulumi:") || step.type.startsWith("okta-scim:")) return [];
    const app = appOf(step, byUrn);
    if (step.operation === "delete") return [toChange(step, "remove", app, names)];
    if (step.operation !== "update") return [];
    const change = toChange({ ...step, after: declaredOnly(step) }, "change", app, names);
    return change.fields.length === 0 ? [] : [change];
  });
}

/**
 * What Okta has of those properties that the spec sets: what a spec leaves to Okta can't drift. The provider reports them as inputs or as
 * outputs, depending on its version.
 */
function declaredOnly(step: EngineStep): Properties {
  const before = step.before ?? {};
  return Object.fromEntries(
    Object.entries(before).map(([key, value]) => {
      const read = step.after?.[key];
      if (!isSame(value, read) && read !== undefined) return [key, read];
      const outputBefore = step.beforeOutputs?.[key];
      const output = step.afterOutputs?.[key];
      return [key, output !== undefined && !isSame(outputBefore, output) ? output : value];
    }),
  );
}

function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left ?? null) === JSON.stringify(right ?? null);
}
