import { z } from "zod";
import { formatQuery, type OktaHttp } from "./okta-http.ts";

/** A rule that puts people into groups by an expression. */
const groupRuleSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  /** ACTIVE, INACTIVE, INVALID. */
  status: z.string(),
  conditions: z
    .looseObject({
      expression: z.looseObject({ value: z.string(), type: z.string().nullish() }).nullish(),
      people: z
        .looseObject({
          users: z.looseObject({ exclude: z.array(z.string()).nullish() }).nullish(),
          groups: z.looseObject({ exclude: z.array(z.string()).nullish() }).nullish(),
        })
        .nullish(),
    })
    .nullish(),
  actions: z
    .looseObject({
      assignUserToGroups: z.looseObject({ groupIds: z.array(z.string()).nullish() }).nullish(),
    })
    .nullish(),
});
export type OktaGroupRule = z.infer<typeof groupRuleSchema>;

export interface GroupRulesApi {
  list(signal?: AbortSignal): AsyncIterable<OktaGroupRule>;
}

/** Group rules: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/GroupRule/ */
export function createGroupRulesApi(http: OktaHttp): GroupRulesApi {
  return {
    list: (signal) =>
      http.list({ path: `/api/v1/groups/rules${formatQuery({ limit: 200 })}`, signal }, groupRuleSchema),
  };
}
