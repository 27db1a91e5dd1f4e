import type { OktaLogEvent } from "../../okta/logs.ts";
import { countOf } from "../../text/count-of.ts";
import type { AppSession } from "../app-session.ts";
import { type Check, pass, shorten } from "../check.ts";

export const systemLogCheck: Check = {
  id: "okta.system-log",
  question: "Is Okta's System Log free of provisioning failures since the last update?",
  needs: ["okta.app.status"],
  after: ["okta.people.errors", "okta.push-groups.errors"],
  run: findFailures,
};

async function findFailures(session: AppSession) {
  const { events, since, isCut, request } = await session.shared.failures(session.app.appId);
  const more = isCut ? " or more" : "";
  const exchange = { request, answer: `${events.length}${more} events of this app` };
  if (events.length > 0) {
    const isMended = !(await isAnythingInError(session));
    return {
      outcome: isMended ? ("warn" as const) : ("fail" as const),
      evidence: `${countOf(events.length, "provisioning failure", "provisioning failures")}${more} since ${since}${isMended ? ", and nothing is in ERROR any more" : ""}.`,
      remedy: "Mend what the reason names, then retry the tasks in Okta's console (Dashboard > Tasks).",
      details: shorten(events.map(describeEvent)),
      exchange,
    };
  }
  return pass(`No provisioning failure since ${since}.`, { exchange });
}

/** Whether a failure is still there: a later attempt may have succeeded. */
async function isAnythingInError({ reads, patience }: AppSession): Promise<boolean> {
  const [people, groups] = await Promise.all([
    reads.appUsers(patience.pollMs),
    reads.pushMappings(patience.pollMs),
  ]);
  return (
    people.some(({ syncState }) => syncState === "ERROR") || groups.some(({ status }) => status === "ERROR")
  );
}

function describeEvent(event: OktaLogEvent): string {
  const who = event.target?.find(({ type }) => type !== "AppInstance");
  const name = who?.alternateId ?? who?.displayName;
  const reason = event.outcome?.reason ?? event.displayMessage ?? "no reason given";
  return `${event.published} ${event.eventType}${name == null ? "" : ` ${name}`}: ${reason}`;
}
