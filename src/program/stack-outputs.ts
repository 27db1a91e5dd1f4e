import * as pulumi from "@pulumi/pulumi";
import type { RecordedAcknowledgements } from "../preview/guard-rails/used-acknowledgements.ts";
import type { AppPlan, Declarations } from "../spec/plan-types.ts";
import type { CheckOutput } from "./run-stack-checks.ts";
import type { ScimApp } from "./scim-app.ts";
import type { ScimServer } from "./scim-server.ts";
import type { AppTokens } from "./tenants-file.ts";

/** What `pulumi stack output` shows. */
export interface StackOutputs {
  /** By name of the spec's file. */
  readonly apps: Readonly<Record<string, AppOutput>>;
  /** The bundled SCIM server, where the stack runs one. */
  readonly server?: ServerOutput;
  /** What an administrator has to do in Okta's console, by app; empty where nothing is to do. */
  readonly consoleSteps: Readonly<Record<string, readonly string[]>>;
  /** Tokens that an administrator types in Okta's console, by app. Secret. */
  readonly connectionTokens: Readonly<Record<string, pulumi.Output<string>>>;
  /** What signs the deliveries of each webhook, by tenant and webhook. Secret. */
  readonly webhookSecrets: Readonly<Record<string, pulumi.Output<Readonly<Record<string, string>>>>>;
  /** Fingerprints of acknowledgements that updates have used up: none of them allows anything a second time. */
  readonly usedAcknowledgements: readonly string[];
  /** Digests of what the last update was allowed by each, for the one that has to finish it where it failed. */
  readonly allowedLosses: Readonly<Record<string, readonly string[]>>;
  /** The outcome of the checks after the update. */
  readonly checks: pulumi.Output<CheckOutput>;
}

export interface AppOutput {
  readonly id: pulumi.Output<string>;
  readonly label: string;
  readonly status: pulumi.Output<string>;
  readonly signOnMode: pulumi.Output<string>;
  readonly lifecycle: AppPlan["lifecycle"];
  /** Whether the engine refuses to delete it: what the next update's guard rails compare with. */
  readonly protected: boolean;
  readonly scimBaseUrl: string;
  readonly connection: "api" | "manual";
  /** Whether Okta can provision, as far as the spec knows. */
  readonly configured: boolean;
  /** How much is declared of each kind. */
  readonly declared: Readonly<Record<keyof Declarations, number>> & { readonly attributes: number };
  /** What waits, and why. */
  readonly heldBack: readonly string[];
}

export interface ServerOutput {
  readonly containerName: pulumi.Output<string>;
  readonly imageDigest: pulumi.Output<string>;
  readonly address: string;
  /** Where every server listens, for the proxy in front of them. */
  readonly addresses: readonly string[];
}

/** An app as declared. */
export interface DeclaredApp {
  readonly plan: AppPlan;
  readonly component: ScimApp;
  readonly tokens: AppTokens | undefined;
}

export interface DeclaredStack {
  readonly apps: readonly DeclaredApp[];
  readonly server: ScimServer | undefined;
  readonly checks: pulumi.Output<CheckOutput>;
  readonly acknowledged: RecordedAcknowledgements;
  /** In plain, by tenant and webhook. */
  readonly webhookSecrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The outputs of a declared stack. */
export function buildOutputs({
  apps,
  server,
  checks,
  acknowledged,
  webhookSecrets,
}: DeclaredStack): StackOutputs {
  return {
    apps: Object.fromEntries(apps.map((app) => [app.plan.name, describeApp(app)])),
    ...(server === undefined ? {} : { server: describeServer(server) }),
    consoleSteps: Object.fromEntries(
      apps.flatMap(({ plan }) => (plan.consoleSteps.length === 0 ? [] : [[plan.name, plan.consoleSteps]])),
    ),
    connectionTokens: Object.fromEntries(
      apps.flatMap(({ plan, tokens }) =>
        plan.connection.management === "manual" && tokens !== undefined
          ? [[plan.name, pulumi.secret(tokens.current)]]
          : [],
      ),
    ),
    webhookSecrets: Object.fromEntries(
      Object.entries(webhookSecrets).map(([tenant, secrets]) => [tenant, pulumi.secret(secrets)]),
    ),
    ...acknowledged,
    checks,
  };
}

function describeServer({ containerName, imageDigest, address, addresses }: ScimServer): ServerOutput {
  return { containerName, imageDigest, address, addresses };
}

function describeApp({ plan, component }: DeclaredApp): AppOutput {
  const { declares } = plan;
  return {
    id: component.appId,
    label: plan.label,
    status: component.status,
    signOnMode: component.signOnMode,
    lifecycle: plan.lifecycle,
    protected: plan.protect,
    scimBaseUrl: plan.server.baseUrl,
    connection: plan.connection.management,
    configured: plan.connection.configured,
    declared: {
      attributes: plan.attributes.filter(({ custom }) => custom).length,
      connection: declares.connection ? 1 : 0,
      features: declares.features ? 1 : 0,
      mapping: declares.mapping ? plan.mapping.length : 0,
      pushGroups: declares.pushGroups ? plan.pushGroups.length : 0,
      assignments: declares.assignments ? plan.groupAssignments.length + plan.userAssignments.length : 0,
    },
    heldBack: plan.heldBack.map(({ message }) => message),
  };
}
