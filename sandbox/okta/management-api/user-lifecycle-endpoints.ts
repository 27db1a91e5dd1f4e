import { type Answer, answerJson } from "../http.ts";
import { randomBase62 } from "../store/ids.ts";
import type { User, UserStatus } from "../store/model.ts";
import { type ApiCall, type Endpoint, queryFlag } from "./api-call.ts";
import { findUser } from "./find-user.ts";
import { userTarget } from "./group-endpoints.ts";
import { logChange } from "./log-change.ts";
import { invalid, OktaApiError, wrongUserStatus } from "./okta-error.ts";
import { presentUser } from "./user-answer.ts";

/** A step of a person's life cycle. */
interface Step {
  readonly from: readonly UserStatus[];
  readonly to: (user: User, call: ApiCall) => UserStatus;
  readonly message: string;
  /** Okta's answer when the status does not allow it. */
  readonly refusal: () => OktaApiError;
}

const alreadyActive = (): OktaApiError =>
  new OktaApiError(403, "E0000016", "Activation failed because the user is already active");

/** With a password, or another organization that checks one, a person is active at once; else they wait for the activation mail. */
function activeStatus(user: User, call: ApiCall): UserStatus {
  const { providerType } = call.store.userCredentials.get(user.id);
  return user.passwordChanged === null && providerType === "OKTA" ? "PROVISIONED" : "ACTIVE";
}

const STEPS: Readonly<Record<string, Step>> = {
  activate: {
    from: ["STAGED", "DEPROVISIONED"],
    to: activeStatus,
    message: "Activate Okta user",
    refusal: alreadyActive,
  },
  reactivate: {
    from: ["PROVISIONED"],
    to: () => "PROVISIONED",
    message: "Reactivate Okta user",
    refusal: wrongUserStatus,
  },
  deactivate: {
    from: ["STAGED", "PROVISIONED", "ACTIVE", "RECOVERY", "PASSWORD_EXPIRED", "LOCKED_OUT", "SUSPENDED"],
    to: () => "DEPROVISIONED",
    message: "Deactivate Okta user",
    refusal: wrongUserStatus,
  },
  suspend: {
    from: ["ACTIVE"],
    to: () => "SUSPENDED",
    message: "Suspend Okta user",
    refusal: () => invalid("suspendUser", "Cannot suspend a user that is not active"),
  },
  unsuspend: {
    from: ["SUSPENDED"],
    to: () => "ACTIVE",
    message: "Unsuspend Okta user",
    refusal: () => invalid("unsuspendUser", "Cannot unsuspend a user that is not suspended"),
  },
  unlock: { from: ["LOCKED_OUT"], to: () => "ACTIVE", message: "Unlock Okta user", refusal: wrongUserStatus },
};

/** Life-cycle names in the System Log that differ from the operation's. */
const EVENT_TYPES: Readonly<Record<string, string>> = { unlock: "user.account.unlock" };

function takeStep(call: ApiCall, name: string, step: Step): Answer {
  const user = findUser(call);
  if (!step.from.includes(user.status)) throw step.refusal();
  call.store.users.setStatus(user.id, step.to(user, call));
  logChange(call, EVENT_TYPES[name] ?? `user.lifecycle.${name}`, step.message, [userTarget(user)]);
  if (name !== "activate" && name !== "reactivate") return answerJson(200, {});
  if (queryFlag(call, "sendEmail", true) || user.passwordChanged !== null) return answerJson(200, {});
  const activationToken = randomBase62(20);
  return answerJson(200, { activationUrl: `${call.orgUrl}/welcome/${activationToken}`, activationToken });
}

/** The person has to choose another password at the next sign-in; `temporary`: after one with a password that Okta makes up. */
function expirePassword(call: ApiCall, temporary: boolean): Answer {
  const user = findUser(call);
  if (user.status !== "ACTIVE") throw wrongUserStatus();
  const expired = call.store.users.setStatus(user.id, "PASSWORD_EXPIRED") ?? user;
  logChange(call, "user.account.expire_password", "Expire user's password", [userTarget(user)]);
  if (!temporary) return answerJson(200, presentUser(call, expired));
  const tempPassword = randomBase62(12);
  call.store.userCredentials.setPassword(user.id, tempPassword);
  return answerJson(200, { tempPassword });
}

/** Life-cycle operations of people. */
export const USER_LIFECYCLE_ENDPOINTS: readonly Endpoint[] = [
  ...Object.entries(STEPS).map(
    ([name, step]): Endpoint => ({
      method: "POST",
      path: `/api/v1/users/:userId/lifecycle/${name}`,
      scopes: ["okta.users.manage"],
      handle: (call) => takeStep(call, name, step),
    }),
  ),
  {
    method: "POST",
    path: "/api/v1/users/:userId/lifecycle/expire_password",
    scopes: ["okta.users.manage"],
    handle: (call) => expirePassword(call, queryFlag(call, "tempPassword", false)),
  },
  {
    method: "POST",
    path: "/api/v1/users/:userId/lifecycle/expire_password_with_temp_password",
    scopes: ["okta.users.manage"],
    handle: (call) => expirePassword(call, true),
  },
];
