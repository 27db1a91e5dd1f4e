import type { OktaAppUser } from "../../okta/app-users.ts";
import type { AppCheckPlan } from "../check-plan.ts";
import { readScimPath } from "../read-scim-path.ts";

/**
 * The differences between a person's app profile in Okta and the account in the SCIM server, one line per attribute. Attributes whose
 * mapping is DONT_PUSH are left out: Okta sends them once and never again. Nothing, null, "" and [] are the same (RFC 7643 section 2.5).
 */
export function compareValues(app: AppCheckPlan, appUser: OktaAppUser, account: unknown): readonly string[] {
  const sentOnce = new Set(
    app.mapping.filter(({ pushStatus }) => pushStatus === "DONT_PUSH").map(({ property }) => property),
  );
  return app.attributes.flatMap(({ property, scim }) => {
    if (sentOnce.has(property)) return [];
    const expected = property === "userName" ? appUser.credentials?.userName : appUser.profile?.[property];
    const actual = readScimPath(account, scim);
    if (isSameValue(expected, actual, property === "userName")) return [];
    return [`${property} is ${show(actual)} in ${scim}, Okta has ${show(expected)}`];
  });
}

function isSameValue(expected: unknown, actual: unknown, ignoreCase: boolean): boolean {
  if (isNothing(expected) || isNothing(actual)) return isNothing(expected) && isNothing(actual);
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const sort = (values: readonly unknown[]) =>
      JSON.stringify(values.map((value) => JSON.stringify(value)).sort());
    return sort(expected) === sort(actual);
  }
  if (typeof expected === "object" || typeof actual === "object")
    return JSON.stringify(expected) === JSON.stringify(actual);
  // A server may keep a number or a boolean that Okta has as text, and the other way round.
  const [left, right] = [String(expected), String(actual)];
  return ignoreCase ? left.toLowerCase() === right.toLowerCase() : left === right;
}

function isNothing(value: unknown): boolean {
  return (
    value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)
  );
}

function show(value: unknown): string {
  return isNothing(value) ? "nothing" : JSON.stringify(value);
}
