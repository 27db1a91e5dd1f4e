import { evaluateExpression } from "../../../src/expression/evaluate-expression.ts";
import { ExpressionError } from "../../../src/expression/expression-error.ts";
import type { PersonLookups } from "../../../src/expression/person-functions.ts";
import type { AppUser, JsonValue, Profile, ProfileMapping, User } from "../store/model.ts";

/**
 * Evaluates every property of a mapping for one person, whatever its push status. A property whose expression is empty or
 * cannot be evaluated for this person is null: one bad expression does not hold back the others.
 */
export function evaluateMapping(
  mapping: ProfileMapping,
  user: User,
  appUser: AppUser | undefined,
  lookups: PersonLookups = {},
): Profile {
  const { profile, ...internal } = user;
  const scope = {
    user: profile,
    ...(appUser === undefined ? {} : { appuser: { ...appUser.profile, userName: appUser.userName } }),
    internal: { ...internal },
    lookups,
  };
  const values = Object.entries(mapping.properties).map(([name, { expression }]): [string, JsonValue] => [
    name,
    evaluateOrNull(expression, scope),
  ]);
  return Object.fromEntries(values);
}

function evaluateOrNull(expression: string, scope: Parameters<typeof evaluateExpression>[1]): JsonValue {
  if (expression.trim() === "") return null;
  try {
    return evaluateExpression(expression, scope);
  } catch (error) {
    if (error instanceof ExpressionError) return null;
    throw error;
  }
}
