import {
  changedAttributes,
  composeNewProfile,
  composeUpdatedProfile,
  composeUserName,
  isPushed,
  type ProfileSources,
  pushesUserName,
} from "./app-user-profile.ts";
import type { AppUsers } from "./app-users.ts";
import type { Apps } from "./apps.ts";
import type { Mappings } from "./mappings.ts";
import type { App, AppUser, AppUserScope, Profile, ProfileMapping, User } from "./model.ts";
import { createLookups } from "./person-lookups.ts";
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

/** A change of an account by assignment. */
export interface AccountChange {
  readonly scope: AppUserScope;
  /** Values to set; null takes one back. */
  readonly given?: Profile;
  /** A user name that is typed, instead of what the app's template gives. */
  readonly userName?: string;
  /** The person's own assignment ends: what was set for it goes too. */
  readonly forgetOverrides?: boolean;
}

/** Under this name the overrides remember that the user name was typed; `userName` is in no profile. */
const TYPED_USER_NAME = "userName";

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

  /** Makes an account. */
  add({ app, mapping, provision }: AppPlan, user: User, account: AccountChange): void {
    const now = this.#context.now();
    const staged = user.status === "STAGED";
    const state = staged ? WAITING_FOR_ACTIVATION : provision ? WAITING_FOR_PUSH : NOT_PROVISIONED;
    const overrides = mergeOverrides({}, account, mapping);
    const sources = this.#sources(app, mapping, user, overrides, account);
    this.#parts.appUsers.insert({
      appId: app.id,
      userId: user.id,
      externalId: null,
      scope: account.scope,
      ...state,
      syncError: null,
      lastSync: null,
      userName: account.userName ?? composeUserName(app, user),
      profile: composeNewProfile(sources, this.#context.evaluation.evaluateMapping),
      overrides,
      created: now,
      lastUpdated: now,
      statusChanged: now,
      passwordChanged: null,
    });
    if (!staged) this.#context.emit({ type: "appuser.assigned", appId: app.id, userId: user.id, provision });
  }

  /** Follows mappings, what was set and scope; `all-properties` evaluates mappings whatever their push status. */
  refresh(
    { app, mapping }: AppPlan,
    user: User,
    existing: AppUser,
    change: AccountChange,
    extent: "push-only" | "all-properties" = "push-only",
  ): void {
    const before = change.forgetOverrides === true ? {} : existing.overrides;
    const overrides = mergeOverrides(before, change, mapping);
    const sources = this.#sources(app, mapping, user, overrides, change);
    const evaluate = this.#context.evaluation.evaluateMapping;
    const profile =
      extent === "all-properties"
        ? composeNewProfile(sources, evaluate)
        : composeUpdatedProfile(sources, existing, evaluate);
    const userName = change.userName ?? this.#followUserName(app, user, existing.userName, before);
    const changed = changedAttributes(existing.profile, profile);
    if (userName !== existing.userName) changed.push("userName");
    const kept = changedAttributes(existing.overrides, overrides).length === 0;
    if (changed.length === 0 && change.scope === existing.scope && kept) return;
    this.#parts.appUsers.update(app.id, user.id, { scope: change.scope, userName, profile, overrides });
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

  /** A name that follows the template goes on following it; one that an administrator typed stays. */
  #followUserName(app: App, user: User, current: string, overrides: Profile): string {
    if (!pushesUserName(app) || overrides[TYPED_USER_NAME] !== undefined) return current;
    return composeUserName(app, user);
  }

  #sources(
    app: App,
    mapping: ProfileMapping,
    user: User,
    overrides: Profile,
    change: AccountChange,
  ): ProfileSources {
    const groupProfiles = this.#context.sql
      .all(
        `SELECT app_group.profile FROM app_group JOIN group_member USING (group_id)
         WHERE app_id = ? AND user_id = ? AND app_group.profile <> '{}' ORDER BY priority, group_id`,
        app.id,
        user.id,
      )
      .map((row) => readObject(row, "profile"));
    const { [TYPED_USER_NAME]: _name, ...values } = overrides;
    // Taking a value back (null) leaves a pushed attribute to its mapping.
    const given = Object.entries(change.given ?? {}).filter(
      ([name, value]) => value !== null || !isPushed(mapping, name),
    );
    const lookups = createLookups(this.#context, user.id, app);
    return { user, mapping, groupProfiles, overrides: values, given: Object.fromEntries(given), lookups };
  }
}

export const WAITING_FOR_PUSH = { status: "PENDING", syncState: "OUT_OF_SYNC" } as const;
const WAITING_FOR_ACTIVATION = { status: "STAGED", syncState: "OUT_OF_SYNC" } as const;
export const NOT_PROVISIONED = { status: "ACTIVE", syncState: "DISABLED" } as const;

/** What stays set after a change: values of attributes that no mapping pushes, and a typed user name. */
function mergeOverrides(before: Profile, change: AccountChange, mapping: ProfileMapping): Profile {
  const merged: Profile = {
    ...before,
    ...change.given,
    ...(change.userName === undefined ? {} : { [TYPED_USER_NAME]: change.userName }),
  };
  return Object.fromEntries(
    Object.entries(merged).filter(([name, value]) => value !== null && !isPushed(mapping, name)),
  );
}
