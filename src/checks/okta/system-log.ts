import type { OktaLogEvent } from "../../okta/logs.ts";
import type { AppSession } from "../app-session.ts";
import { type Check, count, pass, shorten } from "../check.ts";

const hourMs = 3_600_000;
/** So many failures are read at most; a broken server makes thousands. */
const readAtMost = 200;

export const systemLogCheck: Check = {
  id: "okta.system-log",
  question: "Is Okta's System Log free of provisioning failures since the last update?",
  needs: ["okta.app.status"],
  after: ["okta.people.errors", "okta.push-groups.errors"],
  run: findFailures,
};

async function findFailures(session: AppSession) {
  const { plan, app, okta, signal, now } = session;
  const until = now();
  const since = plan.updatedSince ?? new Date(until.getTime() - hourMs).toISOString();
  const filter = `eventType sw "application.provision" and outcome.result eq "FAILURE" and target.id eq "${app.appId}"`;
  const failures: OktaLogEvent[] = [];
  for await (const event of okta.logs.list({ since, until: until.toISOString(), filter }, signal)) {
    failures.push(event);
    if (failures.length >= readAtMost) break;
  }
  const exchange = {
    request: `GET /api/v1/logs?since=${since}&filter=${filter}`,
    answer: `${failures.length} events`,
  };
  if (failures.length > 0) {
    const isMended = !(await isAnythingInError(session));
    return {
      outcome: isMended ? ("warn" as const) : ("fail" as const),
      evidence: `${count(failures.length, "provisioning failure", "provisioning failures")} since ${since}${failures.length === readAtMost ? " or more" : ""}${isMended ? ", and nothing is in ERROR any more" : ""}.`,
      remedy: "Mend what the reason names, then retry the tasks in Okta's console (Dashboard > Tasks).",
      details: shorten(failures.map(describeEvent)),
      exchange,
    };
  }
  return pass(`No provisioning failure since ${since}.`, { exchange });
}

/** Whether a failure is still there: a later attempt may have succeeded. */
async function isAnythingInError({ reads }: AppSession): Promise<boolean> {
  const [people, groups] = await Promise.all([reads.freshAppUsers(), reads.freshPushMappings()]);
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
