import type { JsonObject } from "../store/model.ts";

/** `settings` of the password policy that an org begins with. The emulated org shows them and checks no password by them. */
export const DEFAULT_PASSWORD_SETTINGS: JsonObject = {
  password: {
    complexity: {
      minLength: 8,
      minLowerCase: 1,
      minUpperCase: 1,
      minNumber: 1,
      minSymbol: 0,
      excludeUsername: true,
      dictionary: { common: { exclude: false } },
      excludeAttributes: [],
    },
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
