import type { JsonValue } from "../../spec/json-value.ts";

export type Profile = Readonly<Record<string, JsonValue>>;

/** A person in Okta, as far as provisioning cares. */
export interface Person {
  readonly id: string;
  readonly login: string;
  readonly status: string;
  readonly profile: Profile;
  /** What `user.getInternalProperty("id")` and the like read: everything of the person but the profile. */
  readonly internal: Profile;
}

/** A person's account with an app: Okta's AppUser. */
export interface Account {
  readonly userId: string;
  /** The SCIM server's id; without one Okta never provisioned this person. */
  readonly externalId: string | undefined;
  readonly syncState: string;
  readonly profile: Profile;
  readonly userName: string;
}

/** One row of the user-to-app mapping. */
export interface MappingEntry {
  readonly attribute: string;
  readonly expression: string;
  readonly push: boolean;
}

export interface AssignedGroup {
  readonly id: string;
  /** The smaller, the more important. */
  readonly priority: number;
  /** Values that the assignment gives every member, over the mapping. */
  readonly profile: Profile;
}

export interface AssignedPerson {
  readonly id: string;
  /** The user name that an update sets; undefined for who is assigned already. */
  readonly userName?: string | undefined;
}

/** The application username format. */
export interface UserNameTemplate {
  /** Such as `${source.login}`. */
  readonly template: string;
  readonly suffix: string;
  /** Whether accounts follow the format after they were made. */
  readonly pushes: boolean;
}

export interface PushedGroup {
  readonly sourceGroupId: string;
  readonly target: string;
  /** Whether Okta sends this group's members. */
  readonly active: boolean;
  /** Why an active push sends nothing until somebody pushes it again in the console; undefined where it is in order. */
  readonly stalled?: "failed" | "never pushed" | undefined;
  /** Pushed by this update for the first time, whatever is pushed of the same group already. */
  readonly isNew?: boolean;
}

/** A push group that the update ends. */
export interface EndedPush {
  readonly sourceGroupId: string;
  readonly target: string;
  /** Whether the group in the application goes with it. */
  readonly deletesTarget: boolean;
}

/** What decides, at one moment, who has access to an app and what Okta sends of them. */
export interface AccessState {
  /** Whether the app itself is active; false where there is none yet. */
  readonly active: boolean;
  /** Whether the connection to the SCIM server is enabled; false where there is none yet. */
  readonly connected: boolean;
  readonly createUsers: boolean;
  readonly updateProfiles: boolean;
  readonly deactivateUsers: boolean;
  readonly assignedGroups: readonly AssignedGroup[];
  readonly assignedUsers: readonly AssignedPerson[];
  readonly mapping: readonly MappingEntry[];
  readonly userNameTemplate: UserNameTemplate;
  readonly pushGroups: readonly PushedGroup[];
}

/** Whether Okta sends anything at all. */
export function isProvisioning({ active, connected }: AccessState): boolean {
  return active && connected;
}

/** The org's people and group memberships that an app's states refer to. */
export interface Directory {
  readonly people: ReadonlyMap<string, Person>;
  readonly members: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Evaluates one mapping expression for one person; null where Okta would refuse it. */
export type Evaluate = (expression: string, person: Person, account?: Account) => JsonValue;

/** Whether Okta gives this person accounts: everyone but those it has deactivated. */
export function isAssignable(person: Person | undefined): person is Person {
  return person !== undefined && person.status !== "DEPROVISIONED";
}

/** Whether Okta sends this person to applications: staged people wait until they are activated; suspended ones are sent. */
export function isProvisioned(person: Person): boolean {
  return person.status !== "STAGED" && person.status !== "DEPROVISIONED";
}
