import type { AppCheckPlan, CheckPlan, SignOnMode } from "../checks/check-plan.ts";
import type { AppPlan, StackPlan } from "../spec/plan-types.ts";
import { toAuthorization } from "./connection-token.ts";

/** What is known of an app after an update. */
export interface DeclaredAppFacts {
  /** Okta's id of the app, `0oa…`. */
  readonly appId: string;
  /** The token for the app's SCIM server, in plain; empty where the stack does not know it. */
  readonly token: string;
}

/** The ids that names in specs were found to have. */
export interface KnownIds {
  readonly groupIds: ReadonlyMap<string, string>;
  readonly userIds: ReadonlyMap<string, string>;
}

/**
 * What the checks prove, from what the specs say. Apps without facts (not deployed yet) are left out.
 * @param facts by the app's name
 * @param updatedSince when the update began: failures that Okta logged since then count
 */
export function buildCheckPlan(
  plan: StackPlan,
  orgUrl: string,
  facts: Readonly<Record<string, DeclaredAppFacts>>,
  ids?: KnownIds,
  updatedSince?: Date,
): CheckPlan {
  return {
    stack: plan.stack,
    orgUrl,
    ...(updatedSince === undefined ? {} : { updatedSince: updatedSince.toISOString() }),
    apps: plan.apps.flatMap((app) => {
      const known = facts[app.name];
      return known === undefined ? [] : [buildAppCheckPlan(app, known, ids)];
    }),
  };
}

function buildAppCheckPlan(
  app: AppPlan,
  { appId, token }: DeclaredAppFacts,
  ids: KnownIds | undefined,
): AppCheckPlan {
  const { connection, declares } = app;
  const sent = app.attributes.filter(({ push, expression }) => push !== "never" && expression !== undefined);
  return {
    name: app.name,
    label: app.label,
    appId,
    expectedStatus: app.status,
    signOnMode: toSignOnMode(app),
    server: {
      kind: app.server.kind,
      dialect: app.catalogName === undefined ? "aiw" : "oin",
      baseUrl: app.server.baseUrl,
      authorization: toAuthorization(connection, token),
      ...bundledAddresses(app),
    },
    connection: {
      management: connection.management,
      configured: connection.configured,
      authentication: connection.authentication,
    },
    provisioning: app.provisioning,
    schemaProperties: app.attributes
      .filter(({ custom }) => custom)
      .map(({ name, type, externalName, externalNamespace }) => ({
        name,
        type,
        externalName,
        externalNamespace,
      })),
    mapping: declares.mapping
      ? app.mapping.map(({ attribute, expression, pushStatus }) => ({
          property: attribute,
          expression,
          pushStatus,
        }))
      : [],
    attributes: [
      { property: "userName", scim: "userName" },
      ...sent.map(({ name, scim }) => ({ property: name, scim })),
    ],
    pushGroups: declares.pushGroups
      ? app.pushGroups.map(({ group, target, status }) => ({
          group,
          target,
          status,
          ...withId("groupId", ids?.groupIds.get(group)),
        }))
      : [],
    assignments: {
      groups: declares.assignments
        ? app.groupAssignments.map(({ group, priority }) => ({
            group,
            ...(priority === undefined ? {} : { priority }),
            ...withId("groupId", ids?.groupIds.get(group)),
          }))
        : [],
      users: declares.assignments
        ? app.userAssignments.map(({ login }) => ({ login, ...withId("userId", ids?.userIds.get(login)) }))
        : [],
    },
    mode: app.checks.mode,
    ...(app.checks.readOnly ? { readOnly: true } : {}),
    ...(app.checks.canary === undefined ? {} : { canary: { login: app.checks.canary } }),
  };
}

/** The plugin makes SWA of a catalog app as AUTO_LOGIN, of which Okta may make BROWSER_PLUGIN; a custom app's is BROWSER_PLUGIN. */
function toSignOnMode({ signOn, catalogName }: AppPlan): SignOnMode {
  if (signOn.mode === "swa" && catalogName !== undefined) return "AUTO_LOGIN";
  const modes = { auto_login: "AUTO_LOGIN", swa: "BROWSER_PLUGIN", saml: "SAML_2_0" } as const;
  return modes[signOn.mode];
}

/** Health is the server's, evidence the tenant's. */
function bundledAddresses({ server }: AppPlan): { healthUrl?: string; evidenceUrl?: string } {
  const { publicUrl, tenant } = server;
  if (publicUrl === undefined || tenant === undefined) return {};
  const root = publicUrl.endsWith(`/${tenant}`) ? publicUrl.slice(0, -tenant.length - 1) : publicUrl;
  return { healthUrl: `${root}/healthz`, evidenceUrl: `${publicUrl}/evidence` };
}

function withId<K extends string>(key: K, id: string | undefined): { readonly [key in K]?: string } {
  if (id === undefined) return {};
  const found: { [key in K]?: string } = {};
  found[key] = id;
  return found;
}
