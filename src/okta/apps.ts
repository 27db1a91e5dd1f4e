import { z } from "zod";
import { formatQuery, type OktaHttp } from "./okta-http.ts";

/** An application as `GET /api/v1/apps/{id}` returns it, as far as this project reads it; other members are kept. */
const appSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  label: z.string(),
  status: z.string(),
  signOnMode: z.string().nullish(),
  created: z.string().nullish(),
  lastUpdated: z.string().nullish(),
  features: z.array(z.string()).nullish(),
  credentials: z
    .looseObject({
      userNameTemplate: z
        .looseObject({
          template: z.string().nullish(),
          type: z.string().nullish(),
          pushStatus: z.string().nullish(),
        })
        .nullish(),
    })
    .nullish(),
});
export type OktaApp = z.infer<typeof appSchema>;

export interface AppsApi {
  get(appId: string, signal?: AbortSignal): Promise<OktaApp>;
  /** `undefined` where the app does not exist. */
  find(appId: string, signal?: AbortSignal): Promise<OktaApp | undefined>;
  /** Apps of all pages; `query` is Okta's starts-with search over name and label, `filter` e.g. `status eq "ACTIVE"`. */
  list(
    options?: { readonly query?: string; readonly filter?: string },
    signal?: AbortSignal,
  ): AsyncIterable<OktaApp>;
}

/** Applications: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/ */
export function createAppsApi(http: OktaHttp): AppsApi {
  return {
    get: (appId, signal) => http.fetch({ method: "GET", path: appPath(appId), signal }, appSchema),
    find: (appId, signal) => http.find({ method: "GET", path: appPath(appId), signal }, appSchema),
    list: ({ query, filter } = {}, signal) =>
      http.list({ path: `/api/v1/apps${formatQuery({ q: query, filter, limit: 200 })}`, signal }, appSchema),
  };
}

/** `/api/v1/apps/{appId}`: where everything of an app is found. */
export function appPath(appId: string): string {
  return `/api/v1/apps/${encodeURIComponent(appId)}`;
}
