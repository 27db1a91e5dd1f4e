import { entryOf } from "../catalog/catalog.ts";
import type { App, Profile } from "../store/model.ts";
import type { ApiCall } from "./api-call.ts";
import { invalid } from "./okta-error.ts";

/** Refuses values of attributes that the app-user schema has not. */
export function checkAppUserProfile(call: ApiCall, app: App, values: Profile): void {
  const schema = call.store.schemas.get(app.id);
  const unknown = Object.keys(values).filter(
    (name) => !Object.hasOwn(schema?.base ?? {}, name) && !Object.hasOwn(schema?.custom ?? {}, name),
  );
  if (unknown.length === 0) return;
  throw invalid("profile", ...unknown.map((name) => `Property name '${name}' is not defined in profile`));
}

/** As `checkAppUserProfile` for a group's assignment, which may hold anything where the app is not provisioned (a bookmark). */
export function checkAppGroupProfile(call: ApiCall, app: App, values: Profile): void {
  if (entryOf(app)?.schema !== "userName") checkAppUserProfile(call, app, values);
}
