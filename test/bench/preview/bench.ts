// Seconds and Okta calls of a preview: node test/bench/preview/bench.ts [people per app]
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { evaluateMapping } from "../../../sandbox/okta/expression/evaluate-mapping.ts";
import { OrgStore } from "../../../sandbox/okta/store/org-store.ts";
import { evaluateExpression } from "../../../src/expression/evaluate-expression.ts";
import { createOktaClient } from "../../../src/okta/okta-client.ts";
import type { EngineStep, Properties } from "../../../src/preview/changes/engine-step.ts";
import { createReport } from "../../../src/preview/create-report.ts";
import { OrgProcess } from "../../conformance/provisioning/processes.ts";

const peopleCount = Number(process.argv[2] ?? 10_000);
const appCount = 100;
const withId = z.object({ id: z.string() });

/** Fills an org's file while nothing runs on it: two groups, the second without one person in a hundred. */
function fill(folder: string): { readonly all: string; readonly most: string } {
  const store = OrgStore.open(join(folder, "org.sqlite"), {
    clock: { now: () => new Date() },
    evaluation: { evaluateMapping, evaluateExpression },
  });
  const typeId = store.userTypes.default().id;
  const group = (name: string): string =>
    store.groups.create({ type: "OKTA_GROUP", profile: { name, description: null } }).id;
  const [all, most] = [group("Bench all"), group("Bench most")];
  store.transaction(() => {
    const ids = Array.from({ length: peopleCount }, (_, index) => {
      const login = `bench${index}@example.com`;
      const profile = { login, email: login, firstName: "Bench", lastName: `${index}`, department: "Bench" };
      return store.users.create({ profile, status: "ACTIVE", typeId, passwordSet: true }).id;
    });
    store.groups.addMembers(all, ids);
    store.groups.addMembers(
      most,
      ids.filter((_, index) => index % 100 !== 0),
    );
  });
  store.close();
  return { all, most };
}

function step(
  app: string,
  type: string,
  operation: EngineStep["operation"],
  inputs: Properties,
  id?: string,
): EngineStep {
  const isDeletion = operation === "delete";
  return {
    operation,
    urn: `${app}$${type}$${JSON.stringify(inputs)}`,
    type,
    name: app,
    parent: `urn:pulumi:bench::okta-scim::okta-scim:index:ScimApp::${app}`,
    id,
    protect: false,
    protectAfter: false,
    before: operation === "create" ? undefined : inputs,
    after: isDeletion ? undefined : inputs,
    beforeOutputs: undefined,
    afterOutputs: undefined,
    replaceKeys: [],
    changedKeys: [],
    detailedDiff: undefined,
  };
}

await using org = await OrgProcess.start();
await org.stop("SIGTERM");
const groups = fill(org.folder);
await org.launch();
const appIds: string[] = [];
for (let index = 0; index < appCount; index += 1) {
  await org.api("POST", "/sandbox/clock", { advanceSeconds: 60 });
  const { id } = withId.parse(
    await org.api("POST", "/api/v1/apps?activate=true", {
      name: "scim2headerauth",
      label: `Bench ${index}`,
      signOnMode: "AUTO_LOGIN",
      settings: {},
    }),
  );
  await org.api("PUT", `/api/v1/apps/${id}/groups/${groups.all}`, { profile: {} });
  // A large group is assigned a thousand people at a time.
  await org.drain();
  appIds.push(id);
}
const address = z
  .object({ url: z.string(), apiToken: z.string() })
  .parse(JSON.parse(readFileSync(join(org.folder, "address.json"), "utf8")));

process.stdout.write("apps  people each  seconds  Okta calls  people found losing access\n");
for (const count of [1, 20, appCount]) {
  await org.api("POST", "/sandbox/clock", { advanceSeconds: 60 });
  const client = createOktaClient({
    orgUrl: address.url,
    credentials: { kind: "api-token", apiToken: address.apiToken },
    rateLimitShare: 1,
  });
  const steps = appIds.slice(0, count).flatMap((id, index) => {
    const app = `bench${index}`;
    return [
      step(app, "okta:app/autoLogin:AutoLogin", "same", { label: app }, id),
      step(app, "okta:app/groupAssignment:GroupAssignment", "create", { appId: id, groupId: groups.most }),
      step(app, "okta:app/groupAssignment:GroupAssignment", "delete", { appId: id, groupId: groups.all }),
    ];
  });
  const report = await createReport({
    project: "okta-scim",
    plan: { stack: "bench", apps: [], needsServer: false },
    steps,
    client,
    appliesMappings: true,
    now: new Date(),
  });
  const lost = report.apps.reduce(
    (sum, { people }) => sum + (people?.kind === "exact" ? people.impact.unassignedOnly.length : Number.NaN),
    0,
  );
  if (lost !== (count * peopleCount) / 100) throw new Error(`${lost} people found losing access`);
  const seconds = (report.milliseconds / 1000).toFixed(1);
  process.stdout.write(
    `${String(count).padStart(4)}  ${String(peopleCount).padStart(11)}  ${seconds.padStart(7)}  ${String(report.oktaCalls).padStart(10)}  ${lost}\n`,
  );
}
