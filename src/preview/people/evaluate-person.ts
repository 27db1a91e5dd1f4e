import { evaluateExpression } from "../../expression/evaluate-expression.ts";
import type { Evaluate, Person, UserNameTemplate } from "./access.ts";

/** An expression that Okta would refuse gives nothing: provisioning then sends nothing for it. */
export const evaluateForPerson: Evaluate = (expression, person, account) => {
  if (expression.trim() === "") return null;
  try {
    return evaluateExpression(expression, {
      user: person.profile,
      ...(account === undefined ? {} : { appuser: { ...account.profile, userName: account.userName } }),
    });
  } catch {
    return null;
  }
};

/** The user name that a person has in an app by its username format; the login where the format gives nothing. */
export function composeUserName(
  { template, type, suffix }: UserNameTemplate,
  person: Person,
  evaluate: Evaluate,
): string {
  const made = type === "CUSTOM" ? evaluate(template, person) : fillBuiltIn(template, person);
  return (typeof made === "string" && made !== "" ? made : person.login) + suffix;
}

/** Okta's own formats: `${source.login}`, `${source.email}`, and their part before a separator. */
function fillBuiltIn(template: string, { profile }: Person): string {
  const text = (name: string): string => String(profile[name] ?? "");
  return template
    .replaceAll(
      /\$\{fn:substringBefore\(source\.(\w+),\s*["']([^"']+)["']\)\}/g,
      (_whole, name: string, separator: string) => text(name).split(separator, 1)[0] ?? "",
    )
    .replaceAll(/\$\{source\.(\w+)\}/g, (_whole, name: string) => text(name));
}
