import { z } from "zod";
import { formatQuery, type OktaHttp } from "./okta-http.ts";

/** A person in Okta. */
export const userSchema = z.looseObject({
  id: z.string(),
  /** STAGED, PROVISIONED, ACTIVE, RECOVERY, PASSWORD_EXPIRED, LOCKED_OUT, SUSPENDED, DEPROVISIONED. */
  status: z.string(),
  created: z.string().nullish(),
  lastUpdated: z.string().nullish(),
  profile: z.looseObject({
    login: z.string(),
    email: z.string().nullish(),
    firstName: z.string().nullish(),
    lastName: z.string().nullish(),
  }),
});
export type OktaUser = z.infer<typeof userSchema>;

export interface UsersApi {
  /** By id or login; `undefined` where there is no such person. */
  find(idOrLogin: string, signal?: AbortSignal): Promise<OktaUser | undefined>;
  /** People of all pages; `search` is a SCIM-like expression, e.g. `profile.department eq "Finance"`. */
  list(
    options?: { readonly search?: string; readonly filter?: string },
    signal?: AbortSignal,
  ): AsyncIterable<OktaUser>;
  /** Sets profile values and leaves the others (POST, Okta's partial update). */
  updateProfile(
    userId: string,
    profile: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): Promise<OktaUser>;
}

/** Users: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/ */
export function createUsersApi(http: OktaHttp): UsersApi {
  const user = (id: string): string => `/api/v1/users/${encodeURIComponent(id)}`;
  return {
    find: (idOrLogin, signal) => http.find({ method: "GET", path: user(idOrLogin), signal }, userSchema),
    list: ({ search, filter } = {}, signal) =>
      http.list({ path: `/api/v1/users${formatQuery({ search, filter, limit: 200 })}`, signal }, userSchema),
    updateProfile: (userId, profile, signal) =>
      http.fetch({ method: "POST", path: user(userId), body: { profile }, signal }, userSchema),
  };
}
