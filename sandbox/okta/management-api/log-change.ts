import type { LogTarget } from "../store/model.ts";
import type { ApiCall } from "./api-call.ts";

/** Writes a successful change by the caller into the System Log. */
export function logChange(
  call: ApiCall,
  eventType: string,
  displayMessage: string,
  target: readonly LogTarget[],
): void {
  call.store.log.append({
    eventType,
    displayMessage,
    target,
    actor: call.caller.actor,
    debugData: { requestUri: call.request.path },
  });
}
