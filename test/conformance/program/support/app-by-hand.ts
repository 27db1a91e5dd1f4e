import { z } from "zod";
import { loadStack } from "../../../../src/spec/load-stack.ts";
import type { OwnStack } from "./own-stack.ts";

const listed = z.array(z.looseObject({ id: z.string() }));
const extension = "urn:example:params:scim:schemas:hand:1.0:User";

/** An app as administrators make them: Okta's own mapping, an attribute that SCIM has no place for, a group that assigns and is pushed. */
export async function makeAppByHand(own: OwnStack, token: string): Promise<void> {
  const app = z.looseObject({ id: z.string() }).parse(
    await own.call("POST", "/api/v1/apps", {
      name: "scim2headerauth",
      label: "Made by hand",
      signOnMode: "AUTO_LOGIN",
    }),
  );
  const path = `/api/v1/apps/${app.id}`;
  await own.call("POST", `${path}/connections/default`, {
    baseUrl: `http://localhost:${own.serverPort}/gate/scim/v2`,
    profile: { authScheme: "TOKEN", token: `Bearer ${token}` },
  });
  await own.call("POST", `${path}/connections/default/lifecycle/activate`);
  await own.call("PUT", `${path}/features/USER_PROVISIONING`, {
    create: { lifecycleCreate: { status: "ENABLED" } },
    update: { profile: { status: "ENABLED" } },
  });
  const attribute = { type: "string", title: "Shoe size", externalName: "shoeSize" };
  await own.call("POST", `/api/v1/meta/schemas/apps/${app.id}/default`, {
    definitions: {
      custom: {
        id: "#custom",
        type: "object",
        properties: { shoeSize: { ...attribute, externalNamespace: extension }, nowhere: attribute },
      },
    },
  });
  const [mapping] = listed.parse(await own.call("GET", `/api/v1/mappings?targetId=${app.id}`));
  const entry = { expression: "user.employeeNumber", pushStatus: "DONT_PUSH" };
  await own.call("POST", `/api/v1/mappings/${mapping?.id}`, {
    properties: { shoeSize: entry, nowhere: entry },
  });
  const [sales, person] = await Promise.all([
    own.okta.groups.findByName("Sales"),
    own.okta.users.find("margit.szabo@example.com"),
  ]);
  await own.call("PUT", `${path}/groups/${sales?.id}`, { profile: { userType: "seller" } });
  await own.call("POST", `${path}/users`, { id: person?.id, credentials: { userName: "margit" } });
  await own.call("POST", `${path}/group-push/mappings`, {
    sourceGroupId: sales?.id,
    targetGroupName: "Sellers",
    status: "ACTIVE",
  });
}

/** Everything that Okta tells of all apps, but for what provisioning changes by itself. */
export async function takePicture(own: OwnStack): Promise<unknown> {
  const idsOf = async (path: string) => listed.parse(await own.call("GET", path)).map(({ id }) => id);
  const paths = await Promise.all(
    (await idsOf("/api/v1/apps")).map(async (id) => [
      ...["", "/connections/default", "/groups", "/users?limit=500", "/group-push/mappings"].map(
        (part) => `/api/v1/apps/${id}${part}`,
      ),
      `/api/v1/meta/schemas/apps/${id}/default`,
      ...(await idsOf(`/api/v1/mappings?targetId=${id}`)).map((mapping) => `/api/v1/mappings/${mapping}`),
    ]),
  );
  const passing = [
    "lastUpdated",
    "lastPush",
    "lastSync",
    "statusChanged",
    "syncState",
    "status",
    "externalId",
  ];
  const picture = await Promise.all(
    paths.flat().map(async (path) => {
      const isOfPeople = path.includes("/users") || path.includes("/group-push/");
      const text = JSON.stringify(await own.call("GET", path), (key, value) =>
        passing.includes(key) && (isOfPeople || key === "lastUpdated") ? undefined : value,
      );
      return [path, JSON.parse(text)] as const;
    }),
  );
  return Object.fromEntries(picture);
}

/** What the written files say otherwise than the specs by which the same apps were deployed. */
export function findDifferences(deployed: string, written: string): string[] {
  const ofLabel = new Map(loadStack(deployed, "dev").specs.map(({ spec }) => [spec.app.label, spec]));
  return loadStack(written, "dev").specs.flatMap(({ name, spec }) => {
    const original = ofLabel.get(spec.app.label);
    return original === undefined ? [] : compare(original, spec, name);
  });
}

function compare(one: unknown, other: unknown, path: string): string[] {
  if (JSON.stringify(one) === JSON.stringify(other)) return [];
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null)
    return [`${path}: ${show(one)} -> ${show(other)}`];
  const [left, right] = [byKey(one), byKey(other)];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) =>
    compare(Reflect.get(left, key), Reflect.get(right, key), `${path}.${key}`),
  );
}

/** The order of a list means nothing. */
function byKey(value: object): object {
  const entries = z
    .array(z.looseObject({ name: z.string().optional(), group: z.string().optional() }))
    .safeParse(value);
  if (!entries.success) return value;
  return Object.fromEntries(
    entries.data.map((entry) => [entry.name ?? entry.group ?? JSON.stringify(entry), entry]),
  );
}

function show(value: unknown): string {
  return value === undefined
    ? "nothing"
    : JSON.stringify(value)
        .replaceAll(/"(00g|rst)\w+"/g, '"$1…"')
        .replaceAll(/:\d{4,5}\//g, ":<port>/");
}
