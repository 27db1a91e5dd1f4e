import { evaluateExpression, evaluateTemplate } from "../../expression/evaluate-expression.ts";
import type { Evaluate, Person, UserNameTemplate } from "./access.ts";

/** An expression that Okta would refuse gives nothing: provisioning then sends nothing for it. */
export const evaluateForPerson: Evaluate = (expression, person, account) => {
  if (expression.trim() === "") return null;
  try {
    return evaluateExpression(expression, {
      user: person.profile,
      internal: person.internal,
      ...(account === undefined ? {} : { appuser: { ...account.profile, userName: account.userName } }),
    });
  } catch {
    return null;
  }
};

/** The user name that a person has in an app by its username format; the login where the format gives nothing. */
export function composeUserName({ template, suffix }: UserNameTemplate, person: Person): string {
  return (fillTemplate(template, person) || person.login) + suffix;
}

function fillTemplate(template: string, { profile, internal }: Person): string {
  try {
    return evaluateTemplate(template, { user: profile, internal });
  } catch {
    return "";
  }
}
