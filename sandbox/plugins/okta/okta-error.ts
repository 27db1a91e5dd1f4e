import { isJsonObject } from "../protocol/properties.ts";
import type { JsonValue } from "../protocol/property-value.ts";

/** Okta refused a request. The text is worded as the official plugin's SDKs word it. */
export class OktaApiError extends Error {
  readonly code = "SANDBOX_OKTA_API";
  readonly status: number;
  /** Okta's own code, such as E0000007. */
  readonly errorCode: string;
  readonly requestId: string | undefined;

  constructor(status: number, body: JsonValue | undefined, requestId: string | undefined, call: string) {
    const error = isJsonObject(body) ? body : {};
    const summary = String(error["errorSummary"] ?? error["error_description"] ?? `HTTP status ${status}`);
    const causes = Array.isArray(error["errorCauses"]) ? error["errorCauses"] : [];
    const texts = causes
      .filter(isJsonObject)
      .map((cause) => `errorSummary: ${String(cause["errorSummary"])}`);
    const errorCode = String(error["errorCode"] ?? error["error"] ?? "");
    super(
      `the API returned an error: ${summary}${texts.length > 0 ? `. Causes: ${texts.join(", ")}` : ""}` +
        ` (${[call, `HTTP ${status}`, errorCode, requestId && `request ${requestId}`].filter(Boolean).join(", ")})`,
    );
    this.status = status;
    this.errorCode = errorCode;
    this.requestId = requestId;
  }
}

/** The answer, or undefined when Okta says 404: "it is not there" is an answer to a read, not a failure. */
export async function orAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof OktaApiError && error.status === 404) return undefined;
    throw error;
  }
}
