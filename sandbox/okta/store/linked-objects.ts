import type { JsonObject } from "./model.ts";
import { readObject, readString } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";

/** A relationship between two people, such as manager and subordinate, with a name for each direction. */
export interface LinkedObject {
  readonly primaryName: string;
  readonly associatedName: string;
  /** `primary` and `associated` as the API takes and shows them. */
  readonly document: JsonObject;
}

/** Linked objects: relationships, and the people who have them. */
export class LinkedObjects {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  define(definition: LinkedObject): void {
    this.#context.sql.run(
      "INSERT INTO linked_object (primary_name, associated_name, document) VALUES (?, ?, ?)",
      definition.primaryName,
      definition.associatedName,
      JSON.stringify(definition.document),
    );
  }

  /** The relationship that has this name in either direction. */
  find(name: string): LinkedObject | undefined {
    return this.list().find(
      ({ primaryName, associatedName }) => name === primaryName || name === associatedName,
    );
  }

  list(): LinkedObject[] {
    return this.#context.sql.all("SELECT * FROM linked_object ORDER BY primary_name").map((row) => ({
      primaryName: readString(row, "primary_name"),
      associatedName: readString(row, "associated_name"),
      document: readObject(row, "document"),
    }));
  }

  delete(primaryName: string): void {
    this.#context.sql.run("DELETE FROM linked_object WHERE primary_name = ?", primaryName);
  }

  /** Links somebody to their primary (one for each relationship; another one takes its place). */
  link(primaryName: string, associatedUserId: string, primaryUserId: string): void {
    this.#context.sql.run(
      `INSERT INTO linked_object_value (primary_name, associated_user_id, primary_user_id) VALUES (?, ?, ?)
       ON CONFLICT (primary_name, associated_user_id) DO UPDATE SET primary_user_id = excluded.primary_user_id`,
      primaryName,
      associatedUserId,
      primaryUserId,
    );
  }

  unlink(primaryName: string, associatedUserId: string): void {
    this.#context.sql.run(
      "DELETE FROM linked_object_value WHERE primary_name = ? AND associated_user_id = ?",
      primaryName,
      associatedUserId,
    );
  }

  /** Ids of those at the other end: a person's primary by the primary name, their associates by the associated name. */
  related(userId: string, name: string): string[] {
    const definition = this.find(name);
    if (definition === undefined) return [];
    const [wanted, own] =
      name === definition.primaryName
        ? ["primary_user_id", "associated_user_id"]
        : ["associated_user_id", "primary_user_id"];
    return this.#context.sql
      .all(
        `SELECT ${wanted} AS id FROM linked_object_value WHERE primary_name = ? AND ${own} = ? ORDER BY id`,
        definition.primaryName,
        userId,
      )
      .map((row) => readString(row, "id"));
  }
}
