import {
  changedAttributes,
  composeNewProfile,
  composeUpdatedProfile,
  composeUserName,
  type ProfileSources,
  pushesUserName,
} from "./app-user-profile.ts";
import type { AppUsers } from "./app-users.ts";
import type { Apps } from "./apps.ts";
import type { Mappings } from "./mappings.ts";
import type { App, AppUser, AppUserScope, Profile, ProfileMapping, User } from "./model.ts";
import type { ProvisioningSettings } from "./provisioning-settings.ts";
import { readObject } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";
import { isOut } from "./users.ts";

/** What assigning people to one app takes; read once per step, not per person. */
export interface AppPlan {
  readonly app: App;
  readonly mapping: ProfileMapping;
  /** Whether accounts made now are provisioned. */
  readonly provision: boolean;
}

/** The parts of the store that accounts are made of. */
export interface AccountParts {
  readonly apps: Apps;
  readonly appUsers: AppUsers;
  readonly mappings: Mappings;
  readonly settings: ProvisioningSettings;
}

/** Makes, brings up to date and removes app users, each change with its event. Call it inside a transaction. */
export class Accounts {
  readonly #context: StoreContext;
  readonly #parts: AccountParts;

  constructor(context: StoreContext, parts: AccountParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** What accounts of an app are made by; undefined for an app that is not there. */
  plan(appId: string): AppPlan | undefined {
    const app = this.#parts.apps.get(appId);
    if (app === undefined) return undefined;
    const mapping: ProfileMapping = this.#parts.mappings.ofApp(appId, "user-to-app") ?? {
      id: "",
      appId,
      direction: "user-to-app",
      properties: {},
    };
    return { app, mapping, provision: this.#parts.settings.createsAccounts(appId) };
  }

  /** Makes an account; `userName` instead of what the app's template gives. */
  add(
    { app, mapping, provision }: AppPlan,
    user: User,
    account: { readonly scope: AppUserScope; readonly overrides: Profile; readonly userName?: string },
  ): void {
    const now = this.#context.now();
    const staged = user.status === "STAGED";
    const state = staged ? WAITING_FOR_ACTIVATION : provision ? WAITING_FOR_PUSH : NOT_PROVISIONED;
    const sources = this.#sources(app, mapping, user, account.overrides);
    this.#parts.appUsers.insert({
      appId: app.id,
      userId: user.id,
      externalId: null,
      scope: account.scope,
      ...state,
      syncError: null,
      lastSync: null,
      userName: account.userName ?? composeUserName(app, user, this.#context.evaluation),
      profile: composeNewProfile(sources, this.#context.evaluation.evaluateMapping),
      overrides: account.overrides,
      created: now,
      lastUpdated: now,
      statusChanged: now,
      passwordChanged: null,
    });
    if (!staged) this.#context.emit({ type: "appuser.assigned", appId: app.id, userId: user.id, provision });
  }

  /** Follows mappings, overrides and scope; `all-properties` evaluates mappings whatever their push status. */
  refresh(
    { app, mapping }: AppPlan,
    user: User,
    existing: AppUser,
    change: { readonly overrides: Profile; readonly scope: AppUserScope; readonly userName?: string },
    extent: "push-only" | "all-properties" = "push-only",
  ): void {
    const sources = this.#sources(app, mapping, user, change.overrides);
    const evaluate = this.#context.evaluation.evaluateMapping;
    const released = Object.fromEntries(
      Object.entries(existing.profile).filter(
        ([name]) => !(Object.hasOwn(existing.overrides, name) && !Object.hasOwn(change.overrides, name)),
      ),
    );
    const profile =
      extent === "all-properties"
        ? composeNewProfile(sources, evaluate)
        : composeUpdatedProfile(sources, { ...existing, profile: released }, evaluate);
    const userName =
      change.userName ??
      (pushesUserName(app) ? composeUserName(app, user, this.#context.evaluation) : existing.userName);
    const changed = changedAttributes(existing.profile, profile);
    if (userName !== existing.userName) changed.push("userName");
    const scopeChanged = change.scope !== existing.scope;
    const overridesChanged = changedAttributes(existing.overrides, change.overrides).length > 0;
    if (changed.length === 0 && !scopeChanged && !overridesChanged) return;
    this.#parts.appUsers.update(app.id, user.id, {
      scope: change.scope,
      userName,
      profile,
      overrides: change.overrides,
    });
    if (changed.length > 0 && !isOut(user.status)) {
      this.#context.emit({ type: "appuser.profile-changed", appId: app.id, userId: user.id, changed });
    }
  }

  /** Takes an account away. */
  remove(appUser: AppUser): void {
    this.#parts.appUsers.delete(appUser.appId, appUser.userId);
    this.#context.emit({
      type: "appuser.unassigned",
      appId: appUser.appId,
      userId: appUser.userId,
      externalId: appUser.externalId,
      userName: appUser.userName,
    });
  }

  #sources(app: App, mapping: ProfileMapping, user: User, overrides: Profile): ProfileSources {
    const groupProfiles = this.#context.sql
      .all(
        `SELECT app_group.profile FROM app_group JOIN group_member USING (group_id)
         WHERE app_id = ? AND user_id = ? AND app_group.profile <> '{}' ORDER BY priority, group_id`,
        app.id,
        user.id,
      )
      .map((row) => readObject(row, "profile"));
    return { app, user, mapping, groupProfiles, overrides };
  }
}

export const WAITING_FOR_PUSH = { status: "PENDING", syncState: "OUT_OF_SYNC" } as const;
const WAITING_FOR_ACTIVATION = { status: "STAGED", syncState: "OUT_OF_SYNC" } as const;
export const NOT_PROVISIONED = { status: "ACTIVE", syncState: "DISABLED" } as const;
