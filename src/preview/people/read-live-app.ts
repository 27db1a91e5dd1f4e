import { z } from "zod";
import type { OktaApp } from "../../okta/apps.ts";
import { collectList } from "../../okta/collect-list.ts";
import type { OktaGroupPushMapping } from "../../okta/group-push.ts";
import type { OktaClient } from "../../okta/okta-client.ts";
import type { AccessState, Account, Profile, PushedGroup, UserNameTemplate } from "./access.ts";

/** An app as it is in Okta now, but for its people. */
export interface LiveApp {
  readonly appId: string;
  /** Whom an app has by name, `readAppPeople` reads. */
  readonly state: Omit<AccessState, "assignedUsers">;
  /** True where Okta's API tells neither the connection (UNKNOWN) nor, by its features, that provisioning is on. */
  readonly connectionUnknown: boolean;
}

/** The state of an app that does not exist: nobody has access. */
export const noAccess: AccessState = {
  active: false,
  connected: false,
  createUsers: false,
  updateProfiles: false,
  deactivateUsers: false,
  assignedGroups: [],
  assignedUsers: [],
  mapping: [],
  userNameTemplate: { template: "", suffix: "", pushes: true },
  pushGroups: [],
};

const profileSchema = z.record(z.string(), z.json());

/** Everyone who has an app. */
export interface AppPeople {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly assignedUsers: AccessState["assignedUsers"];
}

/** How many accounts of an app come with one call. */
export const accountsPerCall = 500;

/**
 * Reads an app's settings, its assigned groups, its mapping and its push groups. Calls go out side by side; the client keeps the rate limits.
 * @param needs the mapping counts only where accounts may be looked at again; without it nobody's values change
 * @returns undefined when the app does not exist.
 */
export async function readLiveApp(
  client: OktaClient,
  appId: string,
  needs: { readonly mapping: boolean },
): Promise<LiveApp | undefined> {
  const [app, connection, features, groups, mapping, pushes] = await Promise.all([
    client.apps.find(appId),
    client.connections.find(appId),
    client.features.findUserProvisioning(appId),
    collectList(client.appGroups.list(appId)),
    needs.mapping ? client.mappings.findUserToApp(appId) : undefined,
    collectList(client.groupPush.list(appId)),
  ]);
  if (app === undefined) return undefined;
  const enabled = (status: string | null | undefined): boolean => status === "ENABLED";
  const capabilities = features?.capabilities;
  const isUnknown = connection?.status === "UNKNOWN";
  return {
    appId,
    connectionUnknown: isUnknown && features === undefined,
    state: {
      active: app.status === "ACTIVE",
      // Okta tells the features of an app only while its provisioning is on, whoever connected it.
      connected: enabled(connection?.status) || (isUnknown && features !== undefined),
      createUsers: enabled(capabilities?.create?.lifecycleCreate?.status),
      updateProfiles: enabled(capabilities?.update?.profile?.status),
      deactivateUsers: enabled(capabilities?.update?.lifecycleDeactivate?.status),
      assignedGroups: groups.map(({ id, priority, profile }) => ({
        id,
        priority: priority ?? 0,
        profile: readProfile(profile),
      })),
      mapping: Object.entries(mapping?.properties ?? {}).map(([attribute, entry]) => ({
        attribute,
        expression: entry.expression,
        push: entry.pushStatus === "PUSH",
      })),
      userNameTemplate: readTemplate(app),
      pushGroups: pushes.map(readPush),
    },
  };
}

/**
 * Reads everyone who has an app.
 * @param mostCalls the most that it may cost
 * @returns undefined where there are more people than that
 */
export async function readAppPeople(
  client: OktaClient,
  appId: string,
  mostCalls: number,
): Promise<AppPeople | undefined> {
  const accounts = new Map<string, Account>();
  const assignedUsers: { readonly id: string }[] = [];
  for await (const user of client.appUsers.list(appId)) {
    if (accounts.size >= mostCalls * accountsPerCall) return undefined;
    if (user.scope === "USER") assignedUsers.push({ id: user.id });
    accounts.set(user.id, {
      userId: user.id,
      externalId: user.externalId ?? undefined,
      syncState: user.syncState ?? "DISABLED",
      profile: readProfile(user.profile),
      userName: user.credentials?.userName ?? user.id,
    });
  }
  return { accounts, assignedUsers };
}

function readPush(push: OktaGroupPushMapping): PushedGroup {
  const isActive = push.status === "ACTIVE";
  const wasPushed = typeof push.lastPush === "string";
  const stalled = push.status === "ERROR" ? "failed" : isActive && !wasPushed ? "never pushed" : undefined;
  return {
    sourceGroupId: push.sourceGroupId,
    target: push.targetGroupId ?? push.sourceGroupId,
    active: isActive && wasPushed,
    stalled,
  };
}

function readTemplate({ credentials }: OktaApp): UserNameTemplate {
  const { template, suffix, pushStatus } = credentials?.userNameTemplate ?? {};
  return {
    template: template ?? "",
    suffix: typeof suffix === "string" ? suffix : "",
    pushes: pushStatus !== "DONT_PUSH",
  };
}

function readProfile(profile: unknown): Profile {
  const parsed = profileSchema.safeParse(profile ?? {});
  return parsed.success ? parsed.data : {};
}
