/** A service that the CLI starts, stops or talks to did not do as asked. */
export class ServiceError extends Error {
  readonly code: string;
  readonly remedy: string;

  constructor(code: string, message: string, remedy: string) {
    super(message);
    this.name = "ServiceError";
    this.code = code;
    this.remedy = remedy;
  }
}
