import { AsyncLocalStorage } from "node:async_hooks";
import type { DatabaseSync } from "node:sqlite";
import { AppSchemas } from "./app-schemas.ts";
import { AppUsers } from "./app-users.ts";
import { Apps } from "./apps.ts";
import { Assignments } from "./assignments.ts";
import { ClientSecrets } from "./client-secrets.ts";
import { Credentials } from "./credentials.ts";
import { GroupOwners } from "./group-owners.ts";
import { GroupRules } from "./group-rules.ts";
import { ADMINISTRATORS, Groups } from "./groups.ts";
import { IdentityProviders } from "./identity-providers.ts";
import { newId } from "./ids.ts";
import { LinkedObjects } from "./linked-objects.ts";
import { Mappings } from "./mappings.ts";
import type { Clock, Evaluation, LogTarget } from "./model.ts";
import { OrgDocuments } from "./org-documents.ts";
import { OrgEvents } from "./org-events.ts";
import { Policies } from "./policies.ts";
import { PolicyRules } from "./policy-rules.ts";
import { ProvisioningSettings } from "./provisioning-settings.ts";
import { PushMappings } from "./push-mappings.ts";
import { Retention } from "./retention.ts";
import { RoleAssignments } from "./role-assignments.ts";
import { RoleTargets } from "./role-targets.ts";
import { ScopeGrants } from "./scope-grants.ts";
import { clearTables, restoreSnapshot, saveFixture, saveSnapshot } from "./snapshots.ts";
import { readString, Sql } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";
import { SystemLog } from "./system-log.ts";
import { LAYOUT_VERSION, TABLES } from "./tables.ts";
import { Tasks } from "./tasks.ts";
import { USER_BASE_SCHEMA } from "./user-base-schema.ts";
import { UserCredentialStore } from "./user-credentials.ts";
import { UserTypes } from "./user-types.ts";
import { Users } from "./users.ts";

/** A database that another version of the emulated org has written. */
export class StoreVersionError extends Error {
  readonly code = "SANDBOX_STORE_VERSION";
  readonly remedy = "Reset the emulated org: okta-scim sandbox reset.";

  constructor(path: string, version: string) {
    super(
      `${path} was written by another version of the emulated org (layout ${version}, expected ${LAYOUT_VERSION}).`,
    );
    this.name = "StoreVersionError";
  }
}

/** Everything that the emulated org knows, in one SQLite database. All methods are synchronous; an answered change is in the file. */
export class OrgStore {
  readonly clock: Clock;
  readonly users: Users;
  readonly groups: Groups;
  readonly groupRules: GroupRules;
  readonly groupOwners: GroupOwners;
  readonly roles: RoleAssignments;
  readonly linkedObjects: LinkedObjects;
  readonly userCredentials: UserCredentialStore;
  readonly userTypes: UserTypes;
  readonly documents: OrgDocuments;
  readonly roleTargets: RoleTargets;
  readonly apps: Apps;
  readonly identityProviders: IdentityProviders;
  readonly clientSecrets: ClientSecrets;
  readonly scopeGrants: ScopeGrants;
  readonly appUsers: AppUsers;
  readonly assignments: Assignments;
  readonly settings: ProvisioningSettings;
  readonly schemas: AppSchemas;
  readonly mappings: Mappings;
  readonly pushMappings: PushMappings;
  readonly events: OrgEvents;
  readonly tasks: Tasks;
  readonly log: SystemLog;
  readonly retention: Retention;
  readonly policies: Policies;
  readonly policyRules: PolicyRules;
  readonly credentials: Credentials;
  readonly #sql: Sql;
  readonly #actors = new AsyncLocalStorage<LogTarget>();

  private constructor(sql: Sql, clock: Clock, evaluation: Evaluation) {
    this.#sql = sql;
    this.clock = clock;
    this.events = new OrgEvents(sql);
    const now = (): string => clock.now().toISOString();
    const context: StoreContext = {
      sql,
      clock,
      evaluation,
      now,
      emit: (event) => this.events.append(event, now()),
      actor: () => this.#actors.getStore(),
    };
    this.log = new SystemLog(context);
    this.retention = new Retention(context);
    this.tasks = new Tasks(context);
    this.policies = new Policies(context);
    this.policyRules = new PolicyRules(context);
    this.credentials = new Credentials(context);
    this.userTypes = new UserTypes(context);
    this.userCredentials = new UserCredentialStore(context);
    this.groupOwners = new GroupOwners(context);
    this.roles = new RoleAssignments(context);
    this.linkedObjects = new LinkedObjects(context);
    this.documents = new OrgDocuments(context);
    this.roleTargets = new RoleTargets(context);
    this.apps = new Apps(context);
    this.identityProviders = new IdentityProviders(context);
    this.clientSecrets = new ClientSecrets(context);
    this.scopeGrants = new ScopeGrants(context);
    this.appUsers = new AppUsers(context);
    this.settings = new ProvisioningSettings(context);
    this.schemas = new AppSchemas(context);
    this.mappings = new Mappings(context);
    this.pushMappings = new PushMappings(context);
    this.assignments = new Assignments(context, this);
    this.groups = new Groups(context, {
      membersChanged: (groupId, added, removed) => {
        this.assignments.membersChanged(groupId, added, removed);
        this.groupRules.membersChanged(groupId, [...added, ...removed]);
      },
      deleted: (groupId) => {
        this.assignments.groupDeleted(groupId);
        this.groupRules.groupDeleted(groupId);
        this.groupOwners.ownerDeleted(groupId);
        this.roles.removeAll(groupId);
        this.roleTargets.assigneeDeleted(groupId);
        this.roleTargets.targetDeleted("group", groupId);
        for (const { appId, id } of this.pushMappings.list({ sourceGroupId: groupId, limit: 10_000 })) {
          this.pushMappings.delete(appId, id, false);
        }
      },
    });
    this.groupRules = new GroupRules(context, { groups: this.groups, users: () => this.users });
    this.users = new Users(context, {
      added: (user) => {
        this.groups.addMembers(this.groups.everyone().id, [user.id]);
        this.groupRules.apply(user);
      },
      profileChanged: (user) => {
        this.groupRules.apply(user);
        this.assignments.profileChanged(user);
      },
      activated: (user) => this.assignments.activated(user),
      deactivated: (user) => {
        this.assignments.deactivated(user);
        this.roles.removeAll(user.id);
        this.roleTargets.assigneeDeleted(user.id);
      },
      deleted: (user) => {
        this.assignments.deactivated(user);
        this.groupOwners.ownerDeleted(user.id);
        this.roles.removeAll(user.id);
        this.roleTargets.assigneeDeleted(user.id);
      },
    });
    if (this.setting("org_id") === undefined) this.transaction(() => this.#found());
  }

  /** Opens or makes the database at `path` (`:memory:` for one that is not kept). Throws StoreVersionError. */
  static open(path: string, options: { readonly clock?: Clock; readonly evaluation: Evaluation }): OrgStore {
    const sql = new Sql(path);
    sql.database.exec(TABLES);
    const row = sql.get("SELECT value FROM org WHERE key = 'layout_version'");
    const version = row === undefined ? undefined : readString(row, "value");
    if (version !== undefined && version !== String(LAYOUT_VERSION)) {
      sql.close();
      throw new StoreVersionError(path, version);
    }
    return new OrgStore(sql, options.clock ?? { now: () => new Date() }, options.evaluation);
  }

  /** The org's own id (`00o…`). */
  get orgId(): string {
    const id = this.setting("org_id");
    if (id === undefined) throw new Error("the org has no id");
    return id;
  }

  /** For parts of the org that keep tables of their own (import staging, faults). */
  get database(): DatabaseSync {
    return this.#sql.database;
  }

  /** Runs `work` in one transaction; nested calls join it. */
  transaction<T>(work: () => T): T {
    return this.#sql.transaction(work);
  }

  /** Runs `work` with `actor` as the one who acts, for the System Log. */
  actAs<T>(actor: LogTarget, work: () => T): T {
    return this.#actors.run(actor, work);
  }

  /** A setting of the org; undefined when it was never set. */
  setting(key: string): string | undefined {
    const row = this.#sql.get("SELECT value FROM org WHERE key = ?", key);
    return row === undefined ? undefined : readString(row, "value");
  }

  saveSetting(key: string, value: string): void {
    this.#sql.run(
      "INSERT INTO org (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      key,
      value,
    );
  }

  close(): void {
    this.#sql.close();
  }

  /** Forgets everything and begins as a new org without people. */
  reset(): void {
    this.#sql.replaceTables(() => {
      clearTables(this.#sql);
      this.#found();
    });
  }

  /** Writes everything into one file, from which `restoreSnapshot` brings it back. */
  saveSnapshot(path: string): void {
    saveSnapshot(this.#sql, path);
  }

  /** Writes a snapshot without any secret, to be shipped. */
  saveFixture(path: string): void {
    saveFixture(this.#sql, path);
  }

  /** Replaces everything by what a snapshot has. Throws SnapshotError. */
  restoreSnapshot(path: string): void {
    restoreSnapshot(this.#sql, path);
  }

  #found(): void {
    this.saveSetting("layout_version", String(LAYOUT_VERSION));
    this.saveSetting("org_id", newId("00o"));
    this.policies.seed();
    this.userTypes.create({
      name: "user",
      displayName: "User",
      description: "Okta user profile template with default permission settings",
      isDefault: true,
      base: USER_BASE_SCHEMA,
    });
    this.groups.create({
      type: "BUILT_IN",
      profile: { name: "Everyone", description: "All users in your organization" },
    });
    this.groups.create({ type: "BUILT_IN", profile: { ...ADMINISTRATORS } });
  }
}
