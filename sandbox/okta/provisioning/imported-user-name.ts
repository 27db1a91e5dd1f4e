import { evaluateExpression } from "../../../src/expression/evaluate-expression.ts";
import { ExpressionError } from "../../../src/expression/expression-error.ts";
import type { JsonObject, Profile } from "../store/model.ts";
import type { OrgStore } from "../store/org-store.ts";
import { isObject } from "../store/sql.ts";

/** The mapping of a new app: an administrator has changed nothing. */
const defaultLogin = "appuser.userName";

/**
 * The Okta user name of an imported account ("Okta username format"): a mapping of `login` that somebody changed, else the format of
 * the import settings, else the account's own user name.
 */
export function readOktaUserName(
  store: OrgStore,
  appId: string,
  account: { readonly userName: string; readonly profile: Profile },
): string {
  const appuser = { ...account.profile, userName: account.userName };
  const mapped = store.mappings.ofApp(appId, "app-to-user")?.properties["login"]?.expression;
  if (mapped !== undefined && mapped !== defaultLogin) {
    return evaluateText(mapped, appuser) ?? account.userName;
  }
  const { format, expression } = readFormat(store.settings.features(appId).inbound);
  if (format === "EMAIL") return readText(account.profile["email"]) ?? account.userName;
  if (format === "CUSTOM" && expression !== undefined) {
    return evaluateText(expression, appuser) ?? account.userName;
  }
  return account.userName;
}

function readFormat(inbound: JsonObject | null) {
  const settings = inbound?.["importSettings"];
  const username = isObject(settings) && isObject(settings["username"]) ? settings["username"] : {};
  return { format: username["usernameFormat"], expression: readText(username["userNameExpression"]) };
}

function evaluateText(expression: string, appuser: Profile): string | undefined {
  try {
    return readText(evaluateExpression(expression, { appuser }));
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

function readText(value: Profile[string] | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
