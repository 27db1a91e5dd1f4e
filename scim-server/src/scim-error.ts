/** The detail error keywords of RFC 7644 section 3.12 and RFC 9865 section 2.1. */
export type ScimType =
  | "invalidFilter"
  | "tooMany"
  | "uniqueness"
  | "mutability"
  | "invalidSyntax"
  | "invalidPath"
  | "noTarget"
  | "invalidValue"
  | "invalidVers"
  | "sensitive"
  | "invalidCursor"
  | "expiredCursor"
  | "invalidCount";

const errorSchema = "urn:ietf:params:scim:api:messages:2.0:Error";

/** An answer of RFC 7644 section 3.12. `detail` is a sentence Okta shows to its administrators. */
export class ScimError extends Error {
  readonly status: number;
  readonly scimType: ScimType | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    detail: string,
    scimType?: ScimType,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.name = "ScimError";
    this.status = status;
    this.scimType = scimType;
    this.headers = headers;
  }

  /** The JSON text of the error body; `status` is a string there, as the RFC demands. */
  toBody(): string {
    return JSON.stringify({
      schemas: [errorSchema],
      ...(this.scimType === undefined ? {} : { scimType: this.scimType }),
      detail: this.message,
      status: String(this.status),
    });
  }

  static invalidSyntax(detail: string): ScimError {
    return new ScimError(400, detail, "invalidSyntax");
  }

  static invalidValue(detail: string): ScimError {
    return new ScimError(400, detail, "invalidValue");
  }

  static invalidFilter(detail: string): ScimError {
    return new ScimError(400, detail, "invalidFilter");
  }

  static invalidPath(detail: string): ScimError {
    return new ScimError(400, detail, "invalidPath");
  }

  static noTarget(detail: string): ScimError {
    return new ScimError(400, detail, "noTarget");
  }

  static mutability(detail: string): ScimError {
    return new ScimError(400, detail, "mutability");
  }

  static uniqueness(detail: string): ScimError {
    return new ScimError(409, detail, "uniqueness");
  }

  static notFound(detail: string): ScimError {
    return new ScimError(404, detail);
  }

  static preconditionFailed(): ScimError {
    return new ScimError(412, "The resource has changed since the version named in If-Match.");
  }
}
