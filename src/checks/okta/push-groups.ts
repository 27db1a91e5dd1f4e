import type { OktaGroupPushMapping } from "../../okta/group-push.ts";
import type { AppSession } from "../app-session.ts";
import { type Check, fail, pass, warn } from "../check.ts";
import type { AppCheckPlan, PushGroupCheckPlan } from "../check-plan.ts";
import { describeRead } from "../exchange.ts";
import { pollUntil } from "../poll.ts";

export const pushGroupChecks: readonly Check[] = [
  {
    id: "okta.push-groups.declared",
    question: "Is every group pushed that the spec pushes?",
    needs: ["okta.app.status"],
    inapplicable: withoutPushGroups,
    run: comparePushGroups,
  },
  {
    id: "okta.push-groups.errors",
    question: "Did Okta succeed in pushing the groups?",
    needs: ["okta.app.status"],
    deadline: "settle",
    inapplicable: withoutPushGroups,
    run: findErrors,
  },
];

/** Why push groups are not looked at: there are none, or they wait for the connection. */
export function withoutPushGroups({ pushGroups, connection }: AppCheckPlan): string | undefined {
  if (pushGroups.length === 0) return "The spec pushes no groups.";
  return connection.configured ? undefined : "Push groups are held back until the connection is configured.";
}

/** A declared push group with the mapping that Okta has for it. */
export interface DeclaredPushGroup {
  readonly declared: PushGroupCheckPlan;
  readonly sourceGroupId: string | undefined;
  readonly mapping: OktaGroupPushMapping | undefined;
}

/** Each push group of the spec with its mapping in Okta, found by the source group. */
export async function matchPushGroups(
  { app, shared }: AppSession,
  mappings: readonly OktaGroupPushMapping[],
): Promise<readonly DeclaredPushGroup[]> {
  return Promise.all(
    app.pushGroups.map(async (declared) => {
      const sourceGroupId = declared.groupId ?? (await shared.groupIdByName(declared.group));
      const mapping = mappings.find((candidate) => candidate.sourceGroupId === sourceGroupId);
      return { declared, sourceGroupId, mapping };
    }),
  );
}

async function comparePushGroups(session: AppSession) {
  const mappings = await session.reads.pushMappings();
  const differences = (await matchPushGroups(session, mappings)).flatMap(
    ({ declared, sourceGroupId, mapping }) => {
      if (sourceGroupId === undefined) return [`${declared.group} does not exist in Okta`];
      if (mapping === undefined) return [`${declared.group} is not pushed`];
      // ERROR is an active mapping whose last push failed: okta.push-groups.errors tells.
      const isSame =
        mapping.status === declared.status || (mapping.status === "ERROR" && declared.status === "ACTIVE");
      return isSame ? [] : [`${declared.group} is ${mapping.status}, the spec says ${declared.status}`];
    },
  );
  const expected = session.app.pushGroups.length;
  const facts = { pushGroups: { actual: expected - differences.length, expected } };
  const exchange = describeRead(
    `GET /api/v1/apps/${session.app.appId}/group-push/mappings`,
    mappings.map(showMapping),
  );
  if (differences.length > 0) {
    return fail(
      "Groups are not pushed as the spec says.",
      "Update again. Where the mapping was deleted in Okta, the provider fails on refresh: remove it from the state with `pulumi state delete` first.",
      { details: differences, exchange, facts },
    );
  }
  return pass(`All ${expected} groups are pushed.`, { exchange, facts });
}

/** A mapping that was just made has no last push yet: Okta needs a moment. */
async function findErrors(session: AppSession) {
  const matched = await pollUntil(
    session,
    async (maxAgeMs) => matchPushGroups(session, await session.reads.pushMappings(maxAgeMs)),
    (groups) => groups.every(({ mapping }) => mapping?.status !== "ACTIVE" || mapping.lastPush != null),
  );
  const failed = matched.flatMap(({ declared, mapping }) => {
    if (mapping?.status !== "ERROR") return [];
    const last = mapping.lastPush == null ? "never pushed" : `last pushed ${mapping.lastPush}`;
    return [`${declared.group}: ${mapping.errorSummary ?? "Okta gives no reason"} (${last})`];
  });
  const exchange = describeRead(
    `GET /api/v1/apps/${session.app.appId}/group-push/mappings`,
    matched.flatMap(({ mapping }) => (mapping === undefined ? [] : [showMapping(mapping)])),
  );
  if (failed.length > 0) {
    return fail(
      "Okta failed to push groups.",
      "Mend what the reason names (server.group.* shows it without Okta), then press Push now on the app's Push Groups tab, or deactivate and activate the mapping: Okta does not try again by itself.",
      { details: failed, exchange },
    );
  }
  const unpushed = matched.filter(({ mapping }) => mapping?.status === "ACTIVE" && mapping.lastPush == null);
  if (unpushed.length > 0) {
    return warn(
      "Okta has not pushed all groups yet, or does not tell when it did.",
      "Run the checks again in a few minutes; loop.groups shows whether the groups have arrived.",
      { details: unpushed.map(({ declared }) => declared.group), exchange },
    );
  }
  return pass("No push failed.", { exchange });
}

function showMapping({ sourceGroupId, status, errorSummary, lastPush }: OktaGroupPushMapping) {
  return { sourceGroupId, status, errorSummary, lastPush };
}
