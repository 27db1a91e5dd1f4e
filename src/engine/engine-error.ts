/** A failure around the Pulumi engine, with what to do about it. */
export class EngineError extends Error {
  readonly code: EngineErrorCode;
  readonly remedy: string;

  constructor(code: EngineErrorCode, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "EngineError";
    this.code = code;
    this.remedy = remedy;
  }
}

export type EngineErrorCode =
  /** No engine on this machine, and none can be had. */
  | "ENGINE_NOT_FOUND"
  /** The engine refused or failed an operation. */
  | "ENGINE_OPERATION_FAILED"
  /** The Okta org stopped answering in the middle of an operation. */
  | "ENGINE_ORG_UNREACHABLE"
  /** The backend or the secrets of the stack ask for something that is not set. */
  | "ENGINE_ACCESS_MISSING"
  /** Another update of the same stack is running, here or elsewhere. */
  | "ENGINE_STACK_LOCKED"
  /** The user stopped the operation. */
  | "ENGINE_INTERRUPTED"
  /** A plugin did not start. */
  | "ENGINE_PLUGIN_FAILED"
  /** The project's Pulumi files can't be read. */
  | "ENGINE_PROJECT_INVALID";
