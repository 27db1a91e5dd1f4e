import { z } from "zod";
import type { PeopleImpact, TouchedPerson } from "../../../../src/preview/people/impact.ts";
import type { ScimClient } from "../../../../src/scim/scim-client.ts";
import { collect } from "../../provisioning/processes.ts";

/** Calls of an org's Management API; they answer with the JSON. */
export interface OrgApi {
  api(method: string, path: string): Promise<unknown>;
}

/** Who is touched, by login; members of a group in the application as `group: login`. */
export interface Touched {
  readonly gains: readonly string[];
  /** Of those who get an account, each with what became of it: `login: created`. Without those whose push failed, or of whom the preview does not know. */
  readonly accounts: readonly string[];
  readonly updated: readonly string[];
  readonly deactivated: readonly string[];
  readonly joins: readonly string[];
  readonly leaves: readonly string[];
  /** Whom Okta refuses to unassign. */
  readonly refused: readonly string[];
}

/** What Okta's System Log says that provisioning did to whom, by login; what it tried and failed at counts too. */
export interface Pushed {
  readonly created: ReadonlySet<string>;
  /** Of the created, those whose account was there and inactive. */
  readonly reactivated: ReadonlySet<string>;
  readonly updated: ReadonlySet<string>;
  readonly deactivated: ReadonlySet<string>;
  /** To whom one of these failed at the server. */
  readonly failed: ReadonlySet<string>;
}

const kinds = {
  "application.provision.user.push": "created",
  "application.provision.user.reactivate": "created",
  "application.provision.user.push_profile": "updated",
  "application.provision.user.deactivate": "deactivated",
} as const;

const logEvents = z.array(
  z.object({
    uuid: z.string(),
    eventType: z.string(),
    outcome: z.object({ result: z.string() }),
    target: z.array(z.object({ id: z.string(), type: z.string(), alternateId: z.string().nullable() })),
  }),
);

/** Reads an app's part of the System Log on, each event once. */
export class PushLog {
  readonly #org: OrgApi;
  readonly #seen = new Set<string>();

  constructor(org: OrgApi) {
    this.#org = org;
  }

  /** What was pushed since the last call, of an app and of the one that it replaces. */
  async next(appId: string, formerId = appId): Promise<Pushed> {
    const pushed = {
      created: new Set<string>(),
      reactivated: new Set<string>(),
      updated: new Set<string>(),
      deactivated: new Set<string>(),
      failed: new Set<string>(),
    };
    const query = new URLSearchParams({
      filter: `(target.id eq "${appId}" or target.id eq "${formerId}") and eventType sw "application.provision.user"`,
      limit: "1000",
    });
    for (const event of logEvents.parse(await this.#org.api("GET", `/api/v1/logs?${query}`))) {
      const kind = Object.entries(kinds).find(([type]) => type === event.eventType)?.[1];
      const login = event.target.find(({ type }) => type === "User")?.alternateId;
      if (this.#seen.has(event.uuid) || kind === undefined || typeof login !== "string") continue;
      this.#seen.add(event.uuid);
      pushed[kind].add(login);
      if (event.eventType === "application.provision.user.reactivate") pushed.reactivated.add(login);
      if (event.outcome.result !== "SUCCESS") pushed.failed.add(login);
    }
    return pushed;
  }
}

const appUsers = z.array(
  z.object({
    id: z.string(),
    externalId: z.string().nullish(),
  }),
);

/** An application's accounts and group members, told by their owners in Okta. */
export class ServerView {
  readonly #scim: ScimClient;
  readonly #org: OrgApi;
  readonly #loginOf: (userId: string) => string;
  readonly #owners: Map<string, string>;
  #linked: ReadonlyMap<string, string> = new Map();

  /** @param owners every account that ever was somebody's, by its id at the server; grows with each reading */
  constructor(
    scim: ScimClient,
    org: OrgApi,
    loginOf: (userId: string) => string,
    owners = new Map<string, string>(),
  ) {
    this.#scim = scim;
    this.#org = org;
    this.#loginOf = loginOf;
    this.#owners = owners;
  }

  /** The account that Okta has linked, by login, at the last reading of members. */
  get linked(): ReadonlyMap<string, string> {
    return this.#linked;
  }

  /** Members of groups at the server, as `group: login`. */
  async readMembers(appId: string | undefined): Promise<ReadonlySet<string>> {
    const linked = new Map<string, string>();
    if (appId !== undefined)
      for (const { id, externalId } of appUsers.parse(
        await this.#org.api("GET", `/api/v1/apps/${appId}/users?limit=500`),
      ))
        if (typeof externalId === "string") {
          this.#owners.set(externalId, this.#loginOf(id));
          linked.set(this.#loginOf(id), externalId);
        }
    this.#linked = linked;
    const groups = await collect(this.#scim.groups.all());
    return new Set(
      groups.flatMap(({ displayName, members }) =>
        (members ?? []).map(({ value }) => `${displayName}: ${this.#owners.get(value) ?? value}`),
      ),
    );
  }

  /** Whether each account is active, by its id at the server. */
  async readStates(): Promise<ReadonlyMap<string, boolean>> {
    const users = await collect(this.#scim.users.all());
    return new Map(users.map(({ id, active }) => [id, active !== false]));
  }

  /** Logins of those who have an account that is active, or one that is not; who has had two user names may have both. */
  async readAccounts(): Promise<Record<"active" | "inactive", ReadonlySet<string>>> {
    const users = await collect(this.#scim.users.all());
    const owners = (wanted: boolean): ReadonlySet<string> =>
      new Set(
        users
          .filter(({ active }) => (active !== false) === wanted)
          .flatMap(({ id }) => this.#owners.get(id) ?? []),
      );
    return { active: owners(true), inactive: owners(false) };
  }
}

export interface Observation {
  readonly pushed: Pushed;
  /** Whether each account was active before, by its id at the server. */
  readonly statesBefore: ReadonlyMap<string, boolean>;
  /** The account that Okta has linked now, by login. */
  readonly linkedAfter: ReadonlyMap<string, string>;
  readonly membersBefore: ReadonlySet<string>;
  readonly membersAfter: ReadonlySet<string>;
  readonly refused: readonly string[];
  /** Names of groups whose push ends. */
  readonly endedTargets: ReadonlySet<string>;
  /** Names of groups whose members Okta did not know: paused or failed pushes, pushes to groups that are there, times without provisioning. */
  readonly unsureTargets: ReadonlySet<string>;
  /** Logins of people who get or lose the application. */
  readonly comingOrGoing: readonly string[];
}

/**
 * Whom provisioning touched. Who gets an account may still join a group whose push ends in the same update, or not: it depends on which of the
 * two Okta gets to first, so such a joining counts for nothing. Nor does an update of who gets or loses the application beside that, nor what
 * else happens in groups that Okta did not know: the preview says of those that it can't tell.
 */
export function observe(seen: Observation, predicted: Touched): Touched {
  const { pushed, membersBefore, membersAfter } = seen;
  const isTold = (member: string, told: readonly string[]): boolean =>
    !seen.unsureTargets.has(targetOf(member)) || told.includes(member);
  return {
    gains: [...pushed.created].sort(),
    accounts: [...pushed.created]
      .filter((login) => !pushed.failed.has(login))
      .filter((login) => !isLeftOpen(login, predicted))
      .map((login) => `${login}: ${outcomeOf(login, seen)}`)
      .sort(),
    updated: [...pushed.updated].filter((login) => !seen.comingOrGoing.includes(login)).sort(),
    deactivated: [...pushed.deactivated].sort(),
    joins: [...membersAfter]
      .filter((member) => !membersBefore.has(member) && !seen.endedTargets.has(targetOf(member)))
      .filter((member) => isTold(member, predicted.joins))
      .sort(),
    leaves: [...membersBefore]
      .filter((member) => !membersAfter.has(member) && isTold(member, predicted.leaves))
      .sort(),
    refused: [...seen.refused].sort(),
  };
}

/** What became of a person's account, by the server's own word; the System Log must have told a reactivation as one. */
function outcomeOf(login: string, { pushed, statesBefore, linkedAfter }: Observation): string {
  const wasActive = statesBefore.get(linkedAfter.get(login) ?? "");
  if ((wasActive === false) !== pushed.reactivated.has(login)) return "told otherwise in the System Log";
  if (wasActive === undefined) return "created";
  return wasActive ? "matched" : "reactivated";
}

/** Whether the preview said that it can't know what becomes of this person's account. */
function isLeftOpen(login: string, { gains, accounts }: Touched): boolean {
  return gains.includes(login) && !accounts.some((account) => account.startsWith(`${login}: `));
}

/**
 * The same as a preview predicts it. Members whom a group at the server had already are told as joining it, with a word of doubt; who could
 * not be pushed (the server refused) joins nothing.
 */
export function predict(
  impact: PeopleImpact,
  nameOf: (sourceGroupId: string) => string,
  { pushed, membersBefore, endedTargets, unsureTargets }: Omit<Observation, "membersAfter">,
): Touched {
  const logins = (people: readonly TouchedPerson[]): string[] => people.map(({ login }) => login).sort();
  const wasPushed = (login: string): boolean => !(pushed.created.has(login) && pushed.failed.has(login));
  const members = (side: "joins" | "leaves"): string[] =>
    impact.groups.flatMap((group) => {
      const target = group.removed ? group.target : nameOf(group.sourceGroupId);
      return group[side].filter(({ login }) => wasPushed(login)).map(({ login }) => `${target}: ${login}`);
    });
  return {
    gains: logins(impact.gains),
    accounts: impact.gains
      .filter(({ login, account }) => account !== "unknown" && !pushed.failed.has(login))
      .map(({ login, account }) => `${login}: ${account}`)
      .sort(),
    updated: logins(impact.updated),
    deactivated: logins(impact.deactivated),
    joins: members("joins")
      .filter((member) => !membersBefore.has(member))
      .sort(),
    leaves: members("leaves")
      .filter((member) => !(endedTargets.has(targetOf(member)) && unsureTargets.has(targetOf(member))))
      .sort(),
    refused: logins(impact.refused),
  };
}

/** The group of a `group: login`. */
function targetOf(member: string): string {
  return member.slice(0, member.indexOf(": "));
}
