import { readFileSync } from "node:fs";
import { isNode, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { orgEdition, saveEdition } from "./org-edition.ts";
import { ADMINISTRATORS } from "./store/groups.ts";
import type { Profile, UserStatus } from "./store/model.ts";
import type { OrgStore } from "./store/org-store.ts";

const STATUSES: Readonly<Record<"active" | "staged" | "suspended" | "deprovisioned", UserStatus>> = {
  active: "ACTIVE",
  staged: "STAGED",
  suspended: "SUSPENDED",
  deprovisioned: "DEPROVISIONED",
};

const person = z.strictObject({
  login: z.email().describe("Login and, unless `email` is given, the primary email."),
  email: z.email().optional(),
  firstName: z.string().min(1).max(50),
  lastName: z.string().min(1).max(50),
  displayName: z.string().optional(),
  title: z.string().optional(),
  department: z.string().optional(),
  division: z.string().optional(),
  costCenter: z.string().optional(),
  employeeNumber: z.string().optional(),
  userType: z.string().optional(),
  mobilePhone: z.string().optional(),
  city: z.string().optional(),
  countryCode: z.string().length(2).optional(),
  preferredLanguage: z.string().optional(),
  locale: z.string().optional(),
  timezone: z.string().optional(),
  manager: z.email().optional().describe("Login of the manager."),
  status: z.enum(["active", "staged", "suspended", "deprovisioned"]).default("active"),
  groups: z.array(z.string()).default([]),
});

const orgFile = z.strictObject({
  version: z.literal(1),
  administrator: z.email().describe("Login of the person who owns the API token."),
  connectionsApi: z
    .record(z.string(), z.enum(["served", "unknown"]))
    .default({})
    .describe(
      "What the connections API answers for catalog apps where Okta's documentation does not settle it.",
    ),
  selfService: z
    .boolean()
    .default(true)
    .describe("Whether the org lets people assign apps to themselves (Applications > Self Service)."),
  edition: orgEdition.default({ engine: "identity", features: [] }),
  rateLimits: z.record(z.string().startsWith("/"), z.int().positive()).default({}),
  groups: z.array(z.strictObject({ name: z.string().min(1).max(255), description: z.string().optional() })),
  people: z.array(person).min(1),
});

/** What an org starts with. */
export type OrgData = z.infer<typeof orgFile>;

/** An org file that cannot be used: every problem with its place. */
export class OrgFileError extends Error {
  readonly code = "SANDBOX_ORG_FILE";
  readonly remedy = "Correct the file; docs/sandbox.md describes it.";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The org file has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}:\n${problems.join("\n")}`,
    );
    this.name = "OrgFileError";
    this.problems = problems;
  }
}

/** Reads and checks an org file. Throws OrgFileError with all problems, each as `file:line:column path: problem`. */
export function loadOrgFile(path: string): OrgData {
  return parseOrgData(readFileSync(path, "utf8"), path);
}

/** Checks the text of an org file; `name` is shown in problems. */
export function parseOrgData(text: string, name: string): OrgData {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    throw new OrgFileError(
      document.errors.map((error) => `${at(error.pos[0])} ${error.message.split("\n")[0]}`),
    );
  }
  const place = (path: readonly PropertyKey[]): string => {
    for (let length = path.length; length >= 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return `${at(node.range[0])} ${path.join(".")}`;
    }
    return `${at(0)} ${path.join(".")}`;
  };
  const result = orgFile.safeParse(document.toJS());
  if (!result.success) {
    throw new OrgFileError(result.error.issues.map((issue) => `${place(issue.path)}: ${issue.message}`));
  }
  const problems = checkReferences(result.data).map(({ path, problem }) => `${place(path)}: ${problem}`);
  if (problems.length > 0) throw new OrgFileError(problems);
  return result.data;
}

interface Problem {
  readonly path: readonly PropertyKey[];
  readonly problem: string;
}

function checkReferences(data: OrgData): Problem[] {
  const problems: Problem[] = [];
  const groups = new Set<string>();
  for (const [index, { name }] of data.groups.entries()) {
    if (groups.has(name) || name === "Everyone" || name === ADMINISTRATORS.name) {
      problems.push({ path: ["groups", index, "name"], problem: `the group "${name}" exists already` });
    }
    groups.add(name);
  }
  const logins = new Set<string>();
  for (const [index, { login }] of data.people.entries()) {
    if (logins.has(login.toLowerCase())) {
      problems.push({ path: ["people", index, "login"], problem: `the login ${login} is used twice` });
    }
    logins.add(login.toLowerCase());
  }
  for (const [index, { manager, groups: memberOf }] of data.people.entries()) {
    if (manager !== undefined && !logins.has(manager.toLowerCase())) {
      problems.push({ path: ["people", index, "manager"], problem: `nobody has the login ${manager}` });
    }
    for (const [position, group] of memberOf.entries()) {
      if (groups.has(group)) continue;
      problems.push({ path: ["people", index, "groups", position], problem: `there is no group "${group}"` });
    }
  }
  if (!logins.has(data.administrator.toLowerCase())) {
    problems.push({ path: ["administrator"], problem: `nobody has the login ${data.administrator}` });
  }
  return problems;
}

/** Fills an empty org. An org that has people already is left as it is; returns whether it was filled. */
export function seedOrg(store: OrgStore, data: OrgData): boolean {
  if (store.users.count() > 0) return false;
  store.transaction(() => {
    store.saveSetting("connections_api", JSON.stringify(data.connectionsApi));
    store.saveSetting("self_service", String(data.selfService));
    saveEdition(store, data.edition);
    store.saveSetting("rate_limits", JSON.stringify(data.rateLimits));
    const groupIds = new Map(
      data.groups.map(({ name, description }) => [
        name,
        store.groups.create({ type: "OKTA_GROUP", profile: { name, description: description ?? null } }).id,
      ]),
    );
    const names = new Map(
      data.people.map((one) => [one.login.toLowerCase(), `${one.firstName} ${one.lastName}`]),
    );
    const members = new Map<string, string[]>();
    for (const one of data.people) {
      const user = store.users.create({
        profile: profileOf(one, names),
        status: one.status === "staged" ? "STAGED" : "ACTIVE",
        typeId: store.userTypes.default().id,
        passwordSet: one.status !== "staged",
      });
      for (const group of one.groups) {
        const groupId = groupIds.get(group);
        if (groupId !== undefined) members.set(groupId, [...(members.get(groupId) ?? []), user.id]);
      }
      if (one.login === data.administrator) {
        store.saveSetting("administrator", user.id);
        const administrators = store.groups.administrators();
        if (administrators !== undefined) members.set(administrators.id, [user.id]);
      }
    }
    for (const [groupId, userIds] of members) store.groups.addMembers(groupId, userIds);
    for (const one of data.people) {
      const status = STATUSES[one.status];
      const user = store.users.getByLogin(one.login);
      if (user !== undefined && user.status !== status) store.users.setStatus(user.id, status);
    }
  });
  return true;
}

function profileOf(one: OrgData["people"][number], names: ReadonlyMap<string, string>): Profile {
  const { groups: _groups, status: _status, manager, ...attributes } = one;
  const managerName = manager === undefined ? undefined : names.get(manager.toLowerCase());
  const profile: Profile = {
    email: one.login,
    displayName: `${one.firstName} ${one.lastName}`,
    ...Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)),
  };
  return managerName === undefined || manager === undefined
    ? profile
    : { ...profile, manager: managerName, managerId: manager };
}
