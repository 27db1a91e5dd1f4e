import { z } from "zod";
import { formatQuery, type OktaHttp } from "./okta-http.ts";
import { type OktaUser, userSchema } from "./users.ts";

/** A group: OKTA_GROUP, APP_GROUP or BUILT_IN. `_embedded.stats` is there where it was asked for. */
const groupSchema = z.looseObject({
  id: z.string(),
  type: z.string().nullish(),
  created: z.string().nullish(),
  lastUpdated: z.string().nullish(),
  lastMembershipUpdated: z.string().nullish(),
  profile: z.looseObject({ name: z.string(), description: z.string().nullish() }),
  _embedded: z
    .looseObject({
      stats: z
        .looseObject({
          usersCount: z.number().nullish(),
          appsCount: z.number().nullish(),
          groupPushMappingsCount: z.number().nullish(),
        })
        .nullish(),
    })
    .nullish(),
});
export type OktaGroup = z.infer<typeof groupSchema>;

export interface GroupsApi {
  find(groupId: string, signal?: AbortSignal): Promise<OktaGroup | undefined>;
  /** Groups of all pages; `query` is starts-with over the name, `filter` e.g. `type eq "OKTA_GROUP"`. */
  list(
    options?: { readonly query?: string; readonly filter?: string; readonly withStatistics?: boolean },
    signal?: AbortSignal,
  ): AsyncIterable<OktaGroup>;
  /** The group with exactly this name, a group of Okta's own before one of an app. */
  findByName(name: string, signal?: AbortSignal): Promise<OktaGroup | undefined>;
  /** Members of all pages (1,000 a page). */
  listMembers(groupId: string, signal?: AbortSignal): AsyncIterable<OktaUser>;
}

/** Groups: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Group/ */
export function createGroupsApi(http: OktaHttp): GroupsApi {
  const list: GroupsApi["list"] = ({ query, filter, withStatistics } = {}, signal) => {
    const expand = withStatistics === true ? "stats" : undefined;
    return http.list(
      { path: `/api/v1/groups${formatQuery({ q: query, filter, expand, limit: 200 })}`, signal },
      groupSchema,
    );
  };
  return {
    list,
    find: (groupId, signal) =>
      http.find(
        { method: "GET", path: `/api/v1/groups/${encodeURIComponent(groupId)}`, signal },
        groupSchema,
      ),
    findByName: async (name, signal) => {
      const found: OktaGroup[] = [];
      for await (const group of list({ query: name }, signal))
        if (group.profile.name === name) found.push(group);
      return found.find((group) => group.type !== "APP_GROUP") ?? found[0];
    },
    listMembers: (groupId, signal) =>
      http.list(
        {
          path: `/api/v1/groups/${encodeURIComponent(groupId)}/users${formatQuery({ limit: 1000 })}`,
          signal,
        },
        userSchema,
      ),
  };
}
