import type { ResourceDefinition } from "../../protocol/definition.ts";
import type { Properties } from "../../protocol/properties.ts";
import type { JsonObject } from "../../protocol/property-value.ts";
import type { OktaClient } from "../okta-api.ts";
import { part, withoutBlanks } from "./app-settings.ts";

/**
 * A group pushed to an application.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/GroupPushMapping/
 */
export const pushGroup: ResourceDefinition<OktaClient> = {
  token: "okta:index/pushGroup:PushGroup",
  defaults: { status: "ACTIVE", deleteTargetGroupOnDestroy: true },
  allowed: { status: ["ACTIVE", "INACTIVE"] },
  computed: ["targetGroupId"],
  replaces: ["appId", "sourceGroupId", "targetGroupId", "targetGroupName", "appConfig"],
  create: async (context, inputs) => {
    const { v6 } = context.client;
    const targetGroupId = inputs.optionalText("targetGroupId");
    let targetGroupName = inputs.optionalText("targetGroupName");
    if (!targetGroupId && !targetGroupName) {
      const source = await v6.get(`/api/v1/groups/${inputs.text("sourceGroupId")}`);
      targetGroupName = String(part(source, "profile")["name"]);
    }
    const answer = await v6.callForObject({
      method: "POST",
      path: `/api/v1/apps/${inputs.text("appId")}/group-push/mappings`,
      body: {
        sourceGroupId: inputs.text("sourceGroupId"),
        status: inputs.text("status"),
        ...withoutBlanks({ targetGroupName: targetGroupName ?? null, targetGroupId: targetGroupId ?? null }),
        ...(inputs.object("appConfig") && { appConfig: inputs.object("appConfig")?.values ?? {} }),
      },
    });
    return { id: String(answer["id"]), state: readAnswer(answer) };
  },
  read: async (context, id, state) => {
    // Imported as <app id>/<mapping id>.
    const [first = "", second] = id.split("/");
    const appId = second === undefined ? state.text("appId") : first;
    const answer = await context.client.v6.get(pathOf(appId, second ?? first));
    return { id: String(answer["id"]), state: { ...readAnswer(answer), appId } };
  },
  update: async (context, id, state, inputs) => {
    refuseError(
      state,
      "The Okta API doesn't allow updating the group push mapping when the status is not either ACTIVE or INACTIVE",
    );
    return readAnswer(
      await context.client.v6.callForObject({
        method: "PATCH",
        path: pathOf(inputs.text("appId"), id),
        body: { status: inputs.text("status") },
      }),
    );
  },
  delete: async (context, id, state) => {
    refuseError(
      state,
      "To delete a group push mapping, the status must be INACTIVE. Setting the status to INACTIVE however failed because the Okta API doesn't allow updating the group push mapping when the status is not either ACTIVE or INACTIVE",
    );
    const path = pathOf(state.text("appId"), id);
    if (state.text("status") !== "INACTIVE") {
      await context.client.v6.call({ method: "PATCH", path, body: { status: "INACTIVE" } });
    }
    const deleteTargetGroup = String(state.flag("deleteTargetGroupOnDestroy"));
    await context.client.v6.call({ method: "DELETE", path, query: { deleteTargetGroup } });
  },
};

function pathOf(appId: string, mappingId: string): string {
  return `/api/v1/apps/${appId}/group-push/mappings/${mappingId}`;
}

function refuseError(state: Properties, reason: string): void {
  if (!["ACTIVE", "INACTIVE"].includes(state.text("status"))) {
    throw new Error(`Group push mapping in disallowed status: ${reason}`);
  }
}

function readAnswer(answer: JsonObject): JsonObject {
  const appConfig = withoutBlanks(part(answer, "appConfig"));
  return {
    sourceGroupId: answer["sourceGroupId"] ?? null,
    targetGroupId: answer["targetGroupId"] ?? null,
    status: answer["status"] ?? null,
    appConfig: Object.keys(appConfig).length > 0 ? appConfig : null,
  };
}
