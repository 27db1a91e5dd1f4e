import type { AppUserSchema, SchemaAttribute } from "./model.ts";
import { type Row, readString } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";

const columns = ["name", "base", "custom", "created", "last_updated"] as const;

/** Schemas of app users: one per app. */
export class AppSchemas {
  readonly #context: StoreContext;
  /** The documents are read with every account that is pushed, and parsed again only when their text has changed. */
  readonly #parsed = new Map<string, { readonly row: Row; readonly schema: AppUserSchema }>();

  constructor(context: StoreContext) {
    this.#context = context;
  }

  create(appId: string, name: string, base: Readonly<Record<string, SchemaAttribute>>): void {
    const now = this.#context.now();
    this.#context.sql.run(
      "INSERT INTO app_schema (app_id, name, base, custom, created, last_updated) VALUES (?, ?, ?, '{}', ?, ?)",
      appId,
      name,
      JSON.stringify(base),
      now,
      now,
    );
  }

  get(appId: string): AppUserSchema | undefined {
    const row = this.#context.sql.get("SELECT * FROM app_schema WHERE app_id = ?", appId);
    if (row === undefined) return undefined;
    const known = this.#parsed.get(appId);
    if (known !== undefined && columns.every((column) => known.row[column] === row[column])) {
      return known.schema;
    }
    const schema = readSchema(row);
    this.#parsed.set(appId, { row, schema });
    return schema;
  }

  /** Replaces the attributes; values of attributes that are gone leave the app users, in the same transaction. */
  save(
    appId: string,
    attributes: {
      readonly base: Readonly<Record<string, SchemaAttribute>>;
      readonly custom: Readonly<Record<string, SchemaAttribute>>;
    },
  ): AppUserSchema | undefined {
    return this.#context.sql.transaction(() => {
      const before = this.get(appId);
      this.#context.sql.run(
        "UPDATE app_schema SET base = ?, custom = ?, last_updated = ? WHERE app_id = ?",
        JSON.stringify(attributes.base),
        JSON.stringify(attributes.custom),
        this.#context.now(),
        appId,
      );
      for (const name of Object.keys(before?.custom ?? {})) {
        if (Object.hasOwn(attributes.custom, name)) continue;
        const path = `$."${name}"`;
        this.#context.sql.run(
          "UPDATE app_user SET profile = json_remove(profile, ?), overrides = json_remove(overrides, ?) WHERE app_id = ?",
          path,
          path,
          appId,
        );
      }
      return this.get(appId);
    });
  }
}

function readSchema(row: Row): AppUserSchema {
  return {
    appId: readString(row, "app_id"),
    name: readString(row, "name"),
    base: JSON.parse(readString(row, "base")),
    custom: JSON.parse(readString(row, "custom")),
    created: readString(row, "created"),
    lastUpdated: readString(row, "last_updated"),
  };
}
