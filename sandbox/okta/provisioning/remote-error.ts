import {
  ScimAnswerError,
  type ScimClientError,
  ScimResponseError,
  ScimTransportError,
} from "../../../src/scim/scim-errors.ts";

/**
 * What Okta shows of a failed SCIM call: "<HTTP reason>. Errors reported by remote server: <detail>", and for a body that is
 * no JSON the parser's complaint, which hides the cause.
 */
export function describeRemoteError(error: ScimClientError): string {
  if (error instanceof ScimResponseError) {
    const reported = error.detail ?? (error.notJson === undefined ? undefined : invalidJson(error.notJson));
    return reported === undefined
      ? error.reason
      : `${error.reason}. Errors reported by remote server: ${reported}`;
  }
  if (error instanceof ScimAnswerError) {
    // As captured from a real org.
    const isNewUser = error.call.method === "POST" && error.call.url.endsWith("/Users");
    if (isNewUser && error.excerpt === "") return "Create new user returned empty user.";
    return error.notJson
      ? invalidJson(error.excerpt)
      : `Invalid response from remote server: ${error.message}`;
  }
  if (error instanceof ScimTransportError && error.code === "SCIM_TIMEOUT") return "Read timed out";
  if (error instanceof ScimTransportError && error.code === "SCIM_REFUSED") {
    return "Connect failed: Connection refused (Connection refused)";
  }
  return error.message;
}

function invalidJson(body: string): string {
  const word = /^\s*([\p{L}\p{N}_$]+|\S)/u.exec(body)?.[1] ?? "";
  return `Invalid JSON: Unrecognized token '${word}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`;
}
