import { z } from "zod";
import { appPath } from "./apps.ts";
import type { OktaHttp } from "./okta-http.ts";

/** An app's provisioning connection. Apps that the API does not serve answer 200 with `UNKNOWN`. The token is never returned. */
const connectionSchema = z.looseObject({
  status: z.string(),
  authScheme: z.string().nullish(),
  baseUrl: z.string().nullish(),
  profile: z.looseObject({ authScheme: z.string().nullish() }).nullish(),
});
export type OktaConnection = z.infer<typeof connectionSchema>;

export interface ConnectionsApi {
  /** `undefined` where the app has none that the API knows (404). */
  find(appId: string, signal?: AbortSignal): Promise<OktaConnection | undefined>;
}

/** Application connections: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationConnections/ */
export function createConnectionsApi(http: OktaHttp): ConnectionsApi {
  return {
    find: (appId, signal) =>
      http.find({ method: "GET", path: `${appPath(appId)}/connections/default`, signal }, connectionSchema),
  };
}
