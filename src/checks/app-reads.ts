import type { OktaAppGroup } from "../okta/app-groups.ts";
import type { OktaAppUser } from "../okta/app-users.ts";
import type { OktaApp } from "../okta/apps.ts";
import { collectList } from "../okta/collect-list.ts";
import type { OktaConnection } from "../okta/connections.ts";
import type { OktaUserProvisioning } from "../okta/features.ts";
import type { OktaGroupPushMapping } from "../okta/group-push.ts";
import type { OktaMapping } from "../okta/mappings.ts";
import type { OktaClient } from "../okta/okta-client.ts";
import { listSchemaProperties, type OktaSchemaProperty } from "../okta/schemas.ts";

/**
 * What several checks of one app read from Okta, each asked for once per run. A failed read is forgotten, so that the next check asks
 * again. The `fresh…` reads always ask.
 */
export interface AppReads {
  readonly app: () => Promise<OktaApp | undefined>;
  readonly connection: () => Promise<OktaConnection | undefined>;
  readonly userProvisioning: () => Promise<OktaUserProvisioning | undefined>;
  readonly schemaProperties: () => Promise<ReadonlyMap<string, OktaSchemaProperty>>;
  readonly mapping: () => Promise<OktaMapping | undefined>;
  readonly pushMappings: () => Promise<readonly OktaGroupPushMapping[]>;
  readonly groupAssignments: () => Promise<readonly OktaAppGroup[]>;
  readonly appUsers: () => Promise<readonly OktaAppUser[]>;
  readonly freshPushMappings: () => Promise<readonly OktaGroupPushMapping[]>;
  readonly freshAppUsers: () => Promise<readonly OktaAppUser[]>;
  /** The given id, else that of the group with this name; `undefined` where there is none. */
  readonly groupId: (name: string, id: string | undefined) => Promise<string | undefined>;
  /** The given id, else that of the person with this login; `undefined` where there is none. */
  readonly userId: (login: string, id: string | undefined) => Promise<string | undefined>;
}

/** Reads of one app by one client. `signal` ends them when the whole run ends, not when a single check does: others share them. */
export function createAppReads(okta: OktaClient, appId: string, signal: AbortSignal): AppReads {
  const freshPushMappings = () => collectList(okta.groupPush.list(appId, {}, signal));
  const freshAppUsers = () => collectList(okta.appUsers.list(appId, signal));
  const groupIds = new Map<string, () => Promise<string | undefined>>();
  const userIds = new Map<string, () => Promise<string | undefined>>();
  return {
    app: once(() => okta.apps.find(appId, signal)),
    connection: once(() => okta.connections.find(appId, signal)),
    userProvisioning: once(() => okta.features.findUserProvisioning(appId, signal)),
    schemaProperties: once(async () =>
      listSchemaProperties(await okta.schemas.getAppUserSchema(appId, signal)),
    ),
    mapping: once(() => okta.mappings.findUserToApp(appId, signal)),
    pushMappings: once(freshPushMappings),
    groupAssignments: once(() => collectList(okta.appGroups.list(appId, signal))),
    appUsers: once(freshAppUsers),
    freshPushMappings,
    freshAppUsers,
    groupId: async (name, id) =>
      id ?? onceByKey(groupIds, name, async () => (await okta.groups.findByName(name, signal))?.id)(),
    userId: async (login, id) =>
      id ?? onceByKey(userIds, login, async () => (await okta.users.find(login, signal))?.id)(),
  };
}

/** A read that is made at the first call and kept; a failed one is made again. */
export function once<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let kept: Promise<Value> | undefined;
  return () => {
    kept ??= read().catch((error: unknown) => {
      kept = undefined;
      throw error;
    });
    return kept;
  };
}

function onceByKey<Value>(
  kept: Map<string, () => Promise<Value>>,
  key: string,
  read: () => Promise<Value>,
): () => Promise<Value> {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const reading = once(read);
  kept.set(key, reading);
  return reading;
}
