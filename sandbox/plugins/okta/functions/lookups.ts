import { setTimeout as sleep } from "node:timers/promises";
import type { Context, FunctionDefinition } from "../../protocol/definition.ts";
import type { Properties } from "../../protocol/properties.ts";
import type { JsonObject } from "../../protocol/property-value.ts";
import type { OktaClient } from "../okta-api.ts";
import { part } from "../resources/app-settings.ts";

/** A group by id, or by name: the exact one among those that begin with it. */
export const getGroup: FunctionDefinition<OktaClient> = {
  token: "okta:group/getGroup:getGroup",
  invoke: async (context, inputs) => {
    await delayRead(context, inputs);
    const group = await findGroup(context, inputs);
    const id = String(group["id"]);
    const profile = part(group, "profile");
    const users = inputs.flag("includeUsers")
      ? (await context.client.v2.list(`/api/v1/groups/${id}/users`, { limit: "200" })).map(
          (user) => user["id"] ?? "",
        )
      : [];
    return {
      ...inputs.values,
      id,
      name: profile["name"] ?? "",
      description: profile["description"] ?? "",
      type: group["type"] ?? "",
      users,
    };
  },
};

async function findGroup(context: Context<OktaClient>, inputs: Properties): Promise<JsonObject> {
  const id = inputs.optionalText("id");
  if (id) return context.client.v2.get(`/api/v1/groups/${id}`);
  const name = inputs.optionalText("name") ?? "";
  const type = inputs.optionalText("type");
  const groups = await context.client.v2.call({
    method: "GET",
    path: "/api/v1/groups",
    query: { q: name, ...(type && { filter: `type eq "${type}"` }) },
  });
  const found = (Array.isArray(groups) ? groups : []).flatMap((group) =>
    typeof group === "object" && group !== null && !Array.isArray(group) ? [group] : [],
  );
  const exact = found.find((group) => part(group, "profile")["name"] === name);
  const only = found.length === 1 ? found[0] : undefined;
  const group = exact ?? only;
  if (group !== undefined) return group;
  throw new Error(
    found.length === 0
      ? `group with name "${name}"${type ? ` and type "${type}"` : ""} does not exist`
      : `group starting with name "${name}" matches several groups, none of them exactly`,
  );
}

/** Groups by the beginning of their name, a search expression or a type. */
export const getGroups: FunctionDefinition<OktaClient> = {
  token: "okta:index/getGroups:getGroups",
  invoke: async (context, inputs) => {
    const type = inputs.optionalText("type");
    const q = inputs.optionalText("q");
    const search = inputs.optionalText("search");
    const groups = await context.client.v2.list("/api/v1/groups", {
      limit: String(inputs.optionalNumber("limit") ?? 200),
      ...(type && { filter: `type eq "${type}"` }),
      ...(q && { q }),
      ...(search && { search }),
    });
    return {
      ...inputs.values,
      id: `${q ?? ""}${search ?? ""}${type ?? ""}`,
      groups: groups.map((group) => {
        const { name, description, ...custom } = part(group, "profile");
        return {
          id: group["id"] ?? "",
          name: name ?? "",
          description: description ?? "",
          type: group["type"] ?? "",
          source: String(part(group, "source")["id"] ?? ""),
          customProfileAttributes: JSON.stringify(custom),
        };
      }),
    };
  },
};

/** The user side of profile mappings: the id of the default user type. */
export const getUserProfileMappingSource: FunctionDefinition<OktaClient> = {
  token: "okta:user/getUserProfileMappingSource:getUserProfileMappingSource",
  invoke: async (context) => {
    const mappings = await context.client.v2.list("/api/v1/mappings", { limit: "200" });
    const sides = mappings.flatMap((mapping) => [part(mapping, "target"), part(mapping, "source")]);
    const user = sides.find((side) => side["name"] === "user" && side["type"] === "user");
    if (user === undefined)
      throw new Error("user profile mapping source not found: the org has no profile mapping yet");
    return { id: user["id"] ?? "", name: user["name"] ?? "", type: user["type"] ?? "" };
  },
};

/** An application by id, label, or the beginning of its label. */
export const getApp: FunctionDefinition<OktaClient> = {
  token: "okta:app/getApp:getApp",
  invoke: async (context, inputs) => {
    const app = await findApp(context, inputs);
    return {
      activeOnly: true,
      ...inputs.values,
      id: app["id"] ?? "",
      label: app["label"] ?? "",
      name: app["name"] ?? "",
      status: app["status"] ?? "",
      links: JSON.stringify(part(app, "_links")),
      groups: [],
      users: [],
    };
  },
};

async function findApp(context: Context<OktaClient>, inputs: Properties): Promise<JsonObject> {
  const id = inputs.optionalText("id");
  if (id) return context.client.v2.get(`/api/v1/apps/${id}`);
  const label = inputs.optionalText("label");
  const prefix = inputs.optionalText("labelPrefix");
  const activeOnly = inputs.optionalFlag("activeOnly") ?? true;
  const apps = await context.client.v2.list("/api/v1/apps", {
    limit: "1",
    q: label ?? prefix ?? "",
    ...(activeOnly && { filter: 'status eq "ACTIVE"' }),
  });
  const app = apps.find((candidate) => candidate["label"] === label) ?? apps[0];
  if (app === undefined || (label !== undefined && app["label"] !== label && apps.length > 1)) {
    throw new Error(`no application found with the provided label: ${label ?? prefix ?? ""}`);
  }
  return app;
}

/** The provisioning connection of an application. */
export const getConnection: FunctionDefinition<OktaClient> = {
  token: "okta:app/getConnection:getConnection",
  invoke: async (context, inputs) => {
    const id = inputs.text("id");
    const answer = await context.client.v5.get(`/api/v1/apps/${id}/connections/default`);
    const authScheme = part(answer, "profile")["authScheme"] ?? answer["authScheme"] ?? "";
    return {
      id,
      authScheme: answer["authScheme"] ?? authScheme,
      baseUrl: answer["baseUrl"] ?? "",
      status: answer["status"] ?? "",
      profile: { authScheme },
    };
  },
};

/** The groups assigned to an application. */
export const getAppGroupAssignments: FunctionDefinition<OktaClient> = {
  token: "okta:index/getAppGroupAssignments:getAppGroupAssignments",
  invoke: async (context, inputs) => {
    const id = inputs.text("id");
    const groups = await context.client.v2.list(`/api/v1/apps/${id}/groups`, { limit: "200" });
    return { id, groups: groups.map((group) => group["id"] ?? "") };
  },
};

/** A push mapping by its id or its source group. */
export const getPushGroup: FunctionDefinition<OktaClient> = {
  token: "okta:index/getPushGroup:getPushGroup",
  invoke: async (context, inputs) => {
    const appId = inputs.text("appId");
    const id = inputs.optionalText("id");
    const path = `/api/v1/apps/${appId}/group-push/mappings`;
    const sourceGroupId = inputs.optionalText("sourceGroupId") ?? "";
    const mapping = id
      ? await context.client.v6.get(`${path}/${id}`)
      : (await context.client.v6.list(path, { sourceGroupId }))[0];
    if (mapping === undefined)
      throw new Error(`no group push mapping found for source group ${sourceGroupId}`);
    return {
      appId,
      id: mapping["id"] ?? "",
      sourceGroupId: mapping["sourceGroupId"] ?? "",
      status: mapping["status"] ?? "",
      targetGroupId: mapping["targetGroupId"] ?? "",
    };
  },
};

/** The default policy of a type. */
export const getDefaultPolicy: FunctionDefinition<OktaClient> = {
  token: "okta:policy/getDefaultPolicy:getDefaultPolicy",
  invoke: async (context, inputs) => {
    const type = inputs.text("type");
    const policies = await context.client.v2.list("/api/v1/policies", { type });
    const policy = policies.find(
      (candidate) => candidate["system"] === true && String(candidate["name"]).includes("Default"),
    );
    if (policy === undefined) throw new Error(`no default policy found for the provided type: ${type}`);
    return { id: policy["id"] ?? "", type };
  },
};

/** `delayReadSeconds` lets a group or user made elsewhere become visible first. */
export async function delayRead(context: Context<OktaClient>, inputs: Properties): Promise<void> {
  const seconds = Number(inputs.optionalText("delayReadSeconds") ?? 0);
  if (seconds > 0) await sleep(seconds * 1000, undefined, { signal: context.signal });
}
