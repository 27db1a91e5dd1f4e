import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readScimPath } from "../../../src/checks/read-scim-path.ts";
import { evaluateExpression } from "../../../src/expression/evaluate-expression.ts";
import { createOktaClient, type OktaClient } from "../../../src/okta/okta-client.ts";
import { deriveConnectionToken, toAuthorization } from "../../../src/program/connection-token.ts";
import { ScimClient } from "../../../src/scim/scim-client.ts";
import { loadStack } from "../../../src/spec/load-stack.ts";
import { planStack } from "../../../src/spec/plan-stack.ts";
import type { AppPlan } from "../../../src/spec/plan-types.ts";

const addressSchema = z.object({ url: z.string(), apiToken: z.string() });
const profileSchema = z.record(z.string(), z.json());

/** One app's people as a comparable picture: user name -> what the specs (or the server) say of the person. */
export type PeoplePicture = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface AppPicture {
  readonly people: PeoplePicture;
  /** Pushed group -> the user names of its members, sorted. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

/** A client of the clone's emulated org. */
export function orgClientOf(folder: string): OktaClient {
  const address = addressSchema.parse(
    JSON.parse(readFileSync(join(folder, ".sandbox", "okta", "address.json"), "utf8")),
  );
  return createOktaClient({
    orgUrl: address.url,
    credentials: { kind: "api-token", apiToken: address.apiToken },
    rateLimitShare: 1,
  });
}

/** The plan of the clone's dev stack; apps with a manual connection count as configured, since the sandbox does that step. */
export function planOf(folder: string): readonly AppPlan[] {
  const { specs, issues } = loadStack(folder, "dev");
  const errors = issues.filter((issue) => issue.severity === "error");
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return planStack("dev", specs, { protect: false, sandboxConfigured: specs.map((spec) => spec.name) }).apps;
}

/** What the specs say the SCIM server must hold of an app, worked out from the org's people and the specs alone. */
export async function expectedPicture(client: OktaClient, app: AppPlan): Promise<AppPicture> {
  const members = new Map<string, { login: string; profile: Record<string, z.core.util.JSONType> }>();
  const membersOf = async (group: string): Promise<string[]> => {
    const found = await client.groups.findByName(group);
    if (found === undefined) throw new Error(`no group ${group}`);
    const ids: string[] = [];
    for await (const user of client.groups.listMembers(found.id)) {
      // Okta creates nobody downstream who is gone, or not activated yet.
      if (user.status === "DEPROVISIONED" || user.status === "STAGED") continue;
      ids.push(user.id);
      members.set(user.id, { login: user.profile.login, profile: profileSchema.parse(user.profile) });
    }
    return ids;
  };
  const assigned = new Set<string>();
  for (const { group } of app.groupAssignments) for (const id of await membersOf(group)) assigned.add(id);
  for (const { login } of app.userAssignments) {
    const user = await client.users.find(login);
    if (user === undefined) throw new Error(`no person ${login}`);
    assigned.add(user.id);
    members.set(user.id, { login: user.profile.login, profile: profileSchema.parse(user.profile) });
  }
  const people = [...assigned].map((id) => {
    const person = members.get(id);
    if (person === undefined) throw new Error(`nobody has the id ${id}`);
    return [person.login, expectedPerson(app, person.profile)] as const;
  });
  const groups: [string, string[]][] = [];
  for (const push of app.pushGroups) {
    const ids = (await membersOf(push.group)).filter((id) => assigned.has(id));
    groups.push([push.target, ids.map((id) => members.get(id)?.login ?? id).sort()]);
  }
  return { people: Object.fromEntries(people), groups: Object.fromEntries(groups) };
}

function expectedPerson(
  app: AppPlan,
  profile: Record<string, z.core.util.JSONType>,
): Record<string, unknown> {
  const values = app.mapping.flatMap((entry) => {
    const attribute = app.attributes.find((candidate) => candidate.name === entry.attribute);
    if (attribute === undefined) return [];
    const value = evaluateExpression(entry.expression, { user: profile });
    return value === null || value === "" ? [] : [[attribute.scim, value] as const];
  });
  return { active: true, ...Object.fromEntries(values) };
}

/** What the SCIM server does hold of an app: active people only, with the attributes that the specs map. */
export async function serverPicture(folder: string, app: AppPlan): Promise<AppPicture> {
  const tokenKey = readFileSync(join(folder, ".sandbox", "token-key"), "utf8").trim();
  const token = deriveConnectionToken(tokenKey, {
    stack: "dev",
    tenant: app.server.tenant ?? app.name,
    version: app.connection.tokenVersion,
  });
  const scim = new ScimClient({
    baseUrl: app.server.baseUrl,
    authorization: toAuthorization(app.connection, token),
  });
  const people: [string, Record<string, unknown>][] = [];
  const names = new Map<string, string>();
  for await (const user of scim.users.all()) {
    names.set(user.id, user.userName);
    if (user.active !== true) continue;
    const mapped = app.mapping.flatMap((entry) => {
      const attribute = app.attributes.find((candidate) => candidate.name === entry.attribute);
      const value = attribute === undefined ? undefined : readScimPath(user, attribute.scim);
      return attribute === undefined || value === undefined || value === null || value === ""
        ? []
        : [[attribute.scim, value] as const];
    });
    people.push([user.userName, { active: user.active, ...Object.fromEntries(mapped) }]);
  }
  const groups: [string, string[]][] = [];
  // A push group that was removed with onRemove: keep leaves its group in the server, as it was.
  const pushed = new Set(app.pushGroups.map(({ target }) => target));
  for await (const group of scim.groups.all())
    if (pushed.has(group.displayName))
      groups.push([
        group.displayName,
        (group.members ?? []).map((member) => names.get(member.value) ?? member.value).sort(),
      ]);
  return { people: Object.fromEntries(people), groups: Object.fromEntries(groups) };
}
