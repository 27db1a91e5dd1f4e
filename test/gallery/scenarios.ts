import type { EngineStep, Properties } from "../../src/preview/changes/engine-step.ts";
import { type Declared, type Step, stepsBetween } from "../conformance/preview/support/declared-app.ts";

/** One change of the gallery: what it is, and what the engine announces for it. */
export interface Scenario {
  readonly title: string;
  readonly told: string;
  readonly steps: (base: Declared, ids: Ids) => readonly EngineStep[];
  /** `false`: the application is new, and so is its tenant at the SCIM server. */
  readonly isDeployed?: boolean;
  /** The emulated org answers UNKNOWN for the connection meanwhile. */
  readonly connectionUnknown?: boolean;
}

/** Ids in the org, by name; the app's. */
export interface Ids {
  readonly app: string;
  readonly group: (name: string) => string;
}

const parent = "urn:pulumi:dev::okta-scim::okta-scim:index:ScimApp::payroll";
const operations = { add: "create", change: "update", replace: "replace", remove: "delete" } as const;
const secret = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "[secret]",
};
const connection = {
  action: "activate",
  baseUrl: "https://scim.example.com/payroll/scim/v2",
  profile: { authScheme: "TOKEN", token: secret },
};

/** A group's assignment that gives its members no values of its own. */
const plain = { priority: undefined, profile: {} };

export const scenarios: readonly Scenario[] = [
  {
    title: "An application is onboarded",
    told: "A new spec: everything is created, and everyone in Finance gets an account. Nobody loses anything, so it is safe.",
    isDeployed: false,
    steps: (base, ids) => engineSteps(stepsBetween(undefined, base), { ...ids, app: undefined }),
  },
  {
    title: "A new attribute",
    told: "A custom attribute with its mapping: people who have a value are updated, and named.",
    steps: (base, ids) => [
      engineStep("okta:index/appUserSchemaProperty:AppUserSchemaProperty", "create", undefined, {
        index: "division",
        title: "Division",
        type: "string",
        externalName: "division",
        externalNamespace: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
      }),
      ...edit(base, ids, (before) => ({
        mapping: { ...before.mapping, division: { expression: '"Finance"', pushStatus: "PUSH" } },
      })),
    ],
  },
  {
    title: "A changed expression",
    told: "One expression, and everyone whose value it changes.",
    steps: (base, ids) =>
      edit(base, ids, (before) => ({
        mapping: {
          ...before.mapping,
          title: { expression: "String.toUpperCase(user.title)", pushStatus: "PUSH" },
        },
      })),
  },
  {
    title: "A push group is added, another one removed",
    told: "The removed one keeps its group in the application (`onRemove: keep`): its members stay in it.",
    steps: (base, ids) =>
      edit(base, ids, () => ({
        pushes: new Map([
          [
            ids.group("Payroll Viewers"),
            { target: "payroll-viewers", deleteTarget: false, status: "ACTIVE" },
          ],
        ]),
      })),
  },
  {
    title: "A group swap that moves 30 people",
    told: "Finance North is replaced by Finance South: 30 people lose their account, 30 others get one: two of these get back the one they had, and one has an active account that Okta does not know yet. The guard rail stops it until the spec acknowledges it.",
    steps: (base, ids) =>
      edit(base, ids, () => ({
        groups: new Map([
          [ids.group("Finance"), plain],
          [ids.group("Finance South"), plain],
        ]),
      })),
  },
  {
    title: "Offboarding",
    told: "The first of two pull requests: `lifecycle: offboarding` takes everybody out. The application itself goes when the file is deleted, in the second.",
    steps: (base, ids) => edit(base, ids, () => ({ groups: new Map(), users: new Map(), pushes: new Map() })),
  },
  {
    title: "A token is rotated",
    told: "A secret is told as changed, and never shown.",
    steps: () => [
      engineStep("okta:app/connection:Connection", "update", connection, connection, ["profile.token"]),
    ],
  },
  {
    title: "TLS is weakened",
    told: "The address loses its s: the guard rail stops the update.",
    steps: () => [
      engineStep("okta:app/connection:Connection", "update", connection, {
        ...connection,
        baseUrl: "http://scim.example.com/payroll/scim/v2",
      }),
    ],
  },
  {
    title: "The connection is UNKNOWN",
    told: "Okta's API does not tell whether anybody connected this application: who is assigned now is not provisioned.",
    connectionUnknown: true,
    steps: (base, ids) =>
      edit(base, ids, (before) => ({
        groups: new Map([...before.groups, [ids.group("Contractors"), plain]]),
      })),
  },
  { title: "Nothing", told: "Okta and the specs agree.", steps: () => [] },
];

function edit(base: Declared, ids: Ids, change: (before: Declared) => Partial<Declared>): EngineStep[] {
  const steps = stepsBetween(base, { ...base, ...change(base) });
  const groupOf = ({ before, after }: Step): unknown =>
    (after ?? before)?.["groupId"] ?? (after ?? before)?.["sourceGroupId"];
  const touched = new Set(steps.map((step) => `${step.kind} ${groupOf(step)}`));
  // What an edit leaves alone, the engine announces as it is.
  const kept = stepsBetween(undefined, base).filter(
    (step) => groupOf(step) !== undefined && !touched.has(`${step.kind} ${groupOf(step)}`),
  );
  return [
    ...engineSteps(steps, ids),
    ...kept.map(({ type, after }) => engineStep(type, "same", after, after)),
  ];
}

function engineSteps(steps: readonly Step[], ids: { readonly app: string | undefined }): EngineStep[] {
  const announced = steps.map((step) => ({
    ...engineStep(step.type, operations[step.action], step.before, step.after),
    id: ids.app,
  }));
  const hasApp = announced.some(({ type }) => type === "okta:app/autoLogin:AutoLogin");
  const app = { ...engineStep("okta:app/autoLogin:AutoLogin", "same", {}, {}), id: ids.app };
  return hasApp ? announced : [app, ...announced];
}

let count = 0;

function engineStep(
  type: string,
  operation: EngineStep["operation"],
  before: Properties | undefined,
  after: Properties | undefined,
  changedKeys: readonly string[] = [],
): EngineStep {
  count += 1;
  return {
    operation,
    urn: `${parent}$${type}::payroll-${count}`,
    type,
    name: "payroll",
    parent,
    id: undefined,
    protect: false,
    protectAfter: false,
    before,
    after,
    beforeOutputs: before,
    afterOutputs: undefined,
    replaceKeys: [],
    changedKeys,
    detailedDiff: undefined,
  };
}
