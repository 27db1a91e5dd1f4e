import { issueIn, type LoadedSpec } from "../loaded-spec.ts";
import { isSafeUrl } from "../loopback.ts";
import type { SignOnSpec } from "../schema/spec-schema.ts";
import type { SpecIssue } from "../spec-issue.ts";

/** The app itself and how people sign on. */
export function checkApp(loaded: LoadedSpec): SpecIssue[] {
  return [...checkSignOn(loaded), ...checkUserName(loaded)];
}

function checkSignOn(loaded: LoadedSpec): SpecIssue[] {
  const { signOn, catalogName } = loaded.spec.app;
  const needed = {
    auto_login: ["signOnUrl"],
    swa: ["url", "usernameField", "passwordField", "buttonField"],
    saml: ["ssoUrl", "audience"],
  }[signOn.mode];
  const given: Readonly<Record<string, unknown>> = signOn;
  const missing = catalogName === undefined ? needed.filter((key) => given[key] === undefined) : [];
  const issues = missing.map((key) =>
    issueIn(
      loaded,
      "SC1309",
      ["app", "signOn"],
      `A custom app that signs on by ${signOn.mode} needs \`app.signOn.${key}\` (or the app needs \`catalogName\`).`,
      { value: signOn.mode },
    ),
  );
  return signOn.mode === "saml" ? [...issues, ...checkSaml(loaded, signOn)] : issues;
}

type SamlSignOn = Extract<SignOnSpec, { mode: "saml" }>;

function checkSaml(loaded: LoadedSpec, signOn: SamlSignOn): SpecIssue[] {
  const addresses = (["ssoUrl", "recipient", "destination"] as const).filter((key) => {
    const url = signOn[key];
    return url !== undefined && !isSafeUrl(url);
  });
  return [
    ...addresses.map((key) =>
      issueIn(
        loaded,
        "SC1305",
        ["app", "signOn", key],
        "Assertions are sent to this address: it must be https.",
      ),
    ),
    ...signOn.attributeStatements.flatMap((statement, index) => {
      const message = findStatementFault(statement);
      if (message === undefined) return [];
      const path = ["app", "signOn", "attributeStatements", index];
      return [issueIn(loaded, "SC1309", path, message, { value: statement.name })];
    }),
  ];
}

function findStatementFault(statement: SamlSignOn["attributeStatements"][number]): string | undefined {
  const { type, filterType, filterValue, values = [] } = statement;
  const hasValues = values.length > 0;
  if (type === "GROUP") {
    const isWhole = filterType !== undefined && filterValue !== undefined && !hasValues;
    return isWhole ? undefined : "A GROUP statement has `filterType` and `filterValue`, and no `values`.";
  }
  const isWhole = hasValues && filterType === undefined && filterValue === undefined;
  return isWhole ? undefined : "An EXPRESSION statement has `values`, and no filter.";
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
