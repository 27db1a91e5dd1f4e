import { createHash } from "node:crypto";
import { type Answer, answerJson } from "../http.ts";
import { defaultRealmId, hasFeature } from "../org-edition.ts";
import type { JsonObject, Profile, User, UserStatus } from "../store/model.ts";
import type { ApiCall } from "./api-call.ts";
import { wholeSeconds } from "./okta-time.ts";

/** What Okta offers in `_links` for a status besides what hangs on the credentials. */
const OPERATIONS: Readonly<Record<UserStatus, readonly string[]>> = {
  STAGED: ["activate"],
  PROVISIONED: ["suspend", "resetPassword", "reactivate", "deactivate"],
  ACTIVE: ["suspend", "resetPassword", "deactivate"],
  RECOVERY: ["suspend", "resetPassword", "deactivate"],
  PASSWORD_EXPIRED: ["suspend", "resetPassword", "deactivate"],
  LOCKED_OUT: ["unlock", "resetPassword", "deactivate"],
  SUSPENDED: ["unsuspend", "resetPassword", "deactivate"],
  DEPROVISIONED: ["activate", "delete"],
};

/** What somebody with a password has besides. In orgs of 2023 and some of 2026 (feature `factorReset`) everybody has `resetFactors`. */
const WITH_PASSWORD = ["expirePassword", "changeRecoveryQuestion", "resetFactors", "changePassword"];

/** The order in which Okta shows links. */
const LINKS_IN_ORDER = [
  "suspend",
  "unsuspend",
  "unlock",
  "schema",
  "activate",
  "resetPassword",
  "forgotPassword",
  "expirePassword",
  "changeRecoveryQuestion",
  "reactivate",
  "self",
  "resetFactors",
  "type",
  "changePassword",
  "deactivate",
  "delete",
];

/** Links that `okta-response=omitCredentialsLinks` leaves out. */
const CREDENTIALS_LINKS = [
  "resetPassword",
  "forgotPassword",
  "expirePassword",
  "changeRecoveryQuestion",
  "resetFactors",
  "changePassword",
];

/** Attributes that a profile shows even when they have no value. */
const ALWAYS_SHOWN = ["firstName", "lastName", "mobilePhone", "secondEmail", "login", "email"];

/** A person as the Management API shows them. */
export function presentUser(call: ApiCall, user: User): JsonObject {
  const withoutCredentials = readOmissions(call).has("omitcredentialslinks");
  return { ...presentWithoutLinks(call, user), _links: presentLinks(call, user, withoutCredentials) };
}

function presentWithoutLinks(call: ApiCall, user: User): JsonObject {
  const omitted = readOmissions(call);
  return {
    id: user.id,
    status: user.status,
    created: wholeSeconds(user.created),
    activated: wholeSeconds(user.activated),
    statusChanged: wholeSeconds(user.statusChanged),
    lastLogin: wholeSeconds(user.lastLogin),
    lastUpdated: wholeSeconds(user.lastUpdated),
    passwordChanged: wholeSeconds(user.passwordChanged),
    ...(hasFeature(call.store, "realms") ? { realmId: defaultRealmId(call.store) } : {}),
    type: { id: user.typeId },
    profile: presentProfile(user.profile),
    ...(omitted.has("omitcredentials") ? {} : { credentials: presentCredentials(call, user) }),
  };
}

/** What the API shows of a person's credentials: that there is a password, the recovery question, who checks the password. */
export function presentCredentials(call: ApiCall, user: User): JsonObject {
  const { providerType, providerName, recoveryQuestion } = call.store.userCredentials.get(user.id);
  return {
    ...(user.passwordChanged === null ? {} : { password: {} }),
    ...(recoveryQuestion === null ? {} : { recovery_question: { question: recoveryQuestion } }),
    provider: { type: providerType, name: providerName },
  };
}

function presentLinks(call: ApiCall, user: User, withoutCredentials: boolean): JsonObject {
  const home = `${call.orgUrl}/api/v1/users/${user.id}`;
  const type = call.store.userTypes.get(user.typeId) ?? call.store.userTypes.default();
  const addresses: JsonObject = {
    self: { href: home },
    schema: { href: `${call.orgUrl}/api/v1/meta/schemas/user/${type.schemaId}` },
    type: { href: `${call.orgUrl}/api/v1/meta/types/user/${user.typeId}` },
    delete: { href: home, method: "DELETE" },
  };
  const offered = new Set(["self", "schema", "type", ...OPERATIONS[user.status]]);
  if (hasFeature(call.store, "factorReset")) offered.add("resetFactors");
  if (user.status === "ACTIVE" && user.passwordChanged !== null) {
    for (const name of WITH_PASSWORD) offered.add(name);
    if (call.store.userCredentials.get(user.id).recoveryQuestion !== null) offered.add("forgotPassword");
  }
  const links: JsonObject = {};
  for (const name of LINKS_IN_ORDER) {
    if (!offered.has(name) || (withoutCredentials && CREDENTIALS_LINKS.includes(name))) continue;
    links[name] = addresses[name] ?? { href: `${home}/${pathOf(name)}`, method: "POST" };
  }
  return links;
}

/** Where an operation is: `changePassword` at `credentials/change_password`, `resetPassword` at `lifecycle/reset_password`. */
function pathOf(operation: string): string {
  const folder = /^(change|forgot)/.test(operation) ? "credentials" : "lifecycle";
  return `${folder}/${operation.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
}

/** Parts that a client does not want: `Content-Type: application/json; okta-response=omitCredentials,omitCredentialsLinks`. */
function readOmissions(call: ApiCall): ReadonlySet<string> {
  const { accept, "content-type": contentType } = call.request.headers;
  const asked = /okta-response="?([\w, ]+)"?/i.exec(`${accept ?? ""};${contentType ?? ""}`)?.[1] ?? "";
  return new Set(asked.split(",").map((part) => part.trim().toLowerCase()));
}

/** A person as an element of a list, where Okta links to the person alone. */
export function presentListedUser(call: ApiCall, user: User): JsonObject {
  return {
    ...presentWithoutLinks(call, user),
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
