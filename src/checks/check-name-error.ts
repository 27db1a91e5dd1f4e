import { findNearestWords } from "../spec/nearest-word.ts";

/** Somebody asked for a check that there is not: running nothing would look as if all was well. */
export class CheckNameError extends Error {
  readonly code = "CHECK_NAME_INVALID";
  readonly remedy: string;

  constructor(name: string, ids: readonly string[]) {
    super(`No check is named ${name}, or begins so.`);
    this.name = "CheckNameError";
    const near = findNearestWords(name, ids, 3);
    this.remedy = `${near.length === 0 ? "Choose" : `Did you mean ${near.join(", ")}? Otherwise choose`} from docs/troubleshooting.md, by id or its beginning: server., okta., loop.`;
  }
}
