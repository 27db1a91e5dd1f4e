import { attributesOfProvisionedApp } from "../../../../sandbox/okta/catalog/app-attributes.ts";
import { findCatalogEntry, findCustomKind } from "../../../../sandbox/okta/catalog/catalog.ts";
import { evaluateMapping } from "../../../../sandbox/okta/expression/evaluate-mapping.ts";
import { FaultRegistry } from "../../../../sandbox/okta/provisioning/fault-registry.ts";
import { AdjustableClock } from "../../../../sandbox/okta/provisioning/org-clock.ts";
import {
  ProvisioningEngine,
  type ProvisioningEngineOptions,
} from "../../../../sandbox/okta/provisioning/provisioning-engine.ts";
import type {
  App,
  Features,
  Group,
  GroupPushMapping,
  Profile,
  ScimDialect,
  User,
} from "../../../../sandbox/okta/store/model.ts";
import { OrgStore } from "../../../../sandbox/okta/store/org-store.ts";
import { evaluateExpression } from "../../../../src/expression/evaluate-expression.ts";
import { ScimDouble } from "./scim-double.ts";

export const everythingOn: Omit<Features, "appId"> = {
  createUsers: "ENABLED",
  updateProfiles: "ENABLED",
  deactivateUsers: "ENABLED",
  password: { status: "DISABLED", seed: "RANDOM", change: "KEEP_EXISTING" },
  inbound: null,
};

/** An org with one app in front of a SCIM double, its time frozen at 2026-08-03 09:00 UTC. */
export class TestOrg implements AsyncDisposable {
  readonly clock = new AdjustableClock(new Date("2026-08-03T09:00:00.000Z"));
  readonly faults = new FaultRegistry();
  readonly store: OrgStore;
  readonly scim: ScimDouble;
  readonly app: App;
  engine: ProvisioningEngine;

  private constructor(scim: ScimDouble, dialect: ScimDialect, path: string) {
    this.scim = scim;
    this.store = OrgStore.open(path, {
      clock: this.clock,
      evaluation: { evaluateMapping, evaluateExpression },
    });
    this.app = this.#createApp(dialect);
    this.connect();
    this.setFeatures({});
    this.engine = this.createEngine();
    this.engine.start();
  }

  static async start(dialect: ScimDialect = "oin", path = ":memory:"): Promise<TestOrg> {
    return new TestOrg(await ScimDouble.start(), dialect, path);
  }

  createEngine(options: Partial<ProvisioningEngineOptions> = {}): ProvisioningEngine {
    const onInternalError = (error: unknown): never => {
      throw error;
    };
    return new ProvisioningEngine({
      store: this.store,
      clock: this.clock,
      faults: this.faults,
      concurrency: 1,
      onInternalError,
      ...options,
    });
  }

  /** Waits until provisioning has nothing more to do, and gives the requests that it sent. */
  async settle(): Promise<string[]> {
    await this.engine.drain();
    return this.scim.takeRequests();
  }

  connect(
    connection: {
      baseUrl?: string;
      authentication?: "header" | "bearer" | "basic";
      token?: string;
      username?: string;
    } = {},
  ): void {
    this.store.settings.saveConnection({
      appId: this.app.id,
      authScheme: "TOKEN",
      status: "ENABLED",
      baseUrl: connection.baseUrl ?? this.scim.server.url,
      authentication: connection.authentication ?? "header",
      token: connection.token ?? "Bearer t0ken",
      username: connection.username ?? null,
      oauth2: null,
      setBy: "api",
    });
  }

  setFeatures(features: Partial<Features>): void {
    this.store.settings.saveFeatures({ ...everythingOn, ...features, appId: this.app.id });
  }

  addUser(firstName: string, profile: Profile = {}): User {
    const login = `${firstName.toLowerCase()}@example.com`;
    return this.store.users.create({
      profile: { login, email: login, firstName, lastName: "Example", ...profile },
      status: "ACTIVE",
      typeId: this.store.userTypes.default().id,
      passwordSet: true,
    });
  }

  addGroup(name: string, members: readonly User[] = []): Group {
    const group = this.store.groups.create({ type: "OKTA_GROUP", profile: { name, description: null } });
    this.store.groups.addMembers(
      group.id,
      members.map(({ id }) => id),
    );
    return group;
  }

  assign(user: User): void {
    this.store.assignments.assignUser(this.app.id, user.id, {});
  }

  unassign(user: User): void {
    this.store.assignments.unassignUser(this.app.id, user.id);
  }

  changeProfile(user: User, profile: Profile): void {
    const current = this.store.users.get(user.id)?.profile ?? {};
    this.store.users.setProfile(user.id, { ...current, ...profile });
  }

  push(source: Group, targetName: string): GroupPushMapping {
    const profile = { name: targetName, description: null };
    const target = this.store.groups.create({ type: "APP_GROUP", profile, sourceAppId: this.app.id });
    return this.store.pushMappings.create({
      appId: this.app.id,
      sourceGroupId: source.id,
      targetGroupId: target.id,
      status: "ACTIVE",
    });
  }

  /** System Log events of provisioning so far, as lines. */
  logLines(): string[] {
    return this.store.log
      .page({ order: "ASCENDING", limit: 1000 })
      .map(({ event }) => `${event.eventType} ${event.outcome.result} ${event.outcome.reason ?? ""}`.trim());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine.stop();
    await this.scim[Symbol.asyncDispose]();
    this.store.close();
  }

  #createApp(dialect: ScimDialect): App {
    const entry = dialect === "oin" ? findCatalogEntry("scim2headerauth") : findCustomKind("SAML_2_0");
    if (entry === undefined) throw new Error("the catalog has no entry for the test");
    const app = this.store.apps.create({
      name: entry.name ?? "sandbox_payroll_1",
      catalogName: entry.name,
      label: "Payroll",
      status: "ACTIVE",
      signOnMode: "AUTO_LOGIN",
      dialect,
      accessibility: {},
      visibility: {},
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Okta's template
      credentials: { userNameTemplate: { template: "${source.login}", type: "BUILT_IN" } },
      settings: {},
      accessPolicyId: "rst1",
    });
    const { base, userToApp, appToUser } = attributesOfProvisionedApp(entry);
    this.store.schemas.create(app.id, app.name, base);
    this.store.mappings.create({ appId: app.id, direction: "user-to-app", properties: userToApp });
    this.store.mappings.create({ appId: app.id, direction: "app-to-user", properties: appToUser });
    return app;
  }
}
