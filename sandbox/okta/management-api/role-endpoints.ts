import { answerJson } from "../http.ts";
import type { JsonObject } from "../store/model.ts";
import type { ApiCall, Endpoint } from "./api-call.ts";
import { wholeSeconds } from "./okta-time.ts";
import { findUser } from "./user-endpoints.ts";

/** The administrator of the org file is a super administrator, nobody else has a role. */
function listRoles(call: ApiCall): JsonObject[] {
  const user = findUser(call);
  if (user.id !== call.store.setting("administrator")) return [];
  const id = `ra1${user.id.slice(3)}`;
  return [
    {
      id,
      label: "Super Organization Administrator",
      type: "SUPER_ADMIN",
      status: "ACTIVE",
      created: wholeSeconds(user.created),
      lastUpdated: wholeSeconds(user.created),
      assignmentType: "USER",
      _links: { assignee: { href: `${call.orgUrl}/api/v1/users/${user.id}` } },
    },
  ];
}

/** Administrator roles, which the official provider reads along with a person. */
export const ROLE_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/v1/users/:userId/roles",
    scopes: ["okta.roles.read"],
    handle: (call) => answerJson(200, listRoles(call)),
  },
];
