import type { AccessState } from "../../../src/preview/people/access.ts";

/** An app that provisions, to which nobody is assigned. */
export const unassigned: AccessState = {
  active: true,
  connected: true,
  createUsers: true,
  updateProfiles: true,
  deactivateUsers: true,
  assignedGroups: [],
  assignedUsers: [],
  mapping: [],
  userNameTemplate: { template: "", suffix: "", pushes: true },
  pushGroups: [],
};
