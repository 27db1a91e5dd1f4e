import type { OktaAppGroup } from "../../okta/app-groups.ts";
import type { OktaAppUser } from "../../okta/app-users.ts";
import type { OktaApp } from "../../okta/apps.ts";
import { collectList } from "../../okta/collect-list.ts";
import type { OktaConnection } from "../../okta/connections.ts";
import type { OktaUserProvisioning } from "../../okta/features.ts";
import type { OktaGroupPushMapping } from "../../okta/group-push.ts";
import type { OktaGroup } from "../../okta/groups.ts";
import type { OktaMapping } from "../../okta/mappings.ts";
import type { OktaClient } from "../../okta/okta-client.ts";
import { OktaApiError } from "../../okta/okta-error.ts";
import type { OktaProfileSchema } from "../../okta/schemas.ts";
import type { OktaUser } from "../../okta/users.ts";
import { type OktaAppDetails, readAppDetails } from "./app-details.ts";

/** A group that an app's part names by id. */
export interface FoundGroup {
  readonly id: string;
  /** `undefined` where it is gone. */
  readonly name: string | undefined;
  /** Whether a spec that says its name means this group: an app's group may be called like one of Okta's own. */
  readonly isMeantByName: boolean;
}

/** An application with all that SCIM needs of it, as it is in the org. */
export interface OrgApp {
  readonly orgUrl: string;
  readonly app: OktaApp;
  readonly details: OktaAppDetails;
  readonly connection: OktaConnection | undefined;
  readonly features: OktaUserProvisioning | undefined;
  readonly schema: OktaProfileSchema;
  readonly mapping: OktaMapping | undefined;
  readonly pushGroups: readonly {
    readonly mapping: OktaGroupPushMapping;
    readonly source: FoundGroup;
    readonly target: FoundGroup | undefined;
  }[];
  /** By priority, the first one first. */
  readonly groups: readonly { readonly assignment: OktaAppGroup; readonly group: FoundGroup }[];
  /** People assigned by name; `person` is undefined where the person is gone. */
  readonly people: readonly { readonly account: OktaAppUser; readonly person: OktaUser | undefined }[];
  /** How many people have the app by a group alone. */
  readonly peopleByGroup: number;
}

/** People asked for in one search: its expression stays far below the longest address that proxies take. */
const peopleAtOnce = 40;

/**
 * Reads an application and its parts: GET requests only.
 * @throws OktaApiError where the credential may not read something, OktaUnreachableError, OktaAnswerError
 */
export async function readOrgApp(client: OktaClient, app: OktaApp): Promise<OrgApp> {
  const { id } = app;
  const [connection, features, schema, mapping, pushed, assigned, accounts] = await Promise.all([
    orUnserved(() => client.connections.find(id)),
    orUnserved(() => client.features.findUserProvisioning(id)),
    client.schemas.getAppUserSchema(id),
    client.mappings.findUserToApp(id),
    orUnserved(() => collectList(client.groupPush.list(id))),
    collectList(client.appGroups.list(id)),
    readAccounts(client, id),
  ]);
  const findGroup = groupFinder(client);
  return {
    orgUrl: client.orgUrl,
    app,
    details: readAppDetails(app),
    connection,
    features,
    schema,
    mapping,
    pushGroups: await Promise.all(
      (pushed ?? []).map(async (one) => ({
        mapping: one,
        source: await findGroup(one.sourceGroupId),
        target: typeof one.targetGroupId === "string" ? await findGroup(one.targetGroupId) : undefined,
      })),
    ),
    groups: await Promise.all(
      assigned
        .toSorted((one, other) => (one.priority ?? Infinity) - (other.priority ?? Infinity))
        .map(async (assignment) => ({ assignment, group: await findGroup(assignment.id) })),
    ),
    people: await findPeople(client, accounts.direct),
    peopleByGroup: accounts.byGroup,
  };
}

/** What Okta's API does not serve for an app (or an org) is as if it were not there; what the credential may not read is an error. */
async function orUnserved<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof OktaApiError)) throw error;
    const isUnserved = [400, 404, 501].includes(error.status) || error.errorCode === "E0000015";
    if (isUnserved) return undefined;
    throw error;
  }
}

/** Keeps of an app's accounts only those of people assigned by name: there may be a hundred thousand others. */
async function readAccounts(
  { appUsers }: OktaClient,
  appId: string,
): Promise<{ readonly direct: readonly OktaAppUser[]; readonly byGroup: number }> {
  const direct: OktaAppUser[] = [];
  let byGroup = 0;
  for await (const account of appUsers.list(appId)) {
    if (account.scope === "GROUP") byGroup += 1;
    else direct.push(account);
  }
  return { direct, byGroup };
}

async function findPeople(
  { users }: OktaClient,
  accounts: readonly OktaAppUser[],
): Promise<OrgApp["people"]> {
  const found = new Map<string, OktaUser>();
  for (let start = 0; start < accounts.length; start += peopleAtOnce) {
    const ids = accounts.slice(start, start + peopleAtOnce).map(({ id }) => `id eq "${id}"`);
    for await (const person of users.list({ search: ids.join(" or ") })) found.set(person.id, person);
  }
  // Okta's search runs some seconds behind: who is new is asked for by id.
  return Promise.all(
    accounts.map(async (account) => ({
      account,
      person: found.get(account.id) ?? (await users.find(account.id)),
    })),
  );
}

function groupFinder({ groups }: OktaClient): (id: string) => Promise<FoundGroup> {
  const known = new Map<string, Promise<FoundGroup>>();
  const find = async (id: string): Promise<FoundGroup> => {
    const group: OktaGroup | undefined = await groups.find(id);
    const name = group?.profile.name;
    if (group === undefined || name === undefined) return { id, name, isMeantByName: false };
    const isMeantByName = group.type !== "APP_GROUP" || (await groups.findByName(name))?.id === id;
    return { id, name, isMeantByName };
  };
  return (id) => {
    const asked = known.get(id) ?? find(id);
    known.set(id, asked);
    return asked;
  };
}
