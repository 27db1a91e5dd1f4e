/**
 * How the emulated org's store copes with 100,000 people and 2,000 groups: `node test/bench/sandbox/org-scale.ts`.
 * Prints a Markdown table of times (milliseconds) and of the process's resident memory (MB) after each step.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseFilter } from "../../../sandbox/okta/store/filter.ts";
import { compileFilter } from "../../../sandbox/okta/store/filter-sql.ts";
import { addApp, addGroup, addPerson, newStore } from "../../unit/sandbox/store/new-store.ts";

const PEOPLE = 100_000;
const GROUPS = 2_000;
const ASSIGNED = 50_000;

const folder = mkdtempSync(join(tmpdir(), "okta-scim-bench-"));
const store = newStore(join(folder, "org.sqlite"));
const lines: string[] = ["| Step | ms | MB |", "|---|---|---|"];

function measure<T>(step: string, work: () => T): T {
  const started = performance.now();
  const result = work();
  const memory = Math.round(process.memoryUsage().rss / 1e6);
  lines.push(`| ${step} | ${Math.round(performance.now() - started)} | ${memory} |`);
  return result;
}

const people = measure(`add ${PEOPLE} people`, () =>
  store.transaction(() =>
    Array.from(
      { length: PEOPLE },
      (_, index) => addPerson(store, `p${index}`, { department: `D${index % 40}` }).id,
    ),
  ),
);
measure(`add ${GROUPS} groups of 50`, () =>
  store.transaction(() => {
    for (let index = 0; index < GROUPS; index++) {
      const start = (index * 50) % PEOPLE;
      store.groups.addMembers(addGroup(store, `G${index}`), people.slice(start, start + 50));
    }
  }),
);
const app = addApp(store, { provisioned: true });
const large = addGroup(store, "Large");
for (let start = 0; start < ASSIGNED; start += 1_000) {
  store.groups.addMembers(large, people.slice(start, Math.min(start + 1_000, ASSIGNED)));
}
measure(`assign a group of ${ASSIGNED} to an app`, () =>
  store.assignments.assignGroup(app.id, large, { profile: {} }),
);
const search = (filter: string): number =>
  store.users.page({
    where: compileFilter(parseFilter(filter), (name) =>
      name === "login" ? "login" : `json_extract(profile, '$.${name}')`,
    ),
    limit: 200,
  }).length;
measure("find a person by login", () => search('login eq "p77777@example.com"'));
measure("first 200 people of a department (no index)", () => search('department eq "D7"'));
measure("last 200 people", () =>
  store.users.page({ after: { id: people.at(-201) ?? "", sortValue: "" }, limit: 200 }),
);
measure("change a person's profile", () =>
  store.users.setProfile(people[7] ?? "", { ...store.users.get(people[7] ?? "")?.profile, firstName: "New" }),
);
measure("save a snapshot", () => store.saveSnapshot(join(folder, "snapshot.sqlite")));
measure("restore it", () => store.restoreSnapshot(join(folder, "snapshot.sqlite")));
measure(`unassign the group of ${ASSIGNED}`, () => store.assignments.unassignGroup(app.id, large));
store.close();
rmSync(folder, { recursive: true });
process.stdout.write(`${lines.join("\n")}\n`);
