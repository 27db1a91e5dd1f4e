import type { JsonValue } from "../../spec/json-value.ts";

/** A person in Okta, as far as provisioning cares. */
export interface Person {
  readonly id: string;
  readonly login: string;
  readonly status: string;
  readonly profile: Readonly<Record<string, JsonValue>>;
}

/** A person's account with an app: Okta's AppUser. */
export interface Account {
  readonly userId: string;
  /** The SCIM server's id; without one Okta never provisioned this person. */
  readonly externalId: string | undefined;
  readonly syncState: string;
  readonly profile: Readonly<Record<string, JsonValue>>;
  readonly userName: string;
}

/** One row of the user-to-app mapping. */
export interface MappingEntry {
  readonly attribute: string;
  readonly expression: string;
  readonly push: boolean;
}

/** What decides, at one moment, who has access to an app and what Okta sends of them. */
export interface AccessState {
  /** False while the app is inactive, its connection not enabled, or either not there yet. */
  readonly provisioning: boolean;
  readonly createUsers: boolean;
  readonly updateProfiles: boolean;
  readonly deactivateUsers: boolean;
  readonly assignedGroups: readonly string[];
  readonly assignedUsers: readonly string[];
  readonly mapping: readonly MappingEntry[];
  /** The application username format, such as `${source.login}`. */
  readonly userNameTemplate: string;
  readonly pushGroups: readonly PushedGroup[];
}

export interface PushedGroup {
  readonly sourceGroupId: string;
  readonly target: string;
  readonly active: boolean;
}

/** The org's people and group memberships that an app's states refer to. */
export interface Directory {
  readonly people: ReadonlyMap<string, Person>;
  readonly members: ReadonlyMap<string, readonly string[]>;
}
