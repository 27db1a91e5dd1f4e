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
import { type SharedRead, shareRead } from "./shared-read.ts";

/** What several checks of one app read from Okta, each asked for once per run, or as often as its age matters. */
export interface AppReads {
  readonly app: SharedRead<OktaApp | undefined>;
  readonly connection: SharedRead<OktaConnection | undefined>;
  readonly userProvisioning: SharedRead<OktaUserProvisioning | undefined>;
  readonly schemaProperties: SharedRead<ReadonlyMap<string, OktaSchemaProperty>>;
  readonly mapping: SharedRead<OktaMapping | undefined>;
  readonly pushMappings: SharedRead<readonly OktaGroupPushMapping[]>;
  readonly groupAssignments: SharedRead<readonly OktaAppGroup[]>;
  readonly appUsers: SharedRead<readonly OktaAppUser[]>;
}

/** Reads of one app by one client. `signal` ends them when the whole run ends, not when a single check does: others share them. */
export function createAppReads(okta: OktaClient, appId: string, signal: AbortSignal): AppReads {
  return {
    app: shareRead(() => okta.apps.find(appId, signal)),
    connection: shareRead(() => okta.connections.find(appId, signal)),
    userProvisioning: shareRead(() => okta.features.findUserProvisioning(appId, signal)),
    schemaProperties: shareRead(async () =>
      listSchemaProperties(await okta.schemas.getAppUserSchema(appId, signal)),
    ),
    mapping: shareRead(() => okta.mappings.findUserToApp(appId, signal)),
    pushMappings: shareRead(() => collectList(okta.groupPush.list(appId, {}, signal))),
    groupAssignments: shareRead(() => collectList(okta.appGroups.list(appId, signal))),
    appUsers: shareRead(() => collectList(okta.appUsers.list(appId, signal))),
  };
}
