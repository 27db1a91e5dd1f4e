import { findOktaRemedy } from "./okta-remedies.ts";

/** Base of every failure of the Okta client: a stable code, a sentence for people and what to do. */
export class OktaError extends Error {
  readonly code: string;
  readonly remedy: string;
  /** `GET /api/v1/apps/0oa…`: method and path, never a credential; `undefined` where no request was made. */
  readonly request: string | undefined;

  constructor(
    code: string,
    message: string,
    remedy: string,
    options?: ErrorOptions & { readonly request?: string },
  ) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.remedy = remedy;
    this.request = options?.request;
  }
}

/** What Okta says of a refused request (https://developer.okta.com/docs/reference/error-codes/). */
export interface OktaErrorDetails {
  /** `GET /api/v1/apps/0oa…`: method and path, never a credential. */
  readonly request: string;
  /** HTTP status. */
  readonly status: number;
  /** `E0000007`; undefined where the body is not Okta's (a proxy, a gateway). */
  readonly errorCode?: string;
  readonly errorSummary?: string;
  readonly errorCauses?: readonly string[];
  /** `X-Okta-Request-Id`: what Okta's support asks for. */
  readonly requestId?: string;
  /** The scopes or the problem that `WWW-Authenticate` names. */
  readonly challenge?: string;
}

/** Okta answered, and refused. `code` is `OKTA_<errorCode>`, or `OKTA_HTTP_<status>` where the body has none. */
export class OktaApiError extends OktaError {
  readonly status: number;
  readonly errorCode: string | undefined;
  readonly errorSummary: string | undefined;
  readonly errorCauses: readonly string[];
  readonly requestId: string | undefined;

  constructor(details: OktaErrorDetails) {
    super(
      details.errorCode === undefined ? `OKTA_HTTP_${details.status}` : `OKTA_${details.errorCode}`,
      describeRefusal(details),
      findOktaRemedy(details),
      { request: details.request },
    );
    this.status = details.status;
    this.errorCode = details.errorCode;
    this.errorSummary = details.errorSummary;
    this.errorCauses = details.errorCauses ?? [];
    this.requestId = details.requestId;
  }
}

/** No answer came from the org: name, network, TLS or time. Commands end with exit code 3 (unreachable). */
export class OktaUnreachableError extends OktaError {
  readonly exitCode = 3;

  constructor(request: string, reason: string, options?: ErrorOptions) {
    super(
      "OKTA_UNREACHABLE",
      `Okta did not answer ${request}: ${reason}`,
      "Check the org's URL, the network and a proxy in between; Okta's state is on status.okta.com. For the sandbox: npx okta-scim sandbox status.",
      { ...options, request },
    );
  }
}

/** Okta answered with something that the API does not document. */
export class OktaAnswerError extends OktaError {
  constructor(request: string, problem: string) {
    super(
      "OKTA_ANSWER_INVALID",
      `Okta's answer to ${request} is not what its API documents: ${problem}`,
      "Check that the org's URL is that of an Okta org and that no proxy changes its answers.",
      { request },
    );
  }
}

/** No access token could be had for a service app. */
export class OktaTokenError extends OktaError {}

/** The budget of API calls that the caller gave is used up. */
export class OktaBudgetError extends OktaError {
  constructor(budget: number) {
    super(
      "OKTA_BUDGET_SPENT",
      `The budget of ${budget} Okta API calls is used up.`,
      "Raise the budget, or accept estimates instead of exact counts.",
    );
  }
}

function describeRefusal(details: OktaErrorDetails): string {
  const said = [details.errorCode, details.errorSummary].filter((part) => part !== undefined).join(": ");
  const causes = details.errorCauses ?? [];
  const because = causes.length === 0 ? "" : ` (${causes.join("; ")})`;
  const id = details.requestId === undefined ? "" : ` [request ${details.requestId}]`;
  return `Okta refused ${details.request} with ${details.status}${said === "" ? "" : ` ${said}`}${because}${id}`;
}
