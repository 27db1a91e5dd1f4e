import { z } from "zod";
import { appPath } from "./apps.ts";
import { formatQuery, type OktaHttp } from "./okta-http.ts";

/** A person's account in an app (AppUser). `status` and `syncState` keep values that this project does not know yet. */
const appUserSchema = z.looseObject({
  id: z.string(),
  /** The SCIM server's id, once the account was created or matched there. */
  externalId: z.string().nullish(),
  scope: z.string().nullish(),
  status: z.string(),
  /** DISABLED, ERROR, OUT_OF_SYNC, SYNCHRONIZED, SYNCING. */
  syncState: z.string().nullish(),
  lastSync: z.string().nullish(),
  created: z.string().nullish(),
  lastUpdated: z.string().nullish(),
  statusChanged: z.string().nullish(),
  credentials: z.looseObject({ userName: z.string().nullish() }).nullish(),
  profile: z.record(z.string(), z.unknown()).nullish(),
});
export type OktaAppUser = z.infer<typeof appUserSchema>;

/** What is sent to assign a person to an app. */
export interface AppUserAssignment {
  readonly id: string;
  readonly credentials?: { readonly userName: string };
  readonly profile?: Readonly<Record<string, unknown>>;
}

export interface AppUsersApi {
  /** Every person assigned to the app, of all pages (500 a page, Okta's maximum). */
  list(appId: string, signal?: AbortSignal): AsyncIterable<OktaAppUser>;
  find(appId: string, userId: string, signal?: AbortSignal): Promise<OktaAppUser | undefined>;
  /** Assigns the person directly (scope USER). */
  assign(appId: string, assignment: AppUserAssignment, signal?: AbortSignal): Promise<OktaAppUser>;
  /** Takes a direct assignment away; Okta then deactivates the account in the app. Okta sends no mail about it. */
  unassign(appId: string, userId: string, signal?: AbortSignal): Promise<void>;
}

/** Application users: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationUsers/ */
export function createAppUsersApi(http: OktaHttp): AppUsersApi {
  const users = (appId: string): string => `${appPath(appId)}/users`;
  const user = (appId: string, userId: string): string => `${users(appId)}/${encodeURIComponent(userId)}`;
  return {
    list: (appId, signal) =>
      http.list({ path: users(appId) + formatQuery({ limit: 500 }), signal }, appUserSchema),
    find: (appId, userId, signal) =>
      http.find({ method: "GET", path: user(appId, userId), signal }, appUserSchema),
    assign: (appId, assignment, signal) =>
      http.fetch(
        { method: "POST", path: users(appId), body: { scope: "USER", ...assignment }, signal },
        appUserSchema,
      ),
    unassign: (appId, userId, signal) =>
      http.send({ method: "DELETE", path: `${user(appId, userId)}?sendEmail=false`, signal }),
  };
}
