import { type LoadRequest, type Measurement, measure } from "./load.ts";

/** A server under test. */
export interface Subject {
  readonly name: string;
  /** How many people it was filled with. */
  readonly people: number;
  /** The SCIM base URL, or where a constant server listens. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether it is a SCIM server, or answers the same to everything. */
  readonly constant: boolean;
}

/** Each has one request at a time. */
export const connections = Number(process.env["BENCH_CONNECTIONS"] ?? 16);

export const userSchema = "urn:ietf:params:scim:schemas:core:2.0:User";
const groupSchema = "urn:ietf:params:scim:schemas:core:2.0:Group";
const patchOp = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/** A person as Okta sends one. */
export function person(index: string | number): Record<string, unknown> {
  return {
    schemas: [userSchema],
    userName: `person-${index}@example.com`,
    name: { givenName: "Person", familyName: `Number ${index}` },
    emails: [{ primary: true, value: `person-${index}@example.com`, type: "work" }],
    displayName: `Person Number ${index}`,
    locale: "en-US",
    externalId: `00u${index}`,
    active: true,
  };
}

export type ScenarioName = "get" | "filter" | "patch" | "create" | "list" | "member";

export const scenarioTitles: Readonly<Record<ScenarioName, string>> = {
  get: "get by id",
  filter: "filter userName eq",
  patch: "PATCH active",
  create: "create",
  list: "list count=100",
  member: "add or remove a member of a large group",
};

async function post(subject: Subject, path: string, body: unknown): Promise<string> {
  const response = await fetch(`${subject.baseUrl}${path}`, {
    method: "POST",
    headers: { ...subject.headers, "content-type": "application/scim+json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok)
    throw new Error(`${subject.name}: POST ${path} answered ${response.status} ${text.slice(0, 200)}`);
  return text;
}

/** Creates people one by one, a few at a time; answers their ids. Names begin with `prefix`. */
export async function seedOneByOne(
  subject: Subject,
  people: number,
  prefix = "",
): Promise<readonly string[]> {
  const ids: string[] = [];
  let index = 0;
  const work = async (): Promise<void> => {
    while (index < people) {
      const text = await post(subject, "/Users", person(`${prefix}${index++}`));
      ids.push(/"id":\s*"([^"]+)"/.exec(text)?.[1] ?? "");
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return ids;
}

/** Prepares and warms up one scenario. Answers what measures it once, for a time. */
export async function prepareScenario(
  subject: Subject,
  scenario: ScenarioName,
  ids: readonly string[],
  warmUpMilliseconds: number,
): Promise<(milliseconds: number) => Promise<Measurement>> {
  const base = new URL(subject.baseUrl);
  const prefix = base.pathname === "/" ? "" : base.pathname;
  let count = 0;
  const pick = (): string => ids[Math.floor(Math.random() * ids.length)] ?? "";
  const run = Math.random().toString(36).slice(2);
  const group = scenario === "member" ? await makeGroup(subject, ids.slice(0, 10_000)) : "";
  const outsiders = scenario === "member" ? await seedOneByOne(subject, 64, `outsider-${run}`) : [];
  const active = (value: boolean): string =>
    JSON.stringify({ schemas: [patchOp], Operations: [{ op: "replace", value: { active: value } }] });
  const next: Readonly<Record<ScenarioName, () => LoadRequest>> = {
    get: () => ({ method: "GET", path: `${prefix}/Users/${pick()}` }),
    filter: () => {
      const name = `person-${Math.floor(Math.random() * ids.length)}@example.com`;
      return {
        method: "GET",
        path: `${prefix}/Users?filter=userName%20eq%20%22${name}%22&startIndex=1&count=100`,
      };
    },
    patch: () => ({ method: "PATCH", path: `${prefix}/Users/${pick()}`, body: active(count++ % 2 === 0) }),
    create: () => ({
      method: "POST",
      path: `${prefix}/Users`,
      body: JSON.stringify(person(`${run}-${count++}`)),
    }),
    list: () => {
      const startIndex = 1 + Math.floor(Math.random() * Math.max(1, ids.length - 100));
      return { method: "GET", path: `${prefix}/Users?startIndex=${startIndex}&count=100` };
    },
    member: () => {
      // Each outsider is added and then removed, so that every request changes the group.
      const op = count % 2 === 0 ? "add" : "remove";
      const value = [{ value: outsiders[Math.floor(count / 2) % outsiders.length] ?? "" }];
      count += 1;
      const body = JSON.stringify({ schemas: [patchOp], Operations: [{ op, path: "members", value }] });
      return { method: "PATCH", path: `${prefix}/Groups/${group}`, body };
    },
  };
  const requests = next[scenario];
  const once = (milliseconds: number): Promise<Measurement> =>
    measure(base, subject.headers, requests, connections, milliseconds);
  await once(warmUpMilliseconds);
  return once;
}

async function makeGroup(subject: Subject, members: readonly string[]): Promise<string> {
  const text = await post(subject, "/Groups", {
    schemas: [groupSchema],
    displayName: `Large ${Math.random()}`,
    members: members.map((value) => ({ value })),
  });
  return /"id":\s*"([^"]+)"/.exec(text)?.[1] ?? "";
}
