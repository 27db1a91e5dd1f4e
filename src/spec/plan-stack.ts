import { isServedByConnectionApi } from "./connection-api-apps.ts";
import { describeConsoleSteps } from "./console-steps.ts";
import { type LoadedSpec, positionIn } from "./loaded-spec.ts";
import { planAttributes, planMapping } from "./plan-attributes.ts";
import type {
  AppPlan,
  AppServerPlan,
  ConnectionPlan,
  Declarations,
  HeldBack,
  StackPlan,
} from "./plan-types.ts";
import { resourceName } from "./resource-names.ts";
import type { AppSpec } from "./schema/spec-schema.ts";

/** What a plan takes from the stack's configuration. */
export interface PlanOptions {
  /** Protect every active app against deletion. */
  readonly protect: boolean;
  /** Apps whose manual step the sandbox did at the emulated console; treated as `configured: true`. */
  readonly sandboxConfigured: readonly string[];
}

/** Resolves everything that the specs of a stack imply. What is declared follows from specs and configuration alone, never from evidence. */
export function planStack(stack: string, specs: readonly LoadedSpec[], options: PlanOptions): StackPlan {
  const apps = specs.map((loaded) => planApp(loaded, options)).sort((a, b) => (a.name < b.name ? -1 : 1));
  return { stack, apps, needsServer: apps.some(({ server }) => server.kind === "bundled") };
}

function planApp(loaded: LoadedSpec, options: PlanOptions): AppPlan {
  const { name, file, stack, spec } = loaded;
  const server = planServer(name, spec);
  const connection = planConnection(spec, options.sandboxConfigured.includes(name));
  const { declares, heldBack } = decideDeclarations(spec, connection);
  const attributes = planAttributes(spec.attributes);
  const { label, catalogName, signOn } = spec.app;
  const { baseUrl } = server;
  const { provisioning } = spec;
  return {
    name,
    file,
    lifecycle: spec.lifecycle,
    protect: options.protect && spec.lifecycle === "active",
    label,
    status: spec.app.status === "active" ? "ACTIVE" : "INACTIVE",
    catalogName,
    signOn,
    app: spec.app,
    server,
    connection,
    provisioning,
    declares,
    heldBack,
    attributes,
    mapping: planMapping(attributes),
    ...planPeople(loaded),
    protection: spec.protection,
    acknowledgements: spec.acknowledgements,
    checks: spec.checks,
    adopt: spec.adopt,
    previousNames: spec.previousNames,
    consoleSteps:
      connection.configured || spec.lifecycle === "offboarding"
        ? []
        : describeConsoleSteps({
            stack,
            app: name,
            file,
            label,
            catalogName,
            baseUrl,
            connection,
            provisioning,
          }),
  };
}

function planServer(name: string, { server }: AppSpec): AppServerPlan {
  const { bundled, external } = server;
  return {
    kind: bundled === undefined ? "external" : "bundled",
    baseUrl: bundled === undefined ? (external?.baseUrl ?? "") : `${bundled.publicUrl}/scim/v2`,
    publicUrl: bundled?.publicUrl,
    tenant: bundled === undefined ? undefined : (bundled.tenant ?? name),
    reactivateOnCreate: bundled?.reactivateOnCreate ?? false,
    rateLimit: bundled?.rateLimit,
    webhooks: bundled?.webhooks ?? [],
    changes: bundled?.changes,
  };
}

function planConnection({ app, connection }: AppSpec, configuredBySandbox: boolean): ConnectionPlan {
  const { management, authentication } = connection;
  const served = isServedByConnectionApi(app.catalogName, authentication);
  const effective = management === "auto" ? (served ? "api" : "manual") : management;
  return {
    management: effective,
    chosenBy: management === "auto" ? "list" : "spec",
    configured: effective === "api" || connection.configured === true || configuredBySandbox,
    configuredBySandbox: effective === "manual" && connection.configured !== true && configuredBySandbox,
    authentication,
    username: connection.username,
    clientId: connection.clientId,
    tokenVersion: connection.tokenVersion,
    acceptPreviousToken: connection.acceptPreviousToken,
  };
}

function decideDeclarations(
  spec: AppSpec,
  { management, configured }: ConnectionPlan,
): { readonly declares: Declarations; readonly heldBack: readonly HeldBack[] } {
  const leaving = spec.lifecycle === "offboarding";
  const wanted = {
    mapping: true,
    assignments: spec.assignments.groups.length + spec.assignments.users.length > 0,
    pushGroups: spec.pushGroups.length > 0,
  };
  const declares: Declarations = {
    connection: management === "api",
    features: management === "api",
    mapping: configured,
    assignments: configured && !leaving && wanted.assignments,
    pushGroups: configured && !leaving && wanted.pushGroups,
  };
  const words = { mapping: "The attribute mapping", assignments: "Assignments", pushGroups: "Push groups" };
  const heldBack = (["mapping", "assignments", "pushGroups"] as const).flatMap((what): HeldBack[] => {
    if (!wanted[what] || declares[what]) return [];
    const verb = what === "mapping" ? "waits" : "wait";
    return leaving && what !== "mapping"
      ? [{ what, reason: "offboarding", message: `${words[what]} are released: the app is offboarding.` }]
      : [
          {
            what,
            reason: "manual-connection",
            message: `${words[what]} ${verb} for the connection, which an administrator sets in Okta's console.`,
          },
        ];
  });
  return { declares, heldBack };
}

function planPeople(
  loaded: LoadedSpec,
): Pick<AppPlan, "pushGroups" | "groupAssignments" | "userAssignments"> {
  const { name, spec } = loaded;
  return {
    pushGroups: spec.pushGroups.map(({ group, target, targetId, onRemove, status }, index) => ({
      resourceName: resourceName(name, "push", group),
      group,
      target: target ?? group,
      targetId,
      deleteTarget: onRemove === "delete",
      status: status === "active" ? "ACTIVE" : "INACTIVE",
      at: positionIn(loaded, ["pushGroups", index, "group"]),
    })),
    groupAssignments: spec.assignments.groups.map(({ group, priority, profile }, index) => ({
      resourceName: resourceName(name, "group", group),
      group,
      priority,
      profile: profile ?? {},
      at: positionIn(loaded, ["assignments", "groups", index, "group"]),
    })),
    userAssignments: spec.assignments.users.map(({ login, userName }, index) => ({
      resourceName: resourceName(name, "user", login),
      login,
      userName: userName ?? login,
      at: positionIn(loaded, ["assignments", "users", index, "login"]),
    })),
  };
}
