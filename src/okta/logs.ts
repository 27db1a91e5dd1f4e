import { z } from "zod";
import { formatQuery, type OktaHttp } from "./okta-http.ts";

const targetSchema = z.looseObject({
  id: z.string().nullish(),
  type: z.string().nullish(),
  alternateId: z.string().nullish(),
  displayName: z.string().nullish(),
});

/** An event of the System Log. */
const logEventSchema = z.looseObject({
  uuid: z.string(),
  published: z.string(),
  eventType: z.string(),
  displayMessage: z.string().nullish(),
  severity: z.string().nullish(),
  outcome: z.looseObject({ result: z.string().nullish(), reason: z.string().nullish() }).nullish(),
  target: z.array(targetSchema).nullish(),
});
export type OktaLogEvent = z.infer<typeof logEventSchema>;

export interface LogQuery {
  /** ISO 8601. Both bounds given makes Okta answer a finite list instead of one that is polled for ever. */
  readonly since: string;
  readonly until: string;
  /** A SCIM filter, e.g. `eventType sw "application.provision" and target.id eq "0oa…"`. */
  readonly filter?: string;
}

export interface LogsApi {
  list(query: LogQuery, signal?: AbortSignal): AsyncIterable<OktaLogEvent>;
}

/** System Log: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/ */
export function createLogsApi(http: OktaHttp): LogsApi {
  return {
    list: ({ since, until, filter }, signal) =>
      http.list(
        {
          path: `/api/v1/logs${formatQuery({ since, until, filter, sortOrder: "ASCENDING", limit: 1000 })}`,
          signal,
        },
        logEventSchema,
      ),
  };
}
