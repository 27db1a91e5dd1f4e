import type { JsonObject } from "../store/model.ts";

const COMPLEXITY = {
  minLength: 8,
  minLowerCase: 1,
  minUpperCase: 1,
  minNumber: 1,
  minSymbol: 0,
  excludeUsername: true,
  dictionary: { common: { exclude: false } },
  excludeAttributes: [],
};

/** `settings` of the password policy that an org begins with. New passwords are held to its complexity, not to its history and age. */
export const DEFAULT_PASSWORD_SETTINGS: JsonObject = {
  password: {
    complexity: COMPLEXITY,
    age: { maxAgeDays: 0, expireWarnDays: 0, minAgeMinutes: 0, historyCount: 4 },
    lockout: {
      maxAttempts: 10,
      autoUnlockMinutes: 0,
      userLockoutNotificationChannels: [],
      showLockoutFailures: false,
    },
  },
  recovery: {
    factors: {
      recovery_question: { status: "ACTIVE", properties: { complexity: { minLength: 4 } } },
      okta_email: { status: "ACTIVE", properties: { recoveryToken: { tokenLifetimeMinutes: 60 } } },
      okta_sms: { status: "INACTIVE" },
      okta_call: { status: "INACTIVE" },
    },
  },
  delegation: { options: { skipUnlock: false } },
};

/** Okta's sentence about a password that the policy refuses, undefined for one that it takes. */
export function refusePassword(password: string, login: string): string | undefined {
  const count = (pattern: RegExp): number => password.match(pattern)?.length ?? 0;
  const parts = login.split(/[.,\-_#@]/).filter((part) => part.length >= 4);
  const meets =
    password.length >= COMPLEXITY.minLength &&
    count(/\p{Ll}/gu) >= COMPLEXITY.minLowerCase &&
    count(/\p{Lu}/gu) >= COMPLEXITY.minUpperCase &&
    count(/\p{Nd}/gu) >= COMPLEXITY.minNumber &&
    !parts.some((part) => password.toLowerCase().includes(part.toLowerCase()));
  return meets
    ? undefined
    : `Password requirements were not met. Password requirements: at least ${COMPLEXITY.minLength} characters, a lowercase letter, an uppercase letter, a number, no parts of your username.`;
}
