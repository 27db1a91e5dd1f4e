import { randomBytes } from "node:crypto";
import { type Answer, answerJson } from "../http.ts";

/** An error answer of the Management API, with Okta's code and texts. */
export class OktaApiError extends Error {
  readonly code: string;
  readonly remedy = "See https://developer.okta.com/docs/reference/error-codes/.";
  readonly status: number;
  readonly causes: readonly string[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    summary: string,
    causes: readonly string[] = [],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(summary);
    this.name = "OktaApiError";
    this.status = status;
    this.code = code;
    this.causes = causes;
    this.headers = headers;
  }
}

/** 400 E0000001. `subject` is the object or field that Okta names in the summary. */
export function invalid(subject: string, ...causes: string[]): OktaApiError {
  return new OktaApiError(400, "E0000001", `Api validation failed: ${subject}`, causes);
}

/** 400 E0000001 for a field that may not be empty. */
export function blankField(field: string): OktaApiError {
  return invalid(field, `${field}: The field cannot be left blank`);
}

/** 400 E0000001 for a value that another object has already. */
export function duplicateField(field: string): OktaApiError {
  return invalid(field, `${field}: An object with this field already exists in the current organization`);
}

/** 404 E0000007 with the kind of object that Okta names in brackets. */
export function notFound(id: string, kind: string): OktaApiError {
  return new OktaApiError(404, "E0000007", `Not found: Resource not found: ${id} (${kind})`);
}

/** 403 E0000006. */
export function forbidden(): OktaApiError {
  return new OktaApiError(403, "E0000006", "You do not have permission to perform the requested action");
}

/** 403 E0000038. */
export function wrongUserStatus(): OktaApiError {
  return new OktaApiError(403, "E0000038", "This operation is not allowed in the user's current status.");
}

/** 401 E0000011. */
export function invalidToken(): OktaApiError {
  return new OktaApiError(401, "E0000011", "Invalid token provided");
}

/** 501: the emulated org does not do this, and says so instead of making an answer up. */
export function notEmulated(what: string): OktaApiError {
  return new OktaApiError(501, "E0000060", "Unsupported operation.", [
    `The emulated org does not emulate ${what}. docs/sandbox.md lists what it does.`,
  ]);
}

/** The answer that carries an error. */
export function answerError(error: OktaApiError): Answer {
  return answerJson(
    error.status,
    {
      errorCode: error.code,
      errorSummary: error.message,
      errorLink: error.code,
      errorId: `oae${randomBytes(16).toString("base64url")}`,
      errorCauses: error.causes.map((errorSummary) => ({ errorSummary })),
    },
    error.headers,
  );
}
