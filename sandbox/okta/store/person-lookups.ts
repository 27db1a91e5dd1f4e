import type { PersonLookups } from "../../../src/expression/person-functions.ts";
import type { App, JsonObject, Profile } from "./model.ts";
import { isObject, readObject, readString } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";

/** `settings.app` of an app, which expressions call `app.<name>`. */
export function readAppSettings(app: App | undefined): JsonObject {
  const settings = app?.settings["app"];
  return isObject(settings) ? settings : {};
}

/** What the mappings of an app may ask about a person and the app, read from the database only when they do. */
export function createLookups({ clock, sql }: StoreContext, userId: string, app: App): PersonLookups {
  return {
    app: () => readAppSettings(app),
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
