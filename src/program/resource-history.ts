import type * as pulumi from "@pulumi/pulumi";
import type { AppPlan, StackPlan } from "../spec/plan-types.ts";
import { findFormerNames } from "./former-names.ts";
import type { OrgDirectory } from "./org-directory.ts";
import type { PreviousUpdate } from "./previous-update.ts";
import { appType, guardedTypes, inputsThatReplace, mappingType } from "./wanted-resources.ts";

/** Options of a resource that depend on what the last update left. */
export interface ResourceHistory {
  /** @param importId the id to take the resource over by, where the spec adopts it */
  readonly optionsFor: (
    type: string,
    name: string,
    importId: string | undefined,
  ) => pulumi.CustomResourceOptions;
  readonly optionsForApp: (plan: AppPlan) => pulumi.CustomResourceOptions;
}

/**
 * Inputs that the plugins can't read back: an import would be refused for them, as if Okta had something else. They count from the update
 * after it.
 */
const unreadable: Readonly<Record<string, readonly string[]>> = {
  [guardedTypes.connection]: ["profile.token"],
  [guardedTypes.push]: ["deleteTargetGroupOnDestroy"],
  [mappingType]: ["mappings", "deleteWhenAbsent", "alwaysApply"],
};

/** Reads the options off the last update. */
export function createHistory(
  previous: PreviousUpdate,
  plan: StackPlan,
  directory: OrgDirectory,
): ResourceHistory {
  const formerNames = findFormerNames(previous, plan, directory);
  const isRecorded = (type: string, name: string) =>
    previous.resources.some((resource) => resource.type === type && resource.name === name);
  return {
    optionsFor: (type, name, importId) => {
      const formerName = formerNames.get(name);
      return {
        // The official plugin would move some of them to an app made anew in place, and fail: they are where the old app is.
        replaceOnChanges: [...inputsThatReplace(type)],
        ...(formerName === undefined ? {} : { aliases: [{ name: formerName }] }),
        ...(importId === undefined ? {} : { import: importId }),
        ...(importId === undefined || isRecorded(type, name)
          ? {}
          : { ignoreChanges: [...(unreadable[type] ?? [])] }),
      };
    },
    optionsForApp: (app) => {
      const type = appType(app);
      const names = [app.name, ...app.previousNames];
      const recorded = previous.resources.find(
        (resource) => resource.type === type && names.includes(resource.name),
      );
      // The plugin does not read the catalog's name back into this input: for an adopted app it would be new for ever, and replace the app.
      const isKnown =
        recorded === undefined ? app.adopt !== undefined : recorded.outputs["name"] === app.catalogName;
      return {
        protect: app.protect,
        ...(isKnown && app.catalogName !== undefined
          ? { ignoreChanges: ["preconfiguredApp"] }
          : { replaceOnChanges: ["preconfiguredApp"] }),
        ...(app.adopt === undefined ? {} : { import: app.adopt.app }),
      };
    },
  };
}
