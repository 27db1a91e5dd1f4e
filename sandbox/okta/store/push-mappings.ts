import { newId } from "./ids.ts";
import { type GroupPushMapping, PUSH_MAPPING_STATUSES, type PushMappingStatus } from "./model.ts";
import { type Row, readNullableString, readOneOf, readString, type SqlValue } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";

/** Which push mappings to list, in the order of their ids. */
export interface PushMappingQuery {
  readonly appId?: string;
  readonly sourceGroupId?: string;
  readonly status?: PushMappingStatus;
  /** ISO 8601; only those updated at or after it. */
  readonly updatedSince?: string;
  readonly afterId?: string;
  readonly limit: number;
}

/** Group-push mappings. */
export class PushMappings {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  create(mapping: {
    readonly appId: string;
    readonly sourceGroupId: string;
    readonly targetGroupId: string;
    readonly status: "ACTIVE" | "INACTIVE";
  }): GroupPushMapping {
    return this.#context.sql.transaction(() => {
      const now = this.#context.now();
      const stored: GroupPushMapping = {
        ...mapping,
        id: newId("gPm"),
        errorSummary: null,
        lastPush: null,
        created: now,
        lastUpdated: now,
      };
      this.#context.sql.run(
        "INSERT INTO push_mapping (id, app_id, source_group_id, target_group_id, status, created, last_updated) VALUES (?, ?, ?, ?, ?, ?, ?)",
        stored.id,
        stored.appId,
        stored.sourceGroupId,
        stored.targetGroupId,
        stored.status,
        now,
        now,
      );
      if (stored.status === "ACTIVE") this.#emit("push-mapping.activated", stored, false);
      return stored;
    });
  }

  get(appId: string, id: string): GroupPushMapping | undefined {
    const row = this.#context.sql.get("SELECT * FROM push_mapping WHERE app_id = ? AND id = ?", appId, id);
    return row === undefined ? undefined : readPushMapping(row);
  }

  list(query: PushMappingQuery): GroupPushMapping[] {
    const conditions = ["id > ?"];
    const values: SqlValue[] = [query.afterId ?? ""];
    for (const [condition, value] of [
      ["app_id = ?", query.appId],
      ["source_group_id = ?", query.sourceGroupId],
      ["status = ?", query.status],
      ["last_updated >= ?", query.updatedSince],
    ] as const) {
      if (value === undefined) continue;
      conditions.push(condition);
      values.push(value);
    }
    return this.#context.sql
      .all(
        `SELECT * FROM push_mapping WHERE ${conditions.join(" AND ")} ORDER BY id LIMIT ?`,
        ...values,
        query.limit,
      )
      .map(readPushMapping);
  }

  /** An administrator's (API's) change of status. */
  setStatus(appId: string, id: string, status: "ACTIVE" | "INACTIVE"): GroupPushMapping | undefined {
    return this.#context.sql.transaction(() => {
      const before = this.get(appId, id);
      if (before === undefined) return undefined;
      this.#context.sql.run(
        "UPDATE push_mapping SET status = ?, error_summary = NULL, last_updated = ? WHERE id = ?",
        status,
        this.#context.now(),
        id,
      );
      const after = this.get(appId, id);
      if (after !== undefined && before.status !== status) {
        this.#emit(status === "ACTIVE" ? "push-mapping.activated" : "push-mapping.deactivated", after, false);
      }
      return after;
    });
  }

  /** What provisioning found out: a push that worked, or why it did not (status ERROR). */
  recordPush(id: string, outcome: { readonly at: string } | { readonly error: string }): void {
    if ("at" in outcome) {
      this.#context.sql.run(
        "UPDATE push_mapping SET status = CASE status WHEN 'ERROR' THEN 'ACTIVE' ELSE status END, error_summary = NULL, last_push = ? WHERE id = ?",
        outcome.at,
        id,
      );
      return;
    }
    this.#context.sql.run(
      "UPDATE push_mapping SET status = 'ERROR', error_summary = ?, last_updated = ? WHERE id = ?",
      outcome.error,
      this.#context.now(),
      id,
    );
  }

  /** Deletes a mapping. Its target APP_GROUP goes with it when `deleteTargetGroup`, else it stays as an unlinked app group. */
  delete(appId: string, id: string, deleteTargetGroup: boolean): void {
    this.#context.sql.transaction(() => {
      const mapping = this.get(appId, id);
      if (mapping === undefined) return;
      this.#emit("push-mapping.deleted", mapping, deleteTargetGroup);
      this.#context.sql.run("DELETE FROM push_mapping WHERE id = ?", id);
      if (deleteTargetGroup)
        this.#context.sql.run("DELETE FROM okta_group WHERE id = ?", mapping.targetGroupId);
    });
  }

  /** Members of a group who have an account in the app's SCIM server, in the order of their user ids. */
  provisionedMembers(
    appId: string,
    groupId: string,
    page: { readonly afterUserId?: string; readonly limit: number },
  ): { readonly userId: string; readonly externalId: string; readonly userName: string }[] {
    return this.#context.sql
      .all(
        `SELECT app_user.user_id, app_user.external_id, app_user.user_name FROM group_member
         JOIN app_user ON app_user.app_id = ? AND app_user.user_id = group_member.user_id
         WHERE group_id = ? AND external_id IS NOT NULL AND group_member.user_id > ? ORDER BY group_member.user_id LIMIT ?`,
        appId,
        groupId,
        page.afterUserId ?? "",
        page.limit,
      )
      .map((row) => ({
        userId: readString(row, "user_id"),
        externalId: readString(row, "external_id"),
        userName: readString(row, "user_name"),
      }));
  }

  #emit(
    type: "push-mapping.activated" | "push-mapping.deactivated" | "push-mapping.deleted",
    mapping: GroupPushMapping,
    deleteTargetGroup: boolean,
  ): void {
    const target = this.#context.sql.get(
      "SELECT external_id FROM okta_group WHERE id = ?",
      mapping.targetGroupId,
    );
    this.#context.emit({
      type,
      appId: mapping.appId,
      mappingId: mapping.id,
      sourceGroupId: mapping.sourceGroupId,
      targetGroupId: mapping.targetGroupId,
      deleteTargetGroup,
      externalGroupId: target === undefined ? null : readNullableString(target, "external_id"),
    });
  }
}

function readPushMapping(row: Row): GroupPushMapping {
  return {
    id: readString(row, "id"),
    appId: readString(row, "app_id"),
    sourceGroupId: readString(row, "source_group_id"),
    targetGroupId: readString(row, "target_group_id"),
    status: readOneOf(row, "status", PUSH_MAPPING_STATUSES),
    errorSummary: readNullableString(row, "error_summary"),
    lastPush: readNullableString(row, "last_push"),
    created: readString(row, "created"),
    lastUpdated: readString(row, "last_updated"),
  };
}
