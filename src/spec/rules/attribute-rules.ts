import { findBaseAttribute } from "../base-attributes.ts";
import { issueIn, type LoadedSpec } from "../loaded-spec.ts";
import { findNearestWord } from "../nearest-word.ts";
import type { AttributeSpec } from "../schema/spec-schema.ts";
import { isStandardAttribute, parseScimPath, refuseScimPath, renderScimPath } from "../scim-path.ts";
import type { SpecIssue } from "../spec-issue.ts";

/** Attributes: SCIM paths that exist, base attributes left as they are, nothing twice. */
export function checkAttributes(loaded: LoadedSpec): SpecIssue[] {
  const { attributes } = loaded.spec;
  return [
    ...attributes.flatMap((attribute, index) => [
      ...checkScimPath(loaded, attribute, index),
      ...(findBaseAttribute(attribute.name) === undefined
        ? checkCustomAttribute(loaded, attribute, index)
        : checkBaseAttribute(loaded, attribute, index)),
      ...checkExpression(loaded, attribute, index),
      ...checkPush(loaded, attribute, index),
    ]),
    ...checkDuplicates(loaded),
  ];
}

function checkScimPath(loaded: LoadedSpec, { scim }: AttributeSpec, index: number): SpecIssue[] {
  if (scim === undefined) return [];
  const path = ["attributes", index, "scim"];
  const parsed = parseScimPath(scim);
  if (parsed === undefined) {
    return [issueIn(loaded, "SC1301", path, "This is not a SCIM attribute path.")];
  }
  const refused = refuseScimPath(parsed);
  if (refused === undefined) {
    const hasParts = parsed.subAttribute !== undefined || parsed.selector !== undefined;
    if (isStandardAttribute(parsed) || !hasParts || loaded.spec.server.bundled === undefined) return [];
    return [
      issueIn(
        loaded,
        "SC1301",
        path,
        "In the bundled server an attribute of an extension has no parts of its own.",
      ),
    ];
  }
  const { known, wrong, message } = refused;
  return [
    issueIn(loaded, "SC1301", path, message, {
      ...(known.length === 0 ? {} : { allowed: known }),
      nearest: findNearestWord(wrong, known),
    }),
  ];
}

function checkBaseAttribute(loaded: LoadedSpec, attribute: AttributeSpec, index: number): SpecIssue[] {
  const base = findBaseAttribute(attribute.name);
  if (base === undefined) return [];
  const issues: SpecIssue[] = [];
  const parsed = attribute.scim === undefined ? undefined : parseScimPath(attribute.scim);
  if (parsed !== undefined && renderScimPath(parsed) !== base.scim) {
    issues.push(
      issueIn(
        loaded,
        "SC1302",
        ["attributes", index, "scim"],
        `Okta sends its base attribute \`${base.name}\` to ${base.scim}.`,
        {
          allowed: [base.scim],
        },
      ),
    );
  }
  if (attribute.type !== "string") {
    issues.push(
      issueIn(
        loaded,
        "SC1302",
        ["attributes", index, "type"],
        `Okta's base attribute \`${base.name}\` is a string.`,
        {
          allowed: ["string"],
        },
      ),
    );
  }
  for (const key of ["items", "enum", "minLength", "maxLength", "title", "description"] as const) {
    if (attribute[key] === undefined) continue;
    issues.push(
      issueIn(
        loaded,
        "SC1302",
        ["attributes", index, key],
        `Only the mapping of Okta's base attribute \`${base.name}\` can be set, not \`${key}\`.`,
      ),
    );
  }
  return issues;
}

function checkCustomAttribute(loaded: LoadedSpec, attribute: AttributeSpec, index: number): SpecIssue[] {
  const here = ["attributes", index];
  const issues: SpecIssue[] = [];
  if (attribute.name === "userName") {
    issues.push(
      issueIn(loaded, "SC1302", [...here, "name"], "The user name comes from `app.userNameTemplate`."),
    );
    return issues;
  }
  if (attribute.scim === undefined) {
    issues.push(
      issueIn(
        loaded,
        "SC1303",
        here,
        `The custom attribute \`${attribute.name}\` needs \`scim\`: where its value goes.`,
        {
          value: attribute.name,
        },
      ),
    );
  }
  if ((attribute.type === "array") !== (attribute.items !== undefined)) {
    const message =
      attribute.type === "array" ? "An array needs `items`: the type of each." : "Only an array has `items`.";
    issues.push(
      issueIn(loaded, "SC1303", [...here, attribute.items === undefined ? "type" : "items"], message),
    );
  }
  const { minLength, maxLength } = attribute;
  if ((minLength !== undefined || maxLength !== undefined) && attribute.type !== "string") {
    const key = minLength === undefined ? "maxLength" : "minLength";
    issues.push(issueIn(loaded, "SC1303", [...here, key], "Only a string has a length."));
  }
  if (minLength !== undefined && maxLength !== undefined && minLength > maxLength) {
    issues.push(
      issueIn(loaded, "SC1303", [...here, "minLength"], "`minLength` is greater than `maxLength`."),
    );
  }
  return issues;
}

function checkPush(loaded: LoadedSpec, { push }: AttributeSpec, index: number): SpecIssue[] {
  if (push !== "never" || loaded.spec.provisioning.unlistedMappings === "remove") return [];
  return [
    issueIn(
      loaded,
      "SC1316",
      ["attributes", index, "push"],
      "With `provisioning.unlistedMappings: keep`, Okta goes on sending it as before.",
    ),
  ];
}

function checkExpression(loaded: LoadedSpec, { expression }: AttributeSpec, index: number): SpecIssue[] {
  if (expression === undefined) return [];
  const path = ["attributes", index, "expression"];
  const wrong = findExpressionFault(expression);
  return wrong === undefined ? [] : [issueIn(loaded, "SC1311", path, wrong)];
}

/** Only what is wrong in every dialect of the language; the org judges the rest. */
function findExpressionFault(expression: string): string | undefined {
  const withoutTexts = expression.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""');
  if (/(?<!")"(?!")/.test(withoutTexts) || /'/.test(withoutTexts)) return "A quote is not closed.";
  const opened = withoutTexts.split("(").length;
  const closed = withoutTexts.split(")").length;
  if (opened !== closed) return "The parentheses do not match.";
  if (/^\$\{.*\}$/.test(expression)) return "A mapping's expression stands without dollar and braces.";
  if (/\bappuser\./.test(withoutTexts))
    return "The mapping goes from Okta's user to the app user: use `user.`, not `appuser.`.";
  return undefined;
}

function checkDuplicates(loaded: LoadedSpec): SpecIssue[] {
  const names = new Map<string, number>();
  const paths = new Map<string, string>();
  return loaded.spec.attributes.flatMap((attribute, index) => {
    const issues: SpecIssue[] = [];
    const key = attribute.name.toLowerCase();
    if (names.has(key)) {
      issues.push(
        issueIn(
          loaded,
          "SC1304",
          ["attributes", index, "name"],
          `The attribute \`${attribute.name}\` is listed twice.`,
        ),
      );
    }
    names.set(key, index);
    const parsed = attribute.scim === undefined ? undefined : parseScimPath(attribute.scim);
    if (parsed === undefined) return issues;
    // SCIM knows no case in names (RFC 7643 section 2.1).
    const target = renderScimPath(parsed).toLowerCase();
    const other = paths.get(target);
    if (other !== undefined && other !== attribute.name) {
      issues.push(
        issueIn(
          loaded,
          "SC1304",
          ["attributes", index, "scim"],
          `\`${other}\` goes to the same SCIM attribute.`,
        ),
      );
    }
    paths.set(target, attribute.name);
    return issues;
  });
}
