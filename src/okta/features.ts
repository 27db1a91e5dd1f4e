import { z } from "zod";
import { appPath } from "./apps.ts";
import { OktaApiError } from "./okta-error.ts";
import type { OktaHttp } from "./okta-http.ts";

const toggle = z.looseObject({ status: z.string().nullish() }).nullish();

/** The feature USER_PROVISIONING of an app: what Okta does in the app. */
const userProvisioningSchema = z.looseObject({
  name: z.string(),
  status: z.string(),
  capabilities: z
    .looseObject({
      create: z.looseObject({ lifecycleCreate: toggle }).nullish(),
      update: z
        .looseObject({
          lifecycleDeactivate: toggle,
          profile: toggle,
          password: z
            .looseObject({
              status: z.string().nullish(),
              seed: z.string().nullish(),
              change: z.string().nullish(),
            })
            .nullish(),
        })
        .nullish(),
    })
    .nullish(),
});
export type OktaUserProvisioning = z.infer<typeof userProvisioningSchema>;

export interface FeaturesApi {
  /** `undefined` where the app has no provisioning, or none that the API serves (400 E0000001, 404). */
  findUserProvisioning(appId: string, signal?: AbortSignal): Promise<OktaUserProvisioning | undefined>;
}

/** Application features: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationFeatures/ */
export function createFeaturesApi(http: OktaHttp): FeaturesApi {
  return {
    findUserProvisioning: async (appId, signal) => {
      const path = `${appPath(appId)}/features/USER_PROVISIONING`;
      try {
        return await http.find({ method: "GET", path, signal }, userProvisioningSchema);
      } catch (error) {
        if (error instanceof OktaApiError && error.status === 400 && error.errorCode === "E0000001")
          return undefined;
        throw error;
      }
    },
  };
}
