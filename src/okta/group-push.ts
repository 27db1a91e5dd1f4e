import { z } from "zod";
import { appPath } from "./apps.ts";
import { formatQuery, type OktaHttp } from "./okta-http.ts";

/** A group push mapping. `errorSummary` and `lastPush` are what the Pulumi provider throws away. */
const groupPushMappingSchema = z.looseObject({
  id: z.string(),
  sourceGroupId: z.string(),
  targetGroupId: z.string().nullish(),
  /** ACTIVE, INACTIVE, ERROR. */
  status: z.string(),
  errorSummary: z.string().nullish(),
  lastPush: z.string().nullish(),
  created: z.string().nullish(),
  lastUpdated: z.string().nullish(),
});
export type OktaGroupPushMapping = z.infer<typeof groupPushMappingSchema>;

export interface GroupPushApi {
  list(
    appId: string,
    options?: { readonly sourceGroupId?: string },
    signal?: AbortSignal,
  ): AsyncIterable<OktaGroupPushMapping>;
}

/** Group push mappings: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/GroupPushMapping/ */
export function createGroupPushApi(http: OktaHttp): GroupPushApi {
  return {
    list: (appId, { sourceGroupId } = {}, signal) =>
      http.list(
        {
          path: `${appPath(appId)}/group-push/mappings${formatQuery({ sourceGroupId, limit: 1000 })}`,
          signal,
        },
        groupPushMappingSchema,
      ),
  };
}
