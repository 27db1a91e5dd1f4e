/** What a caller was doing when a SCIM call failed. The URL never holds credentials. */
export interface ScimCall {
  readonly method: string;
  readonly url: string;
}

/** Stable codes of failed SCIM calls; documentation and scripts refer to them. */
export type ScimErrorCode =
  | "SCIM_RESPONSE"
  | "SCIM_ANSWER_INVALID"
  | "SCIM_TIMEOUT"
  | "SCIM_REFUSED"
  | "SCIM_UNREACHABLE";

/** Base of every failure of {@link ScimClient}: a stable code, a sentence for people, and what to do about it. */
export class ScimClientError extends Error {
  readonly code: ScimErrorCode;
  readonly remedy: string;
  readonly call: ScimCall;

  constructor(code: ScimErrorCode, message: string, remedy: string, call: ScimCall) {
    super(message);
    this.name = new.target.name;
    this.code = code;
    this.remedy = remedy;
    this.call = call;
  }
}

/** The server answered with a status outside 2xx (RFC 7644 section 3.12). */
export class ScimResponseError extends ScimClientError {
  readonly status: number;
  /** The reason phrase that belongs to the status, such as "Bad Request". */
  readonly reason: string;
  readonly scimType: string | undefined;
  /** `detail` of the error body; undefined when the body was not a SCIM error. */
  readonly detail: string | undefined;
  /** The `Retry-After` header as sent. */
  readonly retryAfter: string | undefined;
  /** The first characters of a body that was no JSON; such a body hides the cause from Okta. */
  readonly notJson: string | undefined;

  constructor(
    call: ScimCall,
    answer: {
      readonly status: number;
      readonly reason: string;
      readonly scimType?: string | undefined;
      readonly detail?: string | undefined;
      readonly retryAfter?: string | undefined;
      readonly notJson?: string | undefined;
    },
  ) {
    const detail = answer.detail === undefined ? "" : `: ${answer.detail}`;
    super(
      "SCIM_RESPONSE",
      `${call.method} ${call.url} answered ${answer.status} ${answer.reason}${detail}`,
      remedyForStatus(answer.status),
      call,
    );
    this.status = answer.status;
    this.reason = answer.reason;
    this.scimType = answer.scimType;
    this.detail = answer.detail;
    this.retryAfter = answer.retryAfter;
    this.notJson = answer.notJson;
  }
}

/** The server answered 2xx with something that is not the SCIM message asked for. */
export class ScimAnswerError extends ScimClientError {
  readonly status: number;
  /** True when the body was not JSON at all. */
  readonly notJson: boolean;
  /** The first characters of the body. */
  readonly excerpt: string;

  constructor(call: ScimCall, status: number, problem: string, excerpt: string, notJson: boolean) {
    super(
      "SCIM_ANSWER_INVALID",
      `${call.method} ${call.url} answered ${status}, but ${problem}`,
      "Check that the base URL is the SCIM root (usually ending in /scim/v2) and that no proxy or login page answers in its place.",
      call,
    );
    this.status = status;
    this.notJson = notJson;
    this.excerpt = excerpt;
  }
}

/** No answer arrived: refused, unreachable, reset, or slower than the timeout. */
export class ScimTransportError extends ScimClientError {
  /** The system's code of the cause, such as `ECONNREFUSED`; undefined for a timeout. */
  readonly systemCode: string | undefined;

  constructor(
    code: "SCIM_TIMEOUT" | "SCIM_REFUSED" | "SCIM_UNREACHABLE",
    call: ScimCall,
    problem: string,
    systemCode?: string,
  ) {
    super(
      code,
      `${call.method} ${call.url} got no answer: ${problem}`,
      code === "SCIM_TIMEOUT"
        ? "The server must answer within the time limit (Okta allows 60 seconds): look at its load and its storage."
        : "Check that the SCIM server runs and that host, port, DNS and TLS of the base URL are right.",
      call,
    );
    this.systemCode = systemCode;
  }
}

function remedyForStatus(status: number): string {
  if (status === 401 || status === 403) {
    return "Check the credential: with header authentication the value is sent as typed, so a bearer token needs its `Bearer ` prefix.";
  }
  if (status === 404)
    return "Check the base URL and, for a single resource, that it still exists on the server.";
  if (status === 409)
    return "A resource with that unique value exists already: match it instead of creating it.";
  if (status === 429) return "The server limits the rate: wait as `Retry-After` says and try again.";
  if (status >= 500) return "The server failed: its log, found by the request id, tells why.";
  return "The server refused the request: its `detail` tells what to change.";
}
