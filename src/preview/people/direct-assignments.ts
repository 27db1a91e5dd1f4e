import type { AccessState, Account, Directory } from "./access.ts";

/** Where Okta does something else than the spec says of people assigned by name. */
export interface DirectAssignments {
  /** The state after the update as Okta makes it. */
  readonly state: AccessState;
  /** Okta refuses to unassign them (E0000046) while a group gives them the app, and the update fails. */
  readonly refused: readonly string[];
}

/**
 * Settles who is assigned by name after an update, the way Okta does.
 * @param unassigned people whose assignment by name the update deletes, by id
 */
export function settleDirectAssignments(
  before: AccessState,
  after: AccessState,
  unassigned: readonly string[],
  accounts: ReadonlyMap<string, Account>,
  directory: Directory,
): DirectAssignments {
  const was = new Map(before.assignedUsers.map((user) => [user.id, user]));
  const isByGroup = (id: string): boolean =>
    after.assignedGroups.some((group) => directory.members.get(group.id)?.has(id) === true);
  const refused = unassigned.filter((id) => accounts.has(id) && isByGroup(id));
  return {
    state: {
      ...after,
      assignedUsers: [...after.assignedUsers, ...refused.flatMap((id) => was.get(id) ?? [])],
    },
    refused,
  };
}
