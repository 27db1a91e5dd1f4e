import { z } from "zod";
import { isTimeZone, parseCron } from "../provisioning/cron.ts";
import type { JsonObject, JsonValue } from "../store/model.ts";
import { isObject } from "../store/sql.ts";
import { type ApiCall, param } from "./api-call.ts";
import { invalid } from "./okta-error.ts";

/** `importSettings` of INBOUND_PROVISIONING as it may be sent. */
export const importSettings = z.record(z.string(), z.json()).nullish();

/**
 * Refuses a schedule that is no UNIX cron expression or names no time zone, and a user name format that does not exist or whose
 * expression Okta could not evaluate. Throws E0000001.
 */
export function checkImportSettings(call: ApiCall, sent: JsonObject): void {
  const settings = withOneSpelling(sent);
  const schedule = objectAt(settings["schedule"]);
  for (const name of ["fullImport", "incrementalImport"]) {
    const { expression, timezone } = objectAt(schedule[name]);
    if (expression != null && parseCron(String(expression)) === undefined) {
      throw invalid("expression", `${name}.expression: is not a UNIX cron expression`);
    }
    if (timezone != null && !isTimeZone(String(timezone))) {
      throw invalid("timezone", `${name}.timezone: is not an IANA time zone`);
    }
  }
  const { usernameFormat, userNameExpression } = objectAt(settings["username"]);
  if (usernameFormat != null && usernameFormat !== "EMAIL" && usernameFormat !== "CUSTOM") {
    throw invalid("usernameFormat", "usernameFormat: must be EMAIL or CUSTOM");
  }
  if (usernameFormat === "CUSTOM") checkExpression(call, userNameExpression);
}

function checkExpression(call: ApiCall, expression: JsonValue | undefined): void {
  if (typeof expression !== "string" || expression === "") {
    throw invalid("userNameExpression", "userNameExpression: The field cannot be left blank");
  }
  const schema = call.store.schemas.get(param(call, "appId"));
  const names = Object.keys({ ...schema?.base, ...schema?.custom });
  try {
    call.checkExpression(expression, { appuser: new Set(["userName", ...names]) });
  } catch (error) {
    throw invalid("userNameExpression", error instanceof Error ? error.message : String(error));
  }
}

/**
 * SDKs spell it `usernameFormat`, Okta's examples `userNameFormat`: whichever was sent, both are kept. Its guide writes
 * `timeZone` for what its API calls `timezone`.
 */
export function withOneSpelling(settings: JsonObject): JsonObject {
  const { username, schedule } = settings;
  const format = isObject(username) ? (username["usernameFormat"] ?? username["userNameFormat"]) : undefined;
  return {
    ...settings,
    ...(isObject(username) && format !== undefined
      ? { username: { ...username, usernameFormat: format, userNameFormat: format } }
      : {}),
    ...(isObject(schedule) ? { schedule: withTimeZones(schedule) } : {}),
  };
}

function withTimeZones(schedule: JsonObject): JsonObject {
  const entries = Object.entries(schedule).map(([name, value]): [string, JsonValue] => {
    if (!isObject(value) || value["timeZone"] === undefined) return [name, value];
    const { timeZone, ...more } = value;
    return [name, { timezone: timeZone, ...more }];
  });
  return Object.fromEntries(entries);
}

function objectAt(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}
