import { newId } from "./ids.ts";
import type { MappingProperty, ProfileMapping } from "./model.ts";
import { type Row, readOneOf, readString, type SqlValue } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";

/** Profile mappings: two per app. */
export class Mappings {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  create(mapping: Omit<ProfileMapping, "id">): ProfileMapping {
    const stored = { ...mapping, id: newId("prm") };
    this.#context.sql.run(
      "INSERT INTO profile_mapping (id, app_id, direction, properties) VALUES (?, ?, ?, ?)",
      stored.id,
      stored.appId,
      stored.direction,
      JSON.stringify(stored.properties),
    );
    return stored;
  }

  get(id: string): ProfileMapping | undefined {
    const row = this.#context.sql.get("SELECT * FROM profile_mapping WHERE id = ?", id);
    return row === undefined ? undefined : readMapping(row);
  }

  /** The mapping of an app in one direction; every app has both. */
  ofApp(appId: string, direction: ProfileMapping["direction"]): ProfileMapping | undefined {
    const row = this.#context.sql.get(
      "SELECT * FROM profile_mapping WHERE app_id = ? AND direction = ?",
      appId,
      direction,
    );
    return row === undefined ? undefined : readMapping(row);
  }

  /** Mappings in the order of their ids, optionally only those of an app or direction. */
  page(query: {
    readonly appId?: string;
    readonly direction?: ProfileMapping["direction"];
    readonly afterId?: string;
    readonly limit: number;
  }): ProfileMapping[] {
    const conditions = ["id > ?"];
    const values: SqlValue[] = [query.afterId ?? ""];
    if (query.appId !== undefined) {
      conditions.push("app_id = ?");
      values.push(query.appId);
    }
    if (query.direction !== undefined) {
      conditions.push("direction = ?");
      values.push(query.direction);
    }
    return this.#context.sql
      .all(
        `SELECT * FROM profile_mapping WHERE ${conditions.join(" AND ")} ORDER BY id LIMIT ?`,
        ...values,
        query.limit,
      )
      .map(readMapping);
  }

  /** Merges properties into a mapping; null removes one. */
  merge(id: string, changes: Readonly<Record<string, MappingProperty | null>>): ProfileMapping | undefined {
    return this.#context.sql.transaction(() => {
      const mapping = this.get(id);
      if (mapping === undefined) return undefined;
      const properties: Record<string, MappingProperty> = { ...mapping.properties };
      for (const [name, property] of Object.entries(changes)) {
        if (property === null) delete properties[name];
        else properties[name] = property;
      }
      this.#context.sql.run(
        "UPDATE profile_mapping SET properties = ? WHERE id = ?",
        JSON.stringify(properties),
        id,
      );
      this.#context.emit({ type: "mapping.changed", mappingId: id, appId: mapping.appId });
      return { ...mapping, properties };
    });
  }
}

function readMapping(row: Row): ProfileMapping {
  return {
    id: readString(row, "id"),
    appId: readString(row, "app_id"),
    direction: readOneOf(row, "direction", ["user-to-app", "app-to-user"]),
    properties: JSON.parse(readString(row, "properties")),
  };
}
