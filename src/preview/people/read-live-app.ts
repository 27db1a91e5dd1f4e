import { z } from "zod";
import type { OktaApp } from "../../okta/apps.ts";
import type { OktaClient } from "../../okta/okta-client.ts";
import type { AccessState, Account, Profile, UserNameTemplate } from "./access.ts";

/** An app as it is in Okta now. */
export interface LiveApp {
  readonly appId: string;
  readonly state: AccessState;
  readonly accounts: ReadonlyMap<string, Account>;
  /** True where Okta's API does not tell the connection (UNKNOWN): an administrator set it, or nobody did. */
  readonly connectionUnknown: boolean;
}

/** The state of an app that does not exist: nobody has access. */
export const noAccess: AccessState = {
  provisioning: false,
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

/**
 * Reads who has access to an app now, its mapping and its push groups. Calls go out side by side; the client keeps the rate limits.
 * @returns undefined when the app does not exist.
 */
export async function readLiveApp(client: OktaClient, appId: string): Promise<LiveApp | undefined> {
  const [app, connection, features, groups, users, mapping, pushes] = await Promise.all([
    client.apps.find(appId),
    client.connections.find(appId),
    client.features.findUserProvisioning(appId),
    collect(client.appGroups.list(appId)),
    collect(client.appUsers.list(appId)),
    client.mappings.findUserToApp(appId),
    collect(client.groupPush.list(appId)),
  ]);
  if (app === undefined) return undefined;
  const enabled = (status: string | null | undefined): boolean => status === "ENABLED";
  const capabilities = features?.capabilities;
  return {
    appId,
    connectionUnknown: connection?.status === "UNKNOWN",
    state: {
      provisioning: app.status === "ACTIVE" && enabled(connection?.status),
      createUsers: enabled(capabilities?.create?.lifecycleCreate?.status),
      updateProfiles: enabled(capabilities?.update?.profile?.status),
      deactivateUsers: enabled(capabilities?.update?.lifecycleDeactivate?.status),
      assignedGroups: groups.map(({ id, priority, profile }) => ({
        id,
        priority: priority ?? 0,
        profile: readProfile(profile),
      })),
      assignedUsers: users.filter(({ scope }) => scope === "USER").map(({ id }) => ({ id })),
      mapping: Object.entries(mapping?.properties ?? {}).map(([attribute, entry]) => ({
        attribute,
        expression: entry.expression,
        push: entry.pushStatus === "PUSH",
      })),
      userNameTemplate: readTemplate(app),
      pushGroups: pushes.map((push) => ({
        sourceGroupId: push.sourceGroupId,
        target: push.targetGroupId ?? push.sourceGroupId,
        active: push.status === "ACTIVE",
      })),
    },
    accounts: new Map(
      users.map((user) => [
        user.id,
        {
          userId: user.id,
          externalId: user.externalId ?? undefined,
          syncState: user.syncState ?? "DISABLED",
          profile: readProfile(user.profile),
          userName: user.credentials?.userName ?? user.id,
        },
      ]),
    ),
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

async function collect<T>(list: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of list) all.push(item);
  return all;
}
