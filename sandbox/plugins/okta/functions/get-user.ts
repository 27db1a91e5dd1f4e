import type { Context, FunctionDefinition } from "../../protocol/definition.ts";
import type { Properties } from "../../protocol/properties.ts";
import type { JsonObject } from "../../protocol/property-value.ts";
import type { OktaClient } from "../okta-api.ts";
import { readUserState } from "../user-profile.ts";
import { delayRead } from "./lookups.ts";

/** A person by id or by a search. */
export const getUser: FunctionDefinition<OktaClient> = {
  token: "okta:user/getUser:getUser",
  invoke: async (context, inputs) => {
    await delayRead(context, inputs);
    const user = await findUser(context, inputs);
    const id = String(user["id"]);
    const groups = inputs.flag("skipGroups")
      ? []
      : await listIds(context, `/api/v1/users/${id}/groups`, "id");
    const roles = inputs.flag("skipRoles") ? [] : await listIds(context, `/api/v1/users/${id}/roles`, "type");
    const { type, ...state } = readUserState(user);
    return {
      ...inputs.values,
      ...state,
      id,
      userId: id,
      ...(type !== undefined && type !== null && { types: [type] }),
      groupMemberships: groups,
      adminRoles: roles,
      roles,
    };
  },
};

async function findUser(context: Context<OktaClient>, inputs: Properties): Promise<JsonObject> {
  const id = inputs.optionalText("userId");
  if (id) return context.client.v2.get(`/api/v1/users/${encodeURIComponent(id)}`);
  const operator = inputs.optionalText("compoundSearchOperator") ?? "and";
  const search = inputs
    .objects("searches")
    .map((part) => part.optionalText("expression") ?? describeComparison(part))
    .join(` ${operator} `);
  const users = await context.client.v2.list("/api/v1/users", { limit: "1", search });
  const user = users[0];
  if (user === undefined) throw new Error(`failed to locate user with search: ${search}`);
  return user;
}

function describeComparison(part: Properties): string {
  return `${part.text("name")} ${part.optionalText("comparison") ?? "eq"} "${part.optionalText("value") ?? ""}"`;
}

async function listIds(context: Context<OktaClient>, path: string, property: string) {
  const items = await context.client.v2.list(path, {});
  return items.map((item) => item[property] ?? "");
}
