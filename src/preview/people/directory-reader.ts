import { z } from "zod";
import type { OktaClient } from "../../okta/okta-client.ts";
import { OktaApiError } from "../../okta/okta-error.ts";
import type { OktaUser } from "../../okta/users.ts";
import type { Names } from "../changes/resource-change.ts";
import type { Directory, Person, Profile } from "./access.ts";

const profileSchema = z.record(z.string(), z.json());
const membersPerPage = 1000;

/** Reads groups, their members and people once each, however many apps ask for them. */
export class DirectoryReader {
  readonly #client: OktaClient;
  readonly #members = new Map<string, Promise<ReadonlySet<string>>>();
  readonly #people = new Map<string, Person>();
  readonly #unknown = new Set<string>();
  #groups: Promise<ReadonlyMap<string, { name: string; size: number | undefined }>> | undefined;

  constructor(client: OktaClient) {
    this.#client = client;
  }

  /** Members of each group and everyone named, as one directory. */
  async read(groupIds: readonly string[], userIds: readonly string[]): Promise<Directory> {
    const members = await Promise.all(
      [...new Set(groupIds)].map(
        async (id): Promise<[string, ReadonlySet<string>]> => [id, await this.#readMembers(id)],
      ),
    );
    await Promise.all(this.unread(userIds).map((id) => this.#readPerson(id)));
    return { people: this.#people, members: new Map(members) };
  }

  /** Those of some people who would have to be read one by one. */
  unread(userIds: Iterable<string>): string[] {
    return [...new Set(userIds)].filter((id) => !this.#people.has(id) && !this.#unknown.has(id));
  }

  /** How many calls reading these groups would cost beyond what is read already; undefined sizes count as one page. */
  async estimateCalls(groupIds: readonly string[]): Promise<number> {
    const groups = await this.#readGroups();
    return [...new Set(groupIds)]
      .filter((id) => !this.#members.has(id))
      .reduce((sum, id) => sum + Math.max(1, Math.ceil((groups.get(id)?.size ?? 0) / membersPerPage)), 0);
  }

  /**
   * The number of members by Okta's own statistics, of groups counted one by one: people in several count several times.
   * @returns undefined where Okta gives no number for one of them
   */
  async countMembers(groupIds: readonly string[]): Promise<number | undefined> {
    const groups = await this.#readGroups();
    return groupIds.reduce<number | undefined>((sum, id) => {
      const size = groups.get(id)?.size;
      return sum === undefined || size === undefined ? undefined : sum + size;
    }, 0);
  }

  /** Names of groups and people, for what the engine shows as ids; the ids themselves where Okta refuses to tell. */
  async readNames(userIds: readonly string[]): Promise<Names> {
    const [groups] = await Promise.all([
      this.#readGroups().catch(asUnnamed),
      this.read([], userIds).catch(asUnnamed),
    ]);
    return {
      group: (id) => groups.get(id)?.name ?? id,
      user: (id) => this.#people.get(id)?.login ?? id,
    };
  }

  #readGroups(): Promise<ReadonlyMap<string, { name: string; size: number | undefined }>> {
    this.#groups ??= this.#listGroups();
    return this.#groups;
  }

  async #listGroups(): Promise<ReadonlyMap<string, { name: string; size: number | undefined }>> {
    const groups = new Map<string, { name: string; size: number | undefined }>();
    for await (const group of this.#client.groups.list({ withStatistics: true }))
      groups.set(group.id, {
        name: group.profile.name,
        size: group._embedded?.stats?.usersCount ?? undefined,
      });
    return groups;
  }

  #readMembers(groupId: string): Promise<ReadonlySet<string>> {
    const known = this.#members.get(groupId);
    if (known !== undefined) return known;
    const reading = this.#listMembers(groupId);
    this.#members.set(groupId, reading);
    return reading;
  }

  async #listMembers(groupId: string): Promise<ReadonlySet<string>> {
    const ids = new Set<string>();
    for await (const user of this.#client.groups.listMembers(groupId)) {
      this.#people.set(user.id, toPerson(user));
      ids.add(user.id);
    }
    return ids;
  }

  async #readPerson(id: string): Promise<void> {
    const user = await this.#client.users.find(id);
    if (user === undefined) this.#unknown.add(id);
    else this.#people.set(id, toPerson(user));
  }
}

/** A report with ids tells more than none. Whoever needs the figures asks again, and is refused then. */
function asUnnamed(error: unknown): ReadonlyMap<string, { readonly name: string }> {
  if (error instanceof OktaApiError) return new Map();
  throw error;
}

function toPerson({ profile, ...internal }: OktaUser): Person {
  return {
    id: internal.id,
    login: profile.login,
    status: internal.status,
    profile: readProfile(profile),
    internal: readProfile(internal),
  };
}

function readProfile(value: unknown): Profile {
  const parsed = profileSchema.safeParse(value);
  return parsed.success ? parsed.data : {};
}
