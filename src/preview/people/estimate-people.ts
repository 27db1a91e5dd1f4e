import type { ResourceChange } from "../changes/resource-change.ts";
import type { PeopleReport } from "../report.ts";
import type { AccessState } from "./access.ts";
import type { DirectoryReader } from "./directory-reader.ts";
import { applyChanges, type ConnectionIntent, type OrgAbilities } from "./state-after.ts";

export interface EstimateQuestion {
  /** The app today, without whom it has by name. */
  readonly before: AccessState;
  readonly changes: readonly ResourceChange[];
  readonly plan: ConnectionIntent | undefined;
  /** How many calls exact figures would take, in words. */
  readonly calls: string;
}

export interface EstimateOptions extends OrgAbilities {
  readonly directory: DirectoryReader;
  readonly callBudget: number;
}

/**
 * Counts by Okta's own group statistics whom an update may touch: at most so many, since who is in several groups counts several times. Unknown
 * where Okta gives no number for one of the groups: nobody may take that for none.
 */
export async function estimatePeople(
  question: EstimateQuestion,
  options: EstimateOptions,
): Promise<PeopleReport> {
  const { before, changes, plan, calls } = question;
  const { state: after, app, mapping, touchedGroups } = applyChanges(before, changes, plan, options);
  const idsOf = ({ assignedGroups }: AccessState): string[] => assignedGroups.map(({ id }) => id);
  const without = (ids: readonly string[], others: readonly string[]): string[] =>
    ids.filter((id) => !others.includes(id));
  const isMadeAnew = app === "replaced";
  const isGone = app !== "kept";
  const [all, added, removed, looked] = await Promise.all(
    [
      idsOf(before),
      isMadeAnew ? idsOf(after) : app === "removed" ? [] : without(idsOf(after), idsOf(before)),
      isGone ? idsOf(before) : without(idsOf(before), idsOf(after)),
      mapping === "unchanged" ? touchedGroups : idsOf(before),
    ].map((ids) => options.directory.countMembers(ids)),
  );
  const because = `exact figures would take ${calls} Okta calls, the budget is ${options.callBudget}`;
  if (all === undefined || added === undefined || removed === undefined || looked === undefined)
    return { kind: "unknown", because: `${because}, and Okta gives no number of members for some groups` };
  const byName = (isGain: boolean): number =>
    changes.filter(
      ({ kind, action }) =>
        kind === "person assignment" && (action === "replace" || action === (isGain ? "add" : "remove")),
    ).length;
  const losses = removed + byName(false);
  return {
    kind: "estimate",
    assignedBefore: Math.max(all, losses),
    gains: added + byName(true),
    updated: after.updateProfiles && !isGone ? looked : 0,
    deactivated: losses,
    because: `from group statistics, which count who is in several groups several times, and nobody who is assigned by hand: ${because}`,
  };
}
