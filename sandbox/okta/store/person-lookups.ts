import type { PersonLookups } from "../../../src/expression/person-functions.ts";
import type { Profile } from "./model.ts";
import { readObject, readString } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";

/** What mappings may ask about a person, read from the database only when they do. */
export function createLookups({ clock, sql }: StoreContext, userId: string): PersonLookups {
  return {
    now: () => clock.now(),
    groups: () =>
      sql
        .all(
          "SELECT id, name FROM okta_group JOIN group_member ON group_id = id WHERE user_id = ? AND type <> 'APP_GROUP' ORDER BY id",
          userId,
        )
        .map((row) => ({ id: readString(row, "id"), name: readString(row, "name") })),
    linkedObject: (name): Profile | null => {
      const row = sql.get(
        `SELECT profile FROM user JOIN linked_object_value ON primary_user_id = id
         WHERE primary_name = ? AND associated_user_id = ?`,
        name,
        userId,
      );
      return row === undefined ? null : readObject(row, "profile");
    },
  };
}
