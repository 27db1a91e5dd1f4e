import type { EngineStep, Properties } from "../../../src/preview/changes/engine-step.ts";

/** A step of the engine on a resource of application payroll. */
export function step(
  operation: EngineStep["operation"],
  type: string,
  inputs: Properties,
  replaceKeys: readonly string[] = [],
): EngineStep {
  return {
    operation,
    urn: `${type} ${operation}`,
    type,
    name: "payroll",
    parent: "urn:pulumi:prod::okta-scim::okta-scim:index:ScimApp::payroll",
    id: "0oa1",
    protect: false,
    protectAfter: false,
    before: operation === "create" ? undefined : inputs,
    after: operation === "delete" ? undefined : inputs,
    beforeOutputs: undefined,
    afterOutputs: undefined,
    replaceKeys,
    changedKeys: [],
    detailedDiff: undefined,
  };
}
