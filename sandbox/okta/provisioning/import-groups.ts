import type { ScimGroup } from "../../../src/scim/scim-messages.ts";
import type { Group } from "../store/model.ts";
import { logImportedGroup } from "./provisioning-log.ts";
import type { TaskRun } from "./task-run.ts";

/** People read per step when the members of a group are compared. */
const step = 1_000;

/**
 * Takes an app's groups into the org, with the members whose accounts are linked. Groups that Okta pushes are left as they are:
 * their members come from Okta.
 */
export class GroupImport {
  readonly #run: TaskRun;
  readonly #pushed: ReadonlySet<string>;
  readonly #seen = new Set<string>();

  constructor(run: TaskRun) {
    this.#run = run;
    const mappings = run.store.pushMappings.list({ appId: run.app.id, limit: 10_000 });
    this.#pushed = new Set(mappings.map(({ targetGroupId }) => targetGroupId));
  }

  /** Adds or renames one group and brings its members in line. */
  take(group: ScimGroup): void {
    const { store } = this.#run;
    store.transaction(() => {
      const known = this.#find(group);
      if (known !== undefined && this.#pushed.has(known.id)) {
        store.groups.setExternalId(known.id, group.id);
        return;
      }
      const own = known === undefined ? this.#create(group) : this.#follow(known, group);
      this.#seen.add(own.id);
      this.#settleMembers(own.id, group);
    });
  }

  /** After the last group: those that an earlier import has brought and the app no longer has go. */
  removeOthers(): void {
    const { app, store } = this.#run;
    const where = { sql: "source_app_id = ? AND external_id IS NOT NULL", values: [app.id] };
    for (let afterId = ""; ; ) {
      const page = store.groups.page({ where, afterId, limit: step });
      for (const group of page) {
        if (this.#seen.has(group.id) || this.#pushed.has(group.id)) continue;
        store.groups.delete(group.id);
        logImportedGroup(this.#run, group, "system.import.group.delete", "Delete imported group");
      }
      const last = page.at(-1);
      if (last === undefined || page.length < step) return;
      afterId = last.id;
    }
  }

  #find({ displayName, id }: ScimGroup): Group | undefined {
    const { app, store } = this.#run;
    const where = { sql: "source_app_id = ? AND external_id = ?", values: [app.id, id] };
    const [known] = store.groups.page({ where, limit: 1 });
    return known ?? store.groups.getByName(displayName, "APP_GROUP", app.id);
  }

  #create({ displayName, id }: ScimGroup): Group {
    const { app, store } = this.#run;
    const profile = { name: displayName, description: null };
    return store.groups.create({ type: "APP_GROUP", profile, sourceAppId: app.id, externalId: id });
  }

  #follow(known: Group, { displayName, id }: ScimGroup): Group {
    const { groups } = this.#run.store;
    groups.setExternalId(known.id, id);
    if (known.name !== displayName) groups.setProfile(known.id, { ...known.profile, name: displayName });
    return known;
  }

  #settleMembers(groupId: string, { members }: ScimGroup): void {
    const { app, ledger, store } = this.#run;
    const wanted = new Set(
      (members ?? [])
        .map(({ value }) => ledger.ownerOfAccount(app.id, value))
        .filter((userId) => userId !== undefined),
    );
    const gone: string[] = [];
    for (let afterId = ""; ; ) {
      const page = store.groups.members(groupId, { afterId, limit: step });
      for (const { id } of page) if (!wanted.delete(id)) gone.push(id);
      const last = page.at(-1);
      if (last === undefined || page.length < step) break;
      afterId = last.id;
    }
    store.groups.removeMembers(groupId, gone);
    store.groups.addMembers(groupId, [...wanted]);
  }
}
