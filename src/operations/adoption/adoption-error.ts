/** An app of the org can't be written down as a spec, or not found by what was given. */
export class AdoptionError extends Error {
  readonly code: AdoptionErrorCode;
  readonly remedy: string;

  constructor(code: AdoptionErrorCode, message: string, remedy: string) {
    super(message);
    this.name = "AdoptionError";
    this.code = code;
    this.remedy = remedy;
  }
}

/** Those that end in MISSING or BAD_INPUT end a command with exit code 2. */
type AdoptionErrorCode =
  | "ADOPT_APP_MISSING"
  | "ADOPT_APP_AMBIGUOUS_BAD_INPUT"
  | "ADOPT_NAME_BAD_INPUT"
  | "ADOPT_ADDRESS_BAD_INPUT"
  | "ADOPT_KNOWN_BAD_INPUT"
  | "ADOPT_FILE_BAD_INPUT"
  | "ADOPT_SIGN_ON_UNSUPPORTED";
