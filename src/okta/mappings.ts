import { z } from "zod";
import { OktaApiError } from "./okta-error.ts";
import { formatQuery, type OktaHttp } from "./okta-http.ts";

const sideSchema = z.looseObject({ id: z.string(), name: z.string().nullish(), type: z.string().nullish() });
const mappingPropertySchema = z.looseObject({ expression: z.string(), pushStatus: z.string().nullish() });

/** A profile mapping; only the single read has `properties`. */
const mappingSchema = z.looseObject({
  id: z.string(),
  source: sideSchema,
  target: sideSchema,
  properties: z.record(z.string(), mappingPropertySchema).nullish(),
});
export type OktaMapping = z.infer<typeof mappingSchema>;

export interface MappingsApi {
  /** Mappings of all pages, without their properties. */
  list(
    options?: { readonly sourceId?: string; readonly targetId?: string },
    signal?: AbortSignal,
  ): AsyncIterable<OktaMapping>;
  /** The mapping from Okta's user to the app's user, with its properties; `undefined` where the app has none. */
  findUserToApp(appId: string, signal?: AbortSignal): Promise<OktaMapping | undefined>;
}

/** Profile mappings: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ProfileMapping/ */
export function createMappingsApi(http: OktaHttp): MappingsApi {
  const list: MappingsApi["list"] = ({ sourceId, targetId } = {}, signal) =>
    http.list(
      { path: `/api/v1/mappings${formatQuery({ sourceId, targetId, limit: 200 })}`, signal },
      mappingSchema,
    );
  return {
    list,
    findUserToApp: async (appId, signal) => {
      try {
        for await (const { id, source, target } of list({ targetId: appId }, signal)) {
          if (target.id !== appId || source.type !== "user") continue;
          const single = `/api/v1/mappings/${encodeURIComponent(id)}`;
          return await http.fetch({ method: "GET", path: single, signal }, mappingSchema);
        }
      } catch (error) {
        if (!isInvalidId(error)) throw error;
      }
      return undefined;
    },
  };
}

/** For the id of an app that is gone Okta does not answer an empty list: "Invalid source or target id". */
function isInvalidId(error: unknown): boolean {
  return error instanceof OktaApiError && error.status === 400 && error.errorCode === "E0000002";
}
