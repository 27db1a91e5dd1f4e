import {
  type AccessState,
  type Account,
  type Directory,
  type EndedPush,
  isProvisioning,
  type PushedGroup,
} from "./access.ts";

/** Who enters and who leaves one group in the application, by id. */
export interface GroupChange {
  readonly sourceGroupId: string;
  readonly target: string;
  readonly joins: readonly string[];
  readonly leaves: readonly string[];
  /** Members of a group that is no longer pushed and stays as it is. */
  readonly stays: readonly string[];
  /** True when the push group itself goes. */
  readonly removed: boolean;
}

export interface GroupChangeInput {
  readonly before: AccessState;
  readonly after: AccessState;
  readonly ended: readonly EndedPush[];
  readonly accounts: ReadonlyMap<string, Account>;
  readonly directory: Directory;
  /** People with an account in the application after the update. */
  readonly provisionedAfter: ReadonlySet<string>;
}

/**
 * Who enters and leaves pushed groups. Only people with an account in the application are members there. The end of a push takes nobody out of
 * the group unless the group itself is deleted; while provisioning is off nothing is sent at all.
 */
export function findGroupChanges(input: GroupChangeInput): GroupChange[] {
  const { before, after, accounts, directory } = input;
  if (!isProvisioning(after)) return [];
  const provisionedBefore = new Set(
    [...accounts.values()].filter(({ externalId }) => externalId !== undefined).map(({ userId }) => userId),
  );
  const members = (group: string, people: ReadonlySet<string>): string[] =>
    [...(directory.members.get(group) ?? [])].filter((id) => people.has(id));
  const wasActive = (group: PushedGroup): boolean =>
    group.isNew !== true &&
    before.pushGroups.some(({ sourceGroupId, active }) => active && sourceGroupId === group.sourceGroupId);
  /** Another group that is no longer pushed to the same one in the application: the new push finds its members there. */
  const formerOf = ({ target, isNew }: Pick<PushedGroup, "target" | "isNew">): EndedPush | undefined =>
    isNew === true ? input.ended.find((former) => former.target === target) : undefined;
  const active = after.pushGroups.filter((group) => group.active);
  const pushed = active.map((group): GroupChange => {
    const { sourceGroupId, target } = group;
    const former = formerOf(group)?.sourceGroupId ?? (wasActive(group) ? sourceGroupId : undefined);
    const there = new Set(former === undefined ? [] : members(former, provisionedBefore));
    const willBe = members(sourceGroupId, input.provisionedAfter);
    const stillThere = new Set(former === sourceGroupId ? input.provisionedAfter : willBe);
    return {
      sourceGroupId,
      target,
      joins: willBe.filter((id) => !there.has(id)),
      leaves: [...there].filter((id) => !stillThere.has(id)),
      stays: [],
      removed: false,
    };
  });
  const takenOver = new Set(active.map(formerOf));
  const given = input.ended.filter((former) => !takenOver.has(former));
  const ended = given.map(({ sourceGroupId, target, deletesTarget }): GroupChange => {
    const there = members(sourceGroupId, provisionedBefore);
    const [leaves, stays] = deletesTarget ? [there, []] : [[], there];
    return { sourceGroupId, target, joins: [], leaves, stays, removed: true };
  });
  return [...pushed, ...ended].filter(
    ({ joins, leaves, removed }) => joins.length > 0 || leaves.length > 0 || removed,
  );
}
