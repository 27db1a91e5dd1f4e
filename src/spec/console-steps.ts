import type { ConnectionPlan } from "./plan-types.ts";
import type { AppSpec } from "./schema/spec-schema.ts";

/** The app whose connection an administrator sets, and what is promised of it. */
export interface ConsoleStepsSubject {
  readonly stack: string;
  readonly app: string;
  readonly file: string;
  readonly label: string;
  readonly catalogName: string | undefined;
  readonly baseUrl: string;
  readonly connection: ConnectionPlan;
  readonly provisioning: AppSpec["provisioning"];
}

/** What an administrator does in Okta's console to connect an app whose connection no API sets, value by value. The token is named, never shown. */
export function describeConsoleSteps(subject: ConsoleStepsSubject): string[] {
  const { app, stack, file, label, catalogName, baseUrl, provisioning } = subject;
  const custom = catalogName === undefined;
  return [
    `Okta Admin Console > Applications > Applications > ${label}`,
    ...(custom
      ? [
          "General > App Settings > Edit: Provisioning = SCIM, Save",
          "Provisioning > Integration > Edit:",
          `  SCIM connector base URL: ${baseUrl}`,
          "  Unique identifier field for users: userName",
          `  Supported provisioning actions: Push New Users, Push Profile Updates, Push Groups`,
        ]
      : ["Provisioning > Configure API Integration > Enable API integration:", `  Base URL: ${baseUrl}`]),
    ...describeCredential(subject),
    `  ${custom ? "Test Connector Configuration" : "Test API Credentials"}, then Save`,
    `Provisioning > To App > Edit: ${describeFeatures(provisioning)}, Save`,
    `Then set in ${file}: connection: { management: manual, configured: true }`,
    `and run the update of stack ${stack} again: the mapping, the people and the groups of ${app} follow.`,
  ];
}

function describeCredential({ app, stack, connection, catalogName }: ConsoleStepsSubject): string[] {
  const show = `pulumi stack output connectionTokens --show-secrets --stack ${stack} (key ${app})`;
  switch (connection.authentication) {
    case "header":
      return catalogName === undefined
        ? ["  Authentication mode: HTTP Header", `  Authorization: Bearer, token from: ${show}`]
        : [`  API Token: "Bearer " and the token from: ${show}`];
    case "bearer":
      return catalogName === undefined
        ? ["  Authentication mode: HTTP Header", `  Authorization: Bearer, token from: ${show}`]
        : [`  API Token: the token from: ${show}`];
    case "basic":
      return [
        "  Authentication mode: Basic Auth",
        `  Username: ${connection.username ?? ""}`,
        `  Password: the token from: ${show}`,
      ];
    case "oauth2":
      return [
        "  Authentication mode: OAuth 2",
        `  Client ID: ${connection.clientId ?? ""}`,
        "  Client secret: as the app's vendor gave it",
      ];
  }
}

function describeFeatures(provisioning: AppSpec["provisioning"]): string {
  const settings = [
    ["Create Users", provisioning.createUsers],
    ["Update User Attributes", provisioning.updateProfiles],
    ["Deactivate Users", provisioning.deactivateUsers],
    ["Sync Password", provisioning.syncPassword],
  ] as const;
  return settings.map(([name, on]) => `${name} ${on ? "on" : "off"}`).join(", ");
}
