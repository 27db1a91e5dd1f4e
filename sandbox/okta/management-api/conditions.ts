import { z } from "zod";
import { parseJson } from "../../../src/spec/json-value.ts";
import { type Answer, answerJson, type RouteGroup, readText } from "../http.ts";
import type { RateLimits } from "./rate-limits.ts";

const conditionsBody = z.strictObject({
  connections: z.enum(["as-configured", "unknown"]).optional(),
  selfService: z.enum(["as-configured", "allowed", "refused"]).optional(),
  exhaust: z.array(z.string().startsWith("/")).optional(),
});

/** Conditions of the Management API that tests and the control page set. In memory: a restarted org has none. */
export class ApiConditions {
  /** `unknown`: the connections API answers UNKNOWN for every app, as Okta does for apps that it does not serve. */
  connections: "as-configured" | "unknown" = "as-configured";
  /** Whether apps may be opened to people who assign themselves, other than org.yaml says. */
  selfService: "as-configured" | "allowed" | "refused" = "as-configured";
  readonly rateLimits: RateLimits;

  constructor(rateLimits: RateLimits) {
    this.rateLimits = rateLimits;
  }
}

/**
 * `GET|PUT /sandbox/management-api`: shows and sets the conditions; `exhaust` lists paths whose rate-limit buckets are used up
 * until their minute is over.
 */
export function createConditionsRoutes(conditions: ApiConditions): RouteGroup {
  return async (request): Promise<Answer | undefined> => {
    if (request.path !== "/sandbox/management-api") return undefined;
    if (request.method === "PUT") {
      const result = conditionsBody.safeParse(parseJson(readText(request)));
      if (!result.success) return answerJson(400, { ok: false, error: z.prettifyError(result.error) });
      conditions.connections = result.data.connections ?? conditions.connections;
      conditions.selfService = result.data.selfService ?? conditions.selfService;
      for (const path of result.data.exhaust ?? []) conditions.rateLimits.exhaust(path);
    }
    const { connections, selfService } = conditions;
    return answerJson(200, { connections, selfService });
  };
}
