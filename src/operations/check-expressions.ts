import { checkExpression } from "../expression/check-expression.ts";
import { ExpressionError } from "../expression/expression-error.ts";
import { listFunctionNames } from "../expression/resolve-names.ts";
import { issueIn, type LoadedSpec } from "../spec/loaded-spec.ts";
import { findNearestWord } from "../spec/nearest-word.ts";
import type { SpecIssue } from "../spec/spec-issue.ts";

/**
 * What is wrong in the specs' expressions as far as it shows without an org, which knows attributes of its own. One that breaks off can't be
 * right anywhere (SC1311); the rest is a warning (SC1319), since Okta may know more than this project does.
 */
export function checkExpressions(specs: readonly LoadedSpec[]): SpecIssue[] {
  return specs.flatMap((loaded) =>
    loaded.spec.attributes.flatMap(({ expression }, index) => {
      const error = expression === undefined ? undefined : findError(expression);
      if (error === undefined) return [];
      const path = ["attributes", index, "expression"];
      const isBrokenOff =
        error.code === "EXPRESSION_SYNTAX" && error.position >= error.expression.trimEnd().length;
      if (isBrokenOff) return [issueIn(loaded, "SC1311", path, `${error.message}.`)];
      const name = /^[\w.]+/.exec(error.expression.slice(error.position))?.[0];
      const nearest =
        error.code === "EXPRESSION_FUNCTION" && name !== undefined
          ? findNearestWord(name, listFunctionNames())
          : undefined;
      return [
        issueIn(loaded, "SC1319", path, `${error.message}.`, {
          severity: "warning",
          ...(nearest === undefined || nearest === name ? {} : { nearest }),
        }),
      ];
    }),
  );
}

function findError(expression: string): ExpressionError | undefined {
  try {
    checkExpression(expression, { user: "any", app: "any", groups: true });
    return undefined;
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
}
