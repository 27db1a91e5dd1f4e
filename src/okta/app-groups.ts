import { z } from "zod";
import { appPath } from "./apps.ts";
import { formatQuery, type OktaHttp } from "./okta-http.ts";

/** A group assigned to an app; `id` is the group's. */
const appGroupSchema = z.looseObject({
  id: z.string(),
  priority: z.number().nullish(),
  lastUpdated: z.string().nullish(),
  profile: z.record(z.string(), z.unknown()).nullish(),
});
export type OktaAppGroup = z.infer<typeof appGroupSchema>;

export interface AppGroupsApi {
  list(appId: string, signal?: AbortSignal): AsyncIterable<OktaAppGroup>;
}

/** Application groups: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationGroups/ */
export function createAppGroupsApi(http: OktaHttp): AppGroupsApi {
  return {
    list: (appId, signal) =>
      http.list({ path: `${appPath(appId)}/groups${formatQuery({ limit: 200 })}`, signal }, appGroupSchema),
  };
}
