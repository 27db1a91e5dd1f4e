import { z } from "zod";
import { type Answer, answerJson } from "../http.ts";
import { randomBase62 } from "../store/ids.ts";
import type { User, UserStatus } from "../store/model.ts";
import { type ApiCall, type Endpoint, queryFlag, readBody } from "./api-call.ts";
import { findUser } from "./find-user.ts";
import { userTarget } from "./group-endpoints.ts";
import { logChange } from "./log-change.ts";
import { notEmulated, OktaApiError, wrongUserStatus } from "./okta-error.ts";
import { refusePassword } from "./password-policy.ts";
import { presentCredentials } from "./user-answer.ts";

const secret = z.looseObject({ value: z.string().min(1) });
const recovery = z.looseObject({ question: z.string().min(1), answer: z.string().min(4) });
const passwordChange = z.looseObject({ oldPassword: secret, newPassword: secret });
const questionChange = z.looseObject({ password: secret, recovery_question: recovery });
const forgottenPassword = z.looseObject({
  password: secret,
  recovery_question: z.looseObject({ answer: z.string().min(1) }),
});

/** 403 E0000014: what was given to prove who somebody is does not. */
function updateFailed(cause: string): OktaApiError {
  return new OktaApiError(403, "E0000014", "Update of credentials failed", [cause]);
}

/** Whose password can be changed with the old one. */
const CHANGEABLE: readonly UserStatus[] = ["STAGED", "ACTIVE", "PASSWORD_EXPIRED", "RECOVERY"];

function findChangeable(call: ApiCall): User {
  const user = findUser(call);
  if (user.passwordChanged === null || !CHANGEABLE.includes(user.status)) throw wrongUserStatus();
  return user;
}

/** Throws 403 E0000014 for a wrong password, 501 for one that the org cannot compare. */
function prove(call: ApiCall, user: User, password: string): void {
  const right = call.store.userCredentials.isPassword(user.id, password);
  if (right === undefined) {
    throw notEmulated("comparing a password that was imported as a hash or came with the org file");
  }
  if (!right) throw updateFailed("Old Password is not correct");
}

/** Sets a password that the policy has taken; it goes to apps that sync it, and ends PASSWORD_EXPIRED and RECOVERY. */
export function savePassword(call: ApiCall, user: User, password: string): void {
  call.rememberPassword(user.id, password);
  call.store.userCredentials.setPassword(user.id, password);
  call.store.users.setPassword(user.id);
  if (user.status === "PASSWORD_EXPIRED" || user.status === "RECOVERY") {
    call.store.users.setStatus(user.id, "ACTIVE");
  }
  logChange(call, "user.account.update_password", "User update password for Okta", [userTarget(user)]);
}

function replacePassword(call: ApiCall, user: User, password: string): Answer {
  const refusal = refusePassword(password, String(user.profile["login"] ?? ""));
  if (refusal !== undefined) {
    throw new OktaApiError(
      403,
      "E0000080",
      "The password does not meet the complexity requirements of the current password policy.",
      [refusal],
    );
  }
  savePassword(call, user, password);
  return answerCredentials(call, user);
}

function answerCredentials(call: ApiCall, user: User): Answer {
  return answerJson(200, presentCredentials(call, call.store.users.get(user.id) ?? user));
}

function changePassword(call: ApiCall): Answer {
  const user = findChangeable(call);
  const { oldPassword, newPassword } = readBody(call, passwordChange, "password");
  prove(call, user, oldPassword.value);
  return replacePassword(call, user, newPassword.value);
}

function changeRecoveryQuestion(call: ApiCall): Answer {
  const user = findChangeable(call);
  const { password, recovery_question } = readBody(call, questionChange, "recovery_question");
  prove(call, user, password.value);
  call.store.userCredentials.setRecoveryQuestion(
    user.id,
    recovery_question.question,
    recovery_question.answer,
  );
  call.store.users.touch(user.id);
  return answerCredentials(call, user);
}

/** Somebody who can recover their password by a question. Throws 403 for others. */
function findForgetful(call: ApiCall): User {
  const user = findUser(call);
  if (user.status !== "ACTIVE" && user.status !== "RECOVERY") throw wrongUserStatus();
  if (call.store.userCredentials.get(user.id).recoveryQuestion !== null) return user;
  throw new OktaApiError(403, "E0000034", "Forgot password not allowed on specified user.", [
    "Recovery credential not set.",
  ]);
}

/** A link to choose a new password; Okta's older form of the call, with a body, sets one as `forgot_password_recovery_question`. */
function forgotPassword(call: ApiCall): Answer {
  return call.request.body.length === 0 ? startRecovery(call, findForgetful(call)) : answerQuestion(call);
}

/** A new password for who answers the recovery question. */
function answerQuestion(call: ApiCall): Answer {
  const user = findForgetful(call);
  const { password, recovery_question } = readBody(call, forgottenPassword, "password");
  if (call.store.userCredentials.isRecoveryAnswer(user.id, recovery_question.answer) !== true) {
    throw updateFailed("The recovery question answer did not match our records.");
  }
  return replacePassword(call, user, password.value);
}

function resetPassword(call: ApiCall): Answer {
  const user = findUser(call);
  if (user.status === "STAGED" || user.status === "DEPROVISIONED" || user.status === "SUSPENDED") {
    throw wrongUserStatus();
  }
  return startRecovery(call, user);
}

/** The person has to choose a password. Okta mails the link unless `sendEmail=false`; no mail leaves the emulated org. */
function startRecovery(call: ApiCall, user: User): Answer {
  // Who has not chosen a first password yet stays PROVISIONED: the link is another activation.
  if (user.status !== "PROVISIONED") call.store.users.setStatus(user.id, "RECOVERY");
  logChange(call, "user.account.reset_password", "Reset user password for Okta", [userTarget(user)]);
  if (queryFlag(call, "sendEmail", true)) return answerJson(200, {});
  const token = randomBase62(20);
  return answerJson(200, { resetPasswordUrl: `${call.orgUrl}/signin/reset-password/${token}` });
}

/** Passwords, recovery questions, factors and sessions of people. */
export const USER_CREDENTIAL_ENDPOINTS: readonly Endpoint[] = [
  ...Object.entries({
    "credentials/change_password": changePassword,
    "credentials/change_recovery_question": changeRecoveryQuestion,
    "credentials/forgot_password": forgotPassword,
    "credentials/forgot_password_recovery_question": answerQuestion,
    "lifecycle/reset_password": resetPassword,
  }).map(
    ([path, handle]): Endpoint => ({
      method: "POST",
      path: `/api/v1/users/:userId/${path}`,
      scopes: ["okta.users.manage"],
      handle,
    }),
  ),
  {
    method: "POST",
    path: "/api/v1/users/:userId/lifecycle/reset_factors",
    scopes: ["okta.users.manage"],
    // Nobody can enrol a factor here, so that there is never one to reset.
    handle: (call) => {
      findUser(call);
      return answerJson(200, {});
    },
  },
  {
    method: "GET",
    path: "/api/v1/users/:userId/factors",
    scopes: ["okta.users.read"],
    handle: (call) => {
      findUser(call);
      return answerJson(200, []);
    },
  },
  {
    method: "DELETE",
    path: "/api/v1/users/:userId/sessions",
    scopes: ["okta.users.manage"],
    // Nobody can sign in here, so that there is never a session to end.
    handle: (call) => {
      findUser(call);
      return { status: 204 };
    },
  },
];
