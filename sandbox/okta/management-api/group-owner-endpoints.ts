import { z } from "zod";
import { type Answer, answerJson } from "../http.ts";
import { GROUP_OWNER_TYPES, type GroupOwner } from "../store/group-owners.ts";
import type { JsonObject } from "../store/model.ts";
import { type ApiCall, type Endpoint, param, readBody } from "./api-call.ts";
import { findGroup, userTarget } from "./group-endpoints.ts";
import { invalid, notFound } from "./okta-error.ts";
import { answerPage, cutPage, type PageSize, readAfter, readLimit } from "./pagination.ts";

const ownerBody = z.looseObject({ id: z.string().min(1), type: z.enum(GROUP_OWNER_TYPES) });
const PAGE: PageSize = { default: 1_000, max: 1_000 };

/** What an owner is called. Throws 404 for nobody. */
function nameOf(call: ApiCall, { ownerId, type }: Pick<GroupOwner, "ownerId" | "type">): string {
  if (type === "GROUP") {
    const group = call.store.groups.get(ownerId);
    if (group === undefined) throw notFound(ownerId, "UserGroup");
    return group.name;
  }
  const user = call.store.users.get(ownerId);
  if (user === undefined) throw notFound(ownerId, "User");
  return userTarget(user).displayName;
}

/** An owner as the API shows them. Okta writes the time in one way when an owner is added and in another in lists. */
function presentOwner(call: ApiCall, owner: GroupOwner, lastUpdated: string): JsonObject {
  return {
    id: owner.ownerId,
    type: owner.type,
    resolved: true,
    originId: null,
    originType: "OKTA_DIRECTORY",
    displayName: nameOf(call, owner),
    lastUpdated,
  };
}

function addOwner(call: ApiCall): Answer {
  const group = findGroup(call);
  const { id, type } = readBody(call, ownerBody, "owner");
  nameOf(call, { ownerId: id, type });
  const owner = call.store.groupOwners.add(group.id, id, type);
  if (owner === undefined) throw invalid("owner", "Provided owner is already assigned to this group");
  return answerJson(201, presentOwner(call, owner, asJavaDate(owner.lastUpdated)));
}

function listOwners(call: ApiCall): Answer {
  const group = findGroup(call);
  const limit = readLimit(call, PAGE);
  const owners = call.store.groupOwners.list(group.id, { afterId: readAfter(call) ?? "", limit: limit + 1 });
  const { page, next } = cutPage(owners, limit, ({ ownerId }) => ownerId);
  const items = page.map((owner) => presentOwner(call, owner, asTimestamp(owner.lastUpdated)));
  // A list that fits into one page has no Link, unlike Okta's other lists.
  return next === undefined ? answerJson(200, items) : answerPage(call, items, next, PAGE);
}

function removeOwner(call: ApiCall): Answer {
  const group = findGroup(call);
  const id = param(call, "ownerId");
  if (!call.store.groupOwners.remove(group.id, id)) throw notFound(id, "LinkedObject");
  return { status: 204 };
}

/** `Wed Mar 04 10:08:01 UTC 2026`, from an ISO 8601 time. */
function asJavaDate(time: string): string {
  const [weekday = "", day = "", month = "", year = "", clock = ""] = new Date(time)
    .toUTCString()
    .replace(",", "")
    .split(" ");
  return `${weekday} ${month} ${day} ${clock} UTC ${year}`;
}

/** `2026-03-04 10:08:01.0`, from an ISO 8601 time. */
function asTimestamp(time: string): string {
  return `${time.slice(0, 19).replace("T", " ")}.0`;
}

/** Owners of groups. */
export const GROUP_OWNER_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/v1/groups/:groupId/owners",
    scopes: ["okta.groups.read"],
    handle: listOwners,
  },
  {
    method: "POST",
    path: "/api/v1/groups/:groupId/owners",
    scopes: ["okta.groups.manage"],
    handle: addOwner,
  },
  {
    method: "DELETE",
    path: "/api/v1/groups/:groupId/owners/:ownerId",
    scopes: ["okta.groups.manage"],
    handle: removeOwner,
  },
];
