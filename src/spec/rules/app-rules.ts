import { issueIn, type LoadedSpec } from "../loaded-spec.ts";
import { isSafeUrl } from "../loopback.ts";
import type { SpecIssue } from "../spec-issue.ts";

/** The app itself and how people sign on. */
export function checkApp(loaded: LoadedSpec): SpecIssue[] {
  return [...checkSignOn(loaded), ...checkUserName(loaded)];
}

function checkSignOn(loaded: LoadedSpec): SpecIssue[] {
  const { signOn, catalogName } = loaded.spec.app;
  const issues: SpecIssue[] = [];
  const custom = catalogName === undefined;
  const needed = {
    auto_login: ["signOnUrl"],
    swa: ["url", "usernameField", "passwordField", "buttonField"],
    saml: ["ssoUrl", "audience"],
  }[signOn.mode];
  const given: Readonly<Record<string, unknown>> = signOn;
  for (const key of needed) {
    if (!custom || given[key] !== undefined) continue;
    issues.push(
      issueIn(
        loaded,
        "SC1309",
        ["app", "signOn"],
        `A custom app that signs on by ${signOn.mode} needs \`app.signOn.${key}\` (or the app needs \`catalogName\`).`,
        {
          value: signOn.mode,
        },
      ),
    );
  }
  if (signOn.mode !== "saml") return issues;
  for (const key of ["ssoUrl", "recipient", "destination"] as const) {
    const url = signOn[key];
    if (url === undefined || isSafeUrl(url)) continue;
    issues.push(
      issueIn(
        loaded,
        "SC1305",
        ["app", "signOn", key],
        "Assertions are sent to this address: it must be https.",
      ),
    );
  }
  signOn.attributeStatements.forEach((statement, index) => {
    const path = ["app", "signOn", "attributeStatements", index];
    const isGroup = statement.type === "GROUP";
    const hasFilter = statement.filterType !== undefined && statement.filterValue !== undefined;
    const hasValues = statement.values !== undefined && statement.values.length > 0;
    if (isGroup && (!hasFilter || hasValues)) {
      issues.push(
        issueIn(
          loaded,
          "SC1309",
          path,
          "A GROUP statement has `filterType` and `filterValue`, and no `values`.",
          { value: statement.name },
        ),
      );
    }
    if (
      !isGroup &&
      (!hasValues || statement.filterType !== undefined || statement.filterValue !== undefined)
    ) {
      issues.push(
        issueIn(loaded, "SC1309", path, "An EXPRESSION statement has `values`, and no filter.", {
          value: statement.name,
        }),
      );
    }
  });
  return issues;
}

function checkUserName(loaded: LoadedSpec): SpecIssue[] {
  const { template, type } = loaded.spec.app.userNameTemplate;
  if (type === "NONE" || /\$\{[^}]+\}/.test(template)) return [];
  return [
    issueIn(
      loaded,
      "SC1311",
      ["app", "userNameTemplate", "template"],
      "This template holds no Okta expression in dollar and braces: everybody would get the same user name.",
    ),
  ];
}
