import { newId } from "./ids.ts";
import type { SchemaAttribute } from "./model.ts";
import { type Row, readNullableString, readNumber, readString } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";

/** A user type with the schema of its users. */
export interface UserType {
  readonly id: string;
  readonly schemaId: string;
  readonly name: string;
  readonly displayName: string;
  readonly description: string | null;
  readonly isDefault: boolean;
  readonly base: Readonly<Record<string, SchemaAttribute>>;
  readonly custom: Readonly<Record<string, SchemaAttribute>>;
  readonly created: string;
  readonly lastUpdated: string;
  /** Ids of who made and last changed it; null: Okta did, with the org. */
  readonly createdBy: string | null;
  readonly lastUpdatedBy: string | null;
}

const SELECT = "SELECT * FROM user_type LEFT JOIN user_type_author ON type_id = id";

/** User types of the org. */
export class UserTypes {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  create(type: {
    readonly name: string;
    readonly displayName: string;
    readonly description: string | null;
    readonly isDefault: boolean;
    readonly base: Readonly<Record<string, SchemaAttribute>>;
    /** Id of the caller; absent for the type that the org begins with. */
    readonly createdBy?: string;
  }): UserType {
    const now = this.#context.now();
    const id = newId("oty");
    const stored: UserType = {
      ...type,
      id,
      schemaId: `osc${id.slice(3)}`,
      custom: {},
      created: now,
      lastUpdated: now,
      createdBy: type.createdBy ?? null,
      lastUpdatedBy: type.createdBy ?? null,
    };
    this.#context.sql.run(
      `INSERT INTO user_type (id, schema_id, name, display_name, description, is_default, base, custom, created, last_updated)
       VALUES (?, ?, ?, ?, ?, ?, ?, '{}', ?, ?)`,
      stored.id,
      stored.schemaId,
      stored.name,
      stored.displayName,
      stored.description,
      stored.isDefault ? 1 : 0,
      JSON.stringify(stored.base),
      now,
      now,
    );
    if (type.createdBy !== undefined) this.#sign(id, type.createdBy, type.createdBy);
    return stored;
  }

  /** Records who changed a type. */
  #sign(id: string, createdBy: string | null, lastUpdatedBy: string): void {
    this.#context.sql.run(
      `INSERT INTO user_type_author (type_id, created_by, last_updated_by) VALUES (?, ?, ?)
       ON CONFLICT (type_id) DO UPDATE SET last_updated_by = excluded.last_updated_by`,
      id,
      createdBy,
      lastUpdatedBy,
    );
  }

  /** Changes what a type is called. */
  rename(
    id: string,
    names: { readonly displayName: string; readonly description: string | null },
    author: string,
  ): UserType | undefined {
    return this.#context.sql.transaction(() => {
      this.#context.sql.run(
        "UPDATE user_type SET display_name = ?, description = ?, last_updated = ? WHERE id = ?",
        names.displayName,
        names.description,
        this.#context.now(),
        id,
      );
      this.#sign(id, null, author);
      return this.get(id);
    });
  }

  /** Removes a type, which nobody may have. */
  delete(id: string): void {
    this.#context.sql.run("DELETE FROM user_type WHERE id = ?", id);
  }

  /** By id, or `default`. */
  get(id: string): UserType | undefined {
    const row =
      id === "default"
        ? this.#context.sql.get(`${SELECT} WHERE is_default = 1`)
        : this.#context.sql.get(`${SELECT} WHERE id = ?`, id);
    return row === undefined ? undefined : readUserType(row);
  }

  /** By the id of its schema, or `default`. */
  getBySchema(schemaId: string): UserType | undefined {
    if (schemaId === "default") return this.get("default");
    const row = this.#context.sql.get(`${SELECT} WHERE schema_id = ?`, schemaId);
    return row === undefined ? undefined : readUserType(row);
  }

  /** The type that people have unless another is given. */
  default(): UserType {
    const type = this.get("default");
    if (type === undefined) throw new Error("the org has no default user type");
    return type;
  }

  list(): UserType[] {
    return this.#context.sql.all(`${SELECT} ORDER BY id`).map(readUserType);
  }

  /** Replaces the attributes of a type; values of attributes that are gone leave the profiles of its users. */
  saveSchema(
    id: string,
    attributes: {
      readonly base: Readonly<Record<string, SchemaAttribute>>;
      readonly custom: Readonly<Record<string, SchemaAttribute>>;
    },
  ): UserType | undefined {
    return this.#context.sql.transaction(() => {
      const before = this.get(id);
      this.#context.sql.run(
        "UPDATE user_type SET base = ?, custom = ?, last_updated = ? WHERE id = ?",
        JSON.stringify(attributes.base),
        JSON.stringify(attributes.custom),
        this.#context.now(),
        id,
      );
      for (const name of Object.keys(before?.custom ?? {})) {
        if (Object.hasOwn(attributes.custom, name)) continue;
        this.#context.sql.run(
          "UPDATE user SET profile = json_remove(profile, ?) WHERE type_id = ?",
          `$."${name}"`,
          id,
        );
      }
      return this.get(id);
    });
  }
}

function readUserType(row: Row): UserType {
  return {
    id: readString(row, "id"),
    schemaId: readString(row, "schema_id"),
    name: readString(row, "name"),
    displayName: readString(row, "display_name"),
    description: readNullableString(row, "description"),
    isDefault: readNumber(row, "is_default") === 1,
    base: JSON.parse(readString(row, "base")),
    custom: JSON.parse(readString(row, "custom")),
    created: readString(row, "created"),
    lastUpdated: readString(row, "last_updated"),
    createdBy: readNullableString(row, "created_by"),
    lastUpdatedBy: readNullableString(row, "last_updated_by"),
  };
}
