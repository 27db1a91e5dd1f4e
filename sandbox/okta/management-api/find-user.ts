import type { User } from "../store/model.ts";
import { type ApiCall, param } from "./api-call.ts";
import { notFound } from "./okta-error.ts";

/** The person of a call's `userId` (id, login or its short form, or `me` for who calls). Throws 404. */
export function findUser(call: ApiCall): User {
  const id = param(call, "userId");
  const user = id === "me" ? findCaller(call) : call.store.users.find(id);
  if (user === undefined) throw notFound(id, "User");
  return user;
}

function findCaller(call: ApiCall): User | undefined {
  return call.caller.userId === null ? undefined : call.store.users.get(call.caller.userId);
}
