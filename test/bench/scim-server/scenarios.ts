import { type LoadRequest, type Measurement, measure } from "./load.ts";

/** A server under test. */
export interface Subject {
  readonly name: string;
  /** The SCIM base URL, or where a constant server listens. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether it is a SCIM server, or answers the same to everything. */
  readonly constant: boolean;
}

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
  member: "add a member to a group of 10,000",
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

/** Creates people one by one, a few at a time; answers their ids. */
export async function seedOneByOne(subject: Subject, people: number): Promise<readonly string[]> {
  const ids: string[] = [];
  let index = 0;
  const work = async (): Promise<void> => {
    while (index < people) {
      const text = await post(subject, "/Users", person(index++));
      ids.push(/"id":\s*"([^"]+)"/.exec(text)?.[1] ?? "");
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return ids;
}

/** Creates people by Bulk; answers their ids. */
export async function seedByBulk(subject: Subject, people: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let start = 0; start < people; start += 1000) {
    const count = Math.min(1000, people - start);
    const operations = Array.from({ length: count }, (_, offset) => ({
      method: "POST",
      path: "/Users",
      bulkId: String(offset),
      data: person(start + offset),
    }));
    const text = await post(subject, "/Bulk", { Operations: operations });
    for (const match of text.matchAll(/"location":"[^"]*\/([^"/]+)"/g)) ids.push(match[1] ?? "");
  }
  return ids;
}

/** Prepares, warms up and measures one scenario. */
export async function runScenario(
  subject: Subject,
  scenario: ScenarioName,
  ids: readonly string[],
  milliseconds: number,
  onWarm: () => void,
): Promise<Measurement> {
  const base = new URL(subject.baseUrl);
  const prefix = base.pathname === "/" ? "" : base.pathname;
  let count = 0;
  const pick = (): string => ids[Math.floor(Math.random() * ids.length)] ?? "";
  const run = Math.random().toString(36).slice(2);
  const group =
    scenario === "member" && !subject.constant ? await makeGroup(subject, ids.slice(0, 10_000)) : "";
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
      const op = count++ % 2 === 0 ? "add" : "remove";
      const value = [{ value: ids.at(-1 - (count % 50)) ?? "" }];
      const body = JSON.stringify({ schemas: [patchOp], Operations: [{ op, path: "members", value }] });
      return { method: "PATCH", path: `${prefix}/Groups/${group}`, body };
    },
  };
  const requests = next[scenario];
  await measure(base, subject.headers, requests, 16, Math.min(500, milliseconds / 4));
  onWarm();
  return measure(base, subject.headers, requests, 16, milliseconds);
}

async function makeGroup(subject: Subject, members: readonly string[]): Promise<string> {
  const text = await post(subject, "/Groups", {
    schemas: [groupSchema],
    displayName: `Large ${Math.random()}`,
    members: members.map((value) => ({ value })),
  });
  return /"id":\s*"([^"]+)"/.exec(text)?.[1] ?? "";
}
