import type { AppCheckPlan } from "../check-plan.ts";

/** The attribute whose change is followed from Okta into the SCIM server. */
export interface CanaryChange {
  /** The attribute of Okta's user that is changed. */
  readonly userAttribute: string;
  /** Where the value arrives. */
  readonly scim: string;
}

/** From harmless to less so; a department or a cost centre may move a person between groups by rules. */
const preferred = [
  "nickName",
  "displayName",
  "title",
  "honorificSuffix",
  "middleName",
  "division",
  "department",
  "firstName",
];

/**
 * The least harmful attribute that is pushed and whose expression is one attribute of Okta's user (`user.title`), so that the value
 * that arrives is known; `undefined` where there is none.
 */
export function chooseCanaryChange(app: AppCheckPlan): CanaryChange | undefined {
  const candidates = app.mapping.flatMap(({ property, expression, pushStatus }) => {
    const userAttribute = /^user\.(\w+)$/.exec(expression.trim())?.[1];
    const scim = app.attributes.find((attribute) => attribute.property === property)?.scim;
    const rank = preferred.indexOf(userAttribute ?? "");
    if (userAttribute === undefined || scim === undefined || pushStatus !== "PUSH" || rank < 0) return [];
    return [{ rank, userAttribute, scim }];
  });
  const [best] = candidates.sort((left, right) => left.rank - right.rank);
  return best === undefined ? undefined : { userAttribute: best.userAttribute, scim: best.scim };
}
