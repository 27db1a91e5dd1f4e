import * as okta from "@pulumi/okta";
import { findNearestWords } from "../spec/nearest-word.ts";
import type { AppPlan, StackPlan } from "../spec/plan-types.ts";
import type { SourcePosition } from "../spec/source-node.ts";
import { InvalidSpecError, issueAt, type SpecIssue, sortIssues } from "../spec/spec-issue.ts";
import { ProgramError } from "./program-error.ts";

/** The Okta ids of everything that a stack's specs name. */
export interface OrgDirectory {
  readonly groupIds: ReadonlyMap<string, string>;
  readonly userIds: ReadonlyMap<string, string>;
}

interface Mention {
  readonly name: string;
  readonly at: SourcePosition;
  readonly path: string;
}

const lookupsAtOnce = 8;

/**
 * Looks up groups by name and people by login, through functions of the Okta plugin.
 * @throws InvalidSpecError with an SC1601 or SC1602 for each place that names something missing, and the closest names that exist
 */
export async function lookUpNames(plan: StackPlan, provider: okta.Provider): Promise<OrgDirectory> {
  const groups = plan.apps.flatMap(mentionedGroups);
  const users = plan.apps.flatMap(mentionedUsers);
  const groupIds = await lookUpAll(groups, (name) => findGroup(name, provider));
  const userIds = await lookUpAll(users, (login) => findUser(login, provider));
  const missing = [
    ...(await describeMissingGroups(groups, groupIds, provider)),
    ...(await describeMissingUsers(users, userIds, provider)),
  ];
  if (missing.length > 0) {
    throw new InvalidSpecError(
      sortIssues(missing),
      `Stack ${plan.stack} names groups or people that the Okta org does not have. Nothing was changed.`,
    );
  }
  return { groupIds, userIds };
}

function mentionedGroups(app: AppPlan): Mention[] {
  return [
    ...app.pushGroups.map(({ group, at }) => ({ name: group, at, path: "pushGroups" })),
    ...app.groupAssignments.map(({ group, at }) => ({ name: group, at, path: "assignments.groups" })),
  ];
}

function mentionedUsers(app: AppPlan): Mention[] {
  return app.userAssignments.map(({ login, at }) => ({ name: login, at, path: "assignments.users" }));
}

async function lookUpAll(
  mentions: readonly Mention[],
  find: (name: string) => Promise<string | undefined>,
): Promise<Map<string, string>> {
  const names = [...new Set(mentions.map(({ name }) => name))];
  const found = new Map<string, string>();
  const queue = names.values();
  const work = async () => {
    for (const name of queue) {
      const id = await find(name);
      if (id !== undefined) found.set(name, id);
    }
  };
  await Promise.all(Array.from({ length: Math.min(lookupsAtOnce, names.length) }, work));
  return found;
}

/**
 * Okta's own groups first: a pushed group stands in Okta once more, as an app's group that may have the same name. The plugin takes a single
 * similar name for a hit; only the same name is one.
 */
async function findGroup(name: string, provider: okta.Provider): Promise<string | undefined> {
  for (const type of ["OKTA_GROUP", "BUILT_IN", "APP_GROUP"]) {
    try {
      const group = await okta.group.getGroup({ name, type }, { provider });
      if (group.name === name) return group.id;
    } catch (error) {
      absentOrThrow(error);
    }
  }
  return undefined;
}

async function findUser(login: string, provider: okta.Provider): Promise<string | undefined> {
  const searches = [{ name: "profile.login", comparison: "eq", value: login }];
  try {
    const user = await okta.user.getUser({ searches, skipGroups: true, skipRoles: true }, { provider });
    return user.login.toLowerCase() === login.toLowerCase() ? user.id : undefined;
  } catch (error) {
    return absentOrThrow(error);
  }
}

/** The plugin reports "there is none" as an error like any other. */
function absentOrThrow(error: unknown): undefined {
  const message = error instanceof Error ? error.message : String(error);
  if (/not exist|not found|failed to locate|unable to find|no (?:users?|groups?)\b/i.test(message))
    return undefined;
  const reason = message.replace(/^.*? returned an error: /s, "");
  throw new ProgramError("SC1603", `The Okta org could not be asked for groups and people: ${reason}`);
}

async function describeMissingGroups(
  mentions: readonly Mention[],
  found: ReadonlyMap<string, string>,
  provider: okta.Provider,
): Promise<SpecIssue[]> {
  const missing = mentions.filter(({ name }) => !found.has(name));
  if (missing.length === 0) return [];
  const { groups } = await okta.getGroups({}, { provider });
  const names = groups.filter(({ type }) => type !== "APP_GROUP").map(({ name }) => name);
  return missing.map(({ name, at, path }) => {
    const [nearest, ...others] = findNearestWords(name, names, 3);
    const also =
      others.length === 0 ? "" : ` Also alike: ${others.map((other) => JSON.stringify(other)).join(", ")}.`;
    const message = `The Okta org has no group ${JSON.stringify(name)}.${also}`;
    return { ...issueAt("SC1601", at, message, { value: name, nearest }), path };
  });
}

async function describeMissingUsers(
  mentions: readonly Mention[],
  found: ReadonlyMap<string, string>,
  provider: okta.Provider,
): Promise<SpecIssue[]> {
  const missing = mentions.filter(({ name }) => !found.has(name));
  return Promise.all(
    missing.map(async ({ name, at, path }) => {
      const message = `The Okta org has nobody with the login ${JSON.stringify(name)}.`;
      const nearest = await findSimilarLogin(name, provider);
      return { ...issueAt("SC1602", at, message, { value: name, nearest }), path };
    }),
  );
}

/** Okta has no search for similar logins: the first person whose login begins alike is the best guess. */
async function findSimilarLogin(login: string, provider: okta.Provider): Promise<string | undefined> {
  for (const length of [6, 4, 3]) {
    const start = login.slice(0, length).replaceAll(/["\\]/g, "");
    const searches = [{ name: "profile.login", comparison: "sw", value: start }];
    try {
      return (await okta.user.getUser({ searches, skipGroups: true, skipRoles: true }, { provider })).login;
    } catch (error) {
      absentOrThrow(error);
    }
  }
  return undefined;
}
