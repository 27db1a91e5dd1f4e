/** Stable codes of what can be wrong with an expression. */
export type ExpressionErrorCode =
  | "EXPRESSION_SYNTAX"
  | "EXPRESSION_PROPERTY"
  | "EXPRESSION_FUNCTION"
  | "EXPRESSION_VALUE";

/**
 * An expression that Okta would refuse, or that cannot be evaluated for this person. The sentences about properties and
 * function names are Okta's own ("Invalid property x in expression user.x").
 */
export class ExpressionError extends Error {
  readonly code: ExpressionErrorCode;
  readonly remedy: string;
  readonly expression: string;
  /** Where in the expression, counted in characters from 0. */
  readonly position: number;

  constructor(code: ExpressionErrorCode, message: string, expression: string, position: number) {
    super(message);
    this.name = "ExpressionError";
    this.code = code;
    this.expression = expression;
    this.position = position;
    this.remedy = remedies[code];
  }
}

const remedies: Readonly<Record<ExpressionErrorCode, string>> = {
  EXPRESSION_SYNTAX:
    'Write the expression in Okta Expression Language, for example: user.firstName + " " + user.lastName',
  EXPRESSION_PROPERTY:
    "Use an attribute of the profile, for example user.email, appuser.email or source.login.",
  EXPRESSION_FUNCTION:
    "Use a function that mappings know: String.*, Arrays.*, Convert.*, Time.*, Iso3166Convert.*, isMemberOf…, user.getInternalProperty or user.getLinkedObject.",
  EXPRESSION_VALUE:
    "Guard the value with a condition, for example: user.nickName == null ? user.firstName : user.nickName",
};
