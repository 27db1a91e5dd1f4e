import type { PeopleImpact, TouchedPerson } from "../../../../src/preview/people/impact.ts";
import type { ScimClient } from "../../../../src/scim/scim-client.ts";
import type { ScimUser } from "../../../../src/scim/scim-messages.ts";
import { collect } from "../../provisioning/processes.ts";

/** Who is touched, by login; members of a group in the application as `group: login`. */
export interface Touched {
  readonly gains: readonly string[];
  readonly updated: readonly string[];
  readonly deactivated: readonly string[];
  readonly joins: readonly string[];
  readonly leaves: readonly string[];
  /** Whom Okta refuses to unassign. */
  readonly refused: readonly string[];
}

/** What an application holds: accounts by user name, and group members as `group: user name`. */
export interface ServerState {
  readonly accounts: ReadonlyMap<string, { readonly active: boolean; readonly content: string }>;
  readonly members: ReadonlySet<string>;
}

export async function readServer(client: ScimClient): Promise<ServerState> {
  const users = await collect(client.users.all());
  const groups = await collect(client.groups.all());
  const ownerOf = new Map(users.map((user) => [user.id, user.userName]));
  return {
    accounts: new Map(
      users.map((user) => [user.userName, { active: user.active !== false, content: contentOf(user) }]),
    ),
    members: new Set(
      groups.flatMap(({ displayName, members }) =>
        (members ?? []).map(({ value }) => `${displayName}: ${ownerOf.get(value) ?? value}`),
      ),
    ),
  };
}

/**
 * Whom provisioning touched between two states. Who gets an account may still join a group whose push ends in the same update, or not: it
 * depends on which of the two Okta gets to first, so such a joining counts for nothing. Nor does a last update of who loses the application,
 * or the update of an account that was never deactivated and is matched now.
 * @param endedTargets names of groups that are no longer pushed
 * @param comingOrGoing logins of people who get or lose the application
 */
export function observe(
  before: ServerState,
  after: ServerState,
  refused: readonly string[],
  endedTargets: readonly string[],
  comingOrGoing: readonly string[],
): Touched {
  const ids = [...after.accounts.keys()];
  const wasActive = (id: string): boolean => before.accounts.get(id)?.active === true;
  const isActive = (id: string): boolean => after.accounts.get(id)?.active === true;
  return {
    gains: ids.filter((id) => isActive(id) && !wasActive(id)).sort(),
    updated: ids
      .filter((id) => isActive(id) && wasActive(id))
      .filter((id) => !comingOrGoing.includes(id))
      .filter((id) => before.accounts.get(id)?.content !== after.accounts.get(id)?.content)
      .sort(),
    deactivated: ids.filter((id) => wasActive(id) && !isActive(id)).sort(),
    joins: [...after.members]
      .filter((member) => !before.members.has(member))
      .filter((member) => !endedTargets.some((target) => member.startsWith(`${target}: `)))
      .sort(),
    leaves: [...before.members].filter((member) => !after.members.has(member)).sort(),
    refused: [...refused].sort(),
  };
}

/**
 * The same as a preview predicts it. A person whose account stayed active when they lost the app is matched when they get it again: the preview
 * counts them as gaining it, the server sees no new account.
 */
export function predict(
  impact: PeopleImpact,
  before: ServerState,
  targetOf: (sourceGroupId: string) => string,
): Touched {
  const logins = (people: readonly TouchedPerson[]): string[] => people.map(({ login }) => login).sort();
  const members = (side: "joins" | "leaves"): string[] =>
    impact.groups
      .flatMap((group) => {
        const target = group.removed ? group.target : targetOf(group.sourceGroupId);
        return group[side].map(({ login }) => `${target}: ${login}`);
      })
      .sort();
  return {
    gains: logins(impact.gains).filter((login) => before.accounts.get(login)?.active !== true),
    updated: logins(impact.updated),
    deactivated: logins(impact.deactivated),
    joins: members("joins"),
    leaves: members("leaves"),
    refused: logins(impact.refused),
  };
}

function contentOf({
  meta: _meta,
  groups: _groups,
  ...user
}: ScimUser & { meta?: unknown; groups?: unknown }): string {
  return JSON.stringify(user, Object.keys(flatten(user)).sort());
}

/** Every key at any depth, for a stable order of keys. */
function flatten(value: unknown): Record<string, true> {
  if (typeof value !== "object" || value === null) return {};
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, nested]) => ({ [key]: true as const, ...flatten(nested) })),
  );
}
