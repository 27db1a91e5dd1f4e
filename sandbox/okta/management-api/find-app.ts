import type { App, LogTarget } from "../store/model.ts";
import { type ApiCall, param } from "./api-call.ts";
import { notFound } from "./okta-error.ts";

/** The app of a call's `appId`. Throws 404. */
export function findApp(call: ApiCall): App {
  const app = findAppInstance(call);
  if (call.store.identityProviders.get(app.id) !== undefined) throw notFound(app.id, "AppInstance");
  return app;
}

/** The app or identity provider of a call's `appId`: both have a schema and mappings. Throws 404. */
export function findAppInstance(call: ApiCall): App {
  const id = param(call, "appId");
  const app = call.store.apps.get(id);
  if (app === undefined) throw notFound(id, "AppInstance");
  return app;
}

/** An app as a System Log target. */
export function appTarget(app: App): LogTarget {
  return { id: app.id, type: "AppInstance", alternateId: app.label, displayName: app.label };
}
