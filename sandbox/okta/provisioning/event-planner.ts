import type { GroupPushMapping, JsonObject } from "../store/model.ts";
import type { OrgEvent } from "../store/org-event-types.ts";
import type { OrgStore } from "../store/org-store.ts";
import type { ProvisioningLedger } from "./ledger.ts";
import { continueRetry } from "./retry-tasks.ts";
import { expectSync } from "./sync-progress.ts";

/** Events turned into tasks per transaction. */
const batchSize = 500;
/** People looked at per step when an administrator has a whole app synchronized or provisioned. */
const accountStep = 1_000;
const cursorName = "provisioning";

/** Kinds of provisioning tasks. `user.*` is about a person in an app, `group.*` about a push mapping. */
export type TaskKind =
  | "user.create"
  | "user.update"
  | "user.deactivate"
  | "user.password"
  | "group.push"
  | "group.members"
  | "group.rename"
  | "group.unlink"
  | "users.import";

/**
 * Turns what changed in the org into provisioning tasks, in order. Reading events, queuing tasks and moving the cursor is one
 * transaction, so that a killed process neither misses nor doubles a task.
 */
export class EventPlanner {
  readonly #store: OrgStore;
  readonly #ledger: ProvisioningLedger;
  readonly #onQueued: (appId: string) => void;

  /** @param onQueued told of every app that gets a task */
  constructor(store: OrgStore, ledger: ProvisioningLedger, onQueued: (appId: string) => void) {
    this.#store = store;
    this.#ledger = ledger;
    this.#onQueued = onQueued;
  }

  /** Plans the next batch of events. Returns the apps that got tasks or whose settings changed; undefined when nothing was left. */
  planBatch(): ReadonlySet<string> | undefined {
    return this.#store.transaction(() => {
      const events = this.#store.events.after(this.#store.events.cursor(cursorName), batchSize);
      let last = events[0];
      if (last === undefined) return undefined;
      const touched = new Set<string>();
      for (const event of events) {
        for (const appId of this.#plan(event)) touched.add(appId);
        last = event;
        // One step over many people is work enough for a turn.
        if (steps.has(event.type)) break;
      }
      this.#store.events.moveCursor(cursorName, last.sequence);
      this.#store.events.forgetUpTo(last.sequence);
      return touched;
    });
  }

  /** Queues a membership push of a mapping, unless one is waiting already. */
  queueMembers(appId: string, mappingId: string): void {
    const waiting = this.#store.tasks.list({ appId, subjectId: mappingId, status: "pending", limit: 10 });
    if (waiting.some(({ kind }) => kind === "group.members" || kind === "group.push")) return;
    this.#queue(appId, "group.members", mappingId);
  }

  #plan(event: OrgEvent): readonly string[] {
    switch (event.type) {
      case "appuser.assigned":
        return this.#planAssigned(event);
      case "appuser.unassigned":
        return this.#planUnassigned(event);
      case "appuser.profile-changed":
        return this.#planProfileChange(event);
      case "user.password-changed":
        return this.#planPassword(event.userId);
      case "group.membership-changed":
        return this.#planMembership(event.groupId);
      case "group.renamed":
        return this.#planRename(event.groupId);
      case "push-mapping.activated":
        return this.#planMapping("group.push", event);
      case "push-mapping.deleted":
        return this.#planMapping("group.unlink", event);
      case "connection.changed":
      case "features.changed":
        return [event.appId];
      case "accounts.to-settle":
        this.#store.assignments.continueSettling(event);
        return [];
      case "group-rule.to-apply":
        this.#store.groupRules.continueApplying(event.ruleId, event.afterUserId);
        return [];
      case "tasks.to-retry":
        return continueRetry(this.#store, event.appId, event.beforeSequence);
      case "accounts.to-sync":
      case "accounts.to-provision":
        return this.#planAccounts(event.type, event.appId, event.afterUserId);
      default:
        return [];
    }
  }

  #planAssigned(event: Extract<OrgEvent, { type: "appuser.assigned" }>): readonly string[] {
    const appUser = this.#store.appUsers.get(event.appId, event.userId);
    if (!event.provision || appUser === undefined || !this.#isOn(event.appId)) {
      this.#forgetFormerAccount(event.appId, event.userId);
      return [];
    }
    // An import links the account before it assigns.
    if (appUser.externalId === null) this.#forgetFormerAccount(event.appId, event.userId);
    this.#queue(event.appId, "user.create", event.userId, { userName: appUser.userName });
    return [event.appId];
  }

  /** An assignment has nothing to do with an account of an earlier one until a push has found it. */
  #forgetFormerAccount(appId: string, userId: string): void {
    const isUnderWay = (["pending", "running"] as const).some(
      (status) => this.#store.tasks.list({ appId, subjectId: userId, status, limit: 1 }).length > 0,
    );
    if (!isUnderWay) this.#ledger.forgetAccount(appId, userId);
  }

  #planUnassigned(event: Extract<OrgEvent, { type: "appuser.unassigned" }>): readonly string[] {
    const { appId, userId, userName } = event;
    if (!this.#isOn(appId)) return [];
    for (const mappingId of this.#ledger.mappingsWithMember(appId, userId))
      this.queueMembers(appId, mappingId);
    if (this.#store.settings.features(appId).deactivateUsers === "ENABLED") {
      this.#queue(appId, "user.deactivate", userId, { userName, externalId: event.externalId });
    }
    return [appId];
  }

  #planProfileChange(event: Extract<OrgEvent, { type: "appuser.profile-changed" }>): readonly string[] {
    const { appId, userId } = event;
    const appUser = this.#store.appUsers.get(appId, userId);
    const isWanted =
      appUser !== undefined &&
      appUser.syncState !== "DISABLED" &&
      this.#isOn(appId) &&
      this.#store.settings.features(appId).updateProfiles === "ENABLED";
    if (!isWanted) return [];
    const waiting = this.#store.tasks.list({ appId, subjectId: userId, status: "pending", limit: 10 });
    const create = waiting.find(({ kind }) => kind === "user.create");
    if (create !== undefined) {
      this.#store.tasks.update(create.id, { payload: { ...create.payload, userName: appUser.userName } });
      return [appId];
    }
    if (appUser.externalId === null && !this.#isBeingCreated(appId, userId)) return [];
    const update = waiting.find(({ kind }) => kind === "user.update");
    const changed = new Set([...readNames(update?.payload["changed"]), ...event.changed]);
    const payload = { userName: appUser.userName, changed: [...changed] };
    expectSync(this.#store, appUser);
    if (update === undefined) this.#queue(appId, "user.update", userId, payload);
    else this.#store.tasks.update(update.id, { payload });
    return [appId];
  }

  /** A create that runs now may have read the profile before it changed; a failed one reads it when it is retried. */
  #isBeingCreated(appId: string, userId: string): boolean {
    return this.#isRunning(appId, userId, "user.create");
  }

  #isRunning(appId: string, subjectId: string, kind: TaskKind): boolean {
    const running = this.#store.tasks.list({ appId, subjectId, status: "running", limit: 10 });
    return running.some((task) => task.kind === kind);
  }

  #planPassword(userId: string): readonly string[] {
    const appIds: string[] = [];
    for (const appUser of this.#store.appUsers.ofUser(userId)) {
      const { password } = this.#store.settings.features(appUser.appId);
      const isSynced = password.status === "ENABLED" && password.change === "CHANGE";
      if (!isSynced || appUser.externalId === null || !this.#isOn(appUser.appId)) continue;
      this.#queue(appUser.appId, "user.password", userId, { userName: appUser.userName });
      appIds.push(appUser.appId);
    }
    return appIds;
  }

  /** Looks at the next thousand people of an app: pushes profiles again, or makes accounts for those who never got one. */
  #planAccounts(
    type: "accounts.to-sync" | "accounts.to-provision",
    appId: string,
    afterUserId: string,
  ): readonly string[] {
    const page = this.#store.appUsers.list({ appId, afterUserId, limit: accountStep });
    for (const appUser of page) {
      const { externalId, syncState, userId, userName } = appUser;
      if (type === "accounts.to-sync" && externalId !== null) {
        expectSync(this.#store, appUser);
        this.#queue(appId, "user.update", userId, { userName });
      } else if (type === "accounts.to-provision" && externalId === null && syncState === "DISABLED") {
        this.#store.appUsers.recordSync(appId, userId, { status: "PENDING", syncState: "OUT_OF_SYNC" });
        this.#queue(appId, "user.create", userId, { userName });
      }
    }
    const last = page.at(-1);
    if (last !== undefined && page.length >= accountStep) {
      const now = this.#store.clock.now().toISOString();
      this.#store.events.append({ type, appId, afterUserId: last.userId }, now);
    }
    return [appId];
  }

  /** Mappings whose members are followed: active ones, and those in ERROR whose whole push is under way and may have read its members. */
  followedMappings(query: { readonly appId?: string; readonly sourceGroupId?: string }): GroupPushMapping[] {
    return this.#store.pushMappings
      .list({ ...query, limit: 1000 })
      .filter(({ appId, id, status }) => status === "ACTIVE" || this.#isRunning(appId, id, "group.push"));
  }

  #planMembership(groupId: string): readonly string[] {
    const mappings = this.followedMappings({ sourceGroupId: groupId });
    for (const { appId, id } of mappings) if (this.#isOn(appId)) this.queueMembers(appId, id);
    return mappings.map(({ appId }) => appId);
  }

  #planRename(groupId: string): readonly string[] {
    const mappings = this.#store.pushMappings.list({ sourceGroupId: groupId, status: "ACTIVE", limit: 1000 });
    for (const { appId, id } of mappings) if (this.#isOn(appId)) this.#queue(appId, "group.rename", id);
    return mappings.map(({ appId }) => appId);
  }

  #planMapping(
    kind: "group.push" | "group.unlink",
    event: Extract<
      OrgEvent,
      { type: "push-mapping.activated" | "push-mapping.deactivated" | "push-mapping.deleted" }
    >,
  ): readonly string[] {
    if (!this.#isOn(event.appId)) return [];
    this.#queue(event.appId, kind, event.mappingId, {
      externalGroupId: event.externalGroupId,
      deleteTargetGroup: event.deleteTargetGroup,
    });
    return [event.appId];
  }

  #isOn(appId: string): boolean {
    return this.#store.settings.isEnabled(appId) && this.#store.apps.get(appId)?.status === "ACTIVE";
  }

  #queue(appId: string, kind: TaskKind, subjectId: string, payload: JsonObject = {}): void {
    this.#store.tasks.create({ appId, kind, subjectId, payload });
    this.#onQueued(appId);
  }
}

const steps = new Set<OrgEvent["type"]>([
  "accounts.to-settle",
  "group-rule.to-apply",
  "accounts.to-sync",
  "accounts.to-provision",
  "tasks.to-retry",
]);

/** Attribute names of a task's payload. */
export function readNames(value: JsonObject[string] | undefined): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
}
