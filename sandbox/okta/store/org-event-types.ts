/** What changed in the org, in order. Provisioning reads these rows after its own cursor. */
export type OrgEventPayload =
  /** `provision` is false when the account was assigned while provisioning (create users) was off. */
  | {
      readonly type: "appuser.assigned";
      readonly appId: string;
      readonly userId: string;
      readonly provision: boolean;
    }
  | {
      readonly type: "appuser.unassigned";
      readonly appId: string;
      readonly userId: string;
      readonly externalId: string | null;
      readonly userName: string;
    }
  | {
      readonly type: "appuser.profile-changed";
      readonly appId: string;
      readonly userId: string;
      readonly changed: readonly string[];
    }
  /** Every app user of a deactivated user is removed with an `appuser.unassigned` of its own, after this row. */
  | {
      readonly type:
        | "user.deactivated"
        | "user.reactivated"
        | "user.suspended"
        | "user.unsuspended"
        | "user.password-changed";
      readonly userId: string;
    }
  | {
      readonly type: "group.membership-changed";
      readonly groupId: string;
      readonly added: readonly string[];
      readonly removed: readonly string[];
    }
  | { readonly type: "group.renamed"; readonly groupId: string; readonly name: string }
  | {
      readonly type: "push-mapping.activated" | "push-mapping.deactivated" | "push-mapping.deleted";
      readonly appId: string;
      readonly mappingId: string;
      readonly sourceGroupId: string;
      readonly targetGroupId: string;
      readonly deleteTargetGroup: boolean;
      readonly externalGroupId: string | null;
    }
  | { readonly type: "connection.changed" | "features.changed"; readonly appId: string }
  /** People of an app after `afterUserId` whose accounts are still to be brought in line: more than one step takes. */
  | {
      readonly type: "accounts.to-settle";
      readonly appId: string;
      readonly groupId: string | null;
      /** `members` of a group; `members-of-former`: of one just unassigned; `lost`: whom no group gives the account any more; `all`. */
      readonly who: "members" | "members-of-former" | "lost" | "all";
      readonly afterUserId: string;
    }
  /** People after `afterUserId` to whom a group rule, just activated, is still to be applied. */
  | { readonly type: "group-rule.to-apply"; readonly ruleId: string; readonly afterUserId: string }
  /** People of an app after `afterUserId` whose profile is to be pushed again (force sync), or who are to get a first account. */
  | {
      readonly type: "accounts.to-sync" | "accounts.to-provision";
      readonly appId: string;
      readonly afterUserId: string;
    }
  /** Failed tasks from before a sequence number, of an app or (null) of all, that are still to be put back. */
  | { readonly type: "tasks.to-retry"; readonly appId: string | null; readonly beforeSequence: number }
  | { readonly type: "mapping.changed"; readonly mappingId: string; readonly appId: string };

export type OrgEvent = OrgEventPayload & { readonly sequence: number; readonly at: string };
