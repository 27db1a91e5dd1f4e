import { createHash } from "node:crypto";
import { type Answer, answerJson } from "../http.ts";
import type { JsonObject, Profile, User, UserStatus } from "../store/model.ts";
import type { ApiCall } from "./api-call.ts";
import { wholeSeconds } from "./okta-time.ts";

/**
 * Life-cycle operations that Okta offers in `_links` for a status, in Okta's order. Recordings of 2023 have `resetFactors` too,
 * those of 2025 have not.
 */
const OPERATIONS: Readonly<Record<UserStatus, readonly string[]>> = {
  STAGED: ["activate"],
  PROVISIONED: ["suspend", "resetPassword", "reactivate", "deactivate"],
  ACTIVE: ["suspend", "resetPassword", "expirePassword", "deactivate"],
  RECOVERY: ["suspend", "resetPassword", "deactivate"],
  PASSWORD_EXPIRED: ["suspend", "resetPassword", "deactivate"],
  LOCKED_OUT: ["unlock", "resetPassword", "deactivate"],
  SUSPENDED: ["unsuspend", "resetPassword", "deactivate"],
  DEPROVISIONED: ["activate"],
};

/** Attributes that a profile shows even when they have no value. */
const ALWAYS_SHOWN = ["firstName", "lastName", "mobilePhone", "secondEmail", "login", "email"];

/** A person as the Management API shows them. */
export function presentUser(call: ApiCall, user: User): JsonObject {
  const home = `${call.orgUrl}/api/v1/users/${user.id}`;
  const type = call.store.userTypes.get(user.typeId) ?? call.store.userTypes.default();
  const operation = (name: string): JsonObject => ({
    [name]: {
      href: `${home}/lifecycle/${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`,
      method: "POST",
    },
  });
  const [first, ...rest] = OPERATIONS[user.status];
  return {
    id: user.id,
    status: user.status,
    created: wholeSeconds(user.created),
    activated: wholeSeconds(user.activated),
    statusChanged: wholeSeconds(user.statusChanged),
    lastLogin: wholeSeconds(user.lastLogin),
    lastUpdated: wholeSeconds(user.lastUpdated),
    passwordChanged: wholeSeconds(user.passwordChanged),
    type: { id: user.typeId },
    profile: presentProfile(user.profile),
    credentials: {
      ...(user.passwordChanged === null ? {} : { password: {} }),
      provider: { type: "OKTA", name: "OKTA" },
    },
    _links: {
      ...(first === undefined || first === "activate" ? {} : operation(first)),
      schema: { href: `${call.orgUrl}/api/v1/meta/schemas/user/${type.schemaId}` },
      ...(first === "activate" ? operation("activate") : {}),
      ...Object.assign({}, ...rest.filter((name) => name !== "deactivate").map(operation)),
      self: { href: home },
      type: { href: `${call.orgUrl}/api/v1/meta/types/user/${user.typeId}` },
      ...(rest.includes("deactivate") ? operation("deactivate") : {}),
      ...(user.status === "DEPROVISIONED" ? { delete: { href: home, method: "DELETE" } } : {}),
    },
  };
}

/** A person as an element of a list, where Okta links to the person alone. */
export function presentListedUser(call: ApiCall, user: User): JsonObject {
  return {
    ...presentUser(call, user),
    _links: { self: { href: `${call.orgUrl}/api/v1/users/${user.id}` } },
  };
}

/** One person, with Okta's weak ETag. */
export function answerUser(call: ApiCall, user: User): Answer {
  const shown = presentUser(call, user);
  const hash = createHash("sha256").update(JSON.stringify(shown["profile"])).digest("hex");
  return answerJson(200, shown, { etag: `W/"${hash}"` });
}

function presentProfile(profile: Profile): JsonObject {
  const shown: JsonObject = {};
  for (const name of ALWAYS_SHOWN) shown[name] = profile[name] ?? null;
  for (const [name, value] of Object.entries(profile)) if (value !== null) shown[name] = value;
  return shown;
}
