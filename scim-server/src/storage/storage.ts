import type { Eventually } from "../eventually.ts";
import type { BoundFilter } from "../filter/bind-filter.ts";
import type { SortKey, SortValue } from "../filter/compile-sort.ts";
import type { JsonObject } from "../json.ts";
import type { ResourceTypeName } from "../schema/resource-model.ts";
import type { Dialect } from "./sql/dialect.ts";

/** A resource as stored. Times are milliseconds since 1970. */
export interface StoredResource {
  /** The storage's own key; ascending in the order of creation. Never leaves the server. */
  readonly ordinal: number;
  readonly type: ResourceTypeName;
  readonly id: string;
  /** JSON text of `schemas`, `id` and the document, without groups, members and meta. */
  readonly document: string;
  readonly version: number;
  readonly createdAt: number;
  readonly lastModifiedAt: number;
  /** Whether it was a member of any group when it was read: most people are not, and need no further look. */
  readonly isMember: boolean;
}

/** What is written of a resource: its text, and the forms it is found by. */
export interface ResourceContent {
  readonly type: ResourceTypeName;
  readonly id: string;
  readonly document: string;
  /** JSON text of the folded document, for filters and sorting. */
  readonly search: string;
  /** The folded userName; null for groups, whose names may repeat. */
  readonly uniqueKey: string | null;
  readonly externalId: string | null;
  readonly displayKey: string | null;
  /** The name shown where the resource is a member or a group. */
  readonly display: string | null;
  readonly active: boolean | null;
  readonly emails: readonly string[];
}

/** A related resource as it appears in `members` or `groups`. */
export interface Relation {
  readonly id: string;
  readonly type: ResourceTypeName;
  readonly display: string | undefined;
  /** For groups: whether the resource is in the group itself, not only in a group of the group. */
  readonly direct: boolean;
}

/** Some of a group's members, and how many it has. */
export interface RelationPage {
  readonly total: number;
  readonly relations: readonly Relation[];
}

export interface ListQuery {
  /** One entry for each type asked for, with its filter. */
  readonly selections: readonly {
    readonly type: ResourceTypeName;
    readonly filter: BoundFilter | undefined;
  }[];
  readonly sort: SortKey | undefined;
  readonly offset: number;
  readonly limit: number;
  /** Only what comes after this place in the list; excludes `offset`. */
  readonly after: ListPosition | undefined;
}

/** A place in a list: a resource, and its sort key as it was then. It stays a place when the resource is gone. */
export interface ListPosition {
  readonly ordinal: number;
  /** Null in a list that is not sorted, and for a resource without the attribute. */
  readonly sortValue: SortValue;
}

export interface ListPage {
  /** All matches, not those of the page. */
  readonly total: number;
  readonly resources: readonly StoredResource[];
  /** Where the page ends; undefined when nothing comes after it. */
  readonly last: ListPosition | undefined;
}

export type ChangeType =
  | "user.created"
  | "user.updated"
  | "user.deactivated"
  | "user.reactivated"
  | "user.deleted"
  | "group.created"
  | "group.updated"
  | "group.membership-changed"
  | "group.deleted";

/** Who does something: recorded with each change. */
export interface Origin {
  readonly tokenId: string;
  readonly requestId: string;
  readonly userAgent: string;
}

/** One change, as audit trail and change feed have it. */
export interface Change {
  readonly type: ChangeType;
  readonly resourceType: ResourceTypeName;
  readonly resourceId: string;
  /** What changed: `changed` names, `before` and `after` values, `added` and `removed` member ids. */
  readonly details: JsonObject;
}

export interface RecordedChange extends Change {
  readonly sequence: number;
  readonly at: number;
  readonly origin: Origin;
}

/** Which changes to read, in ascending order of their sequence. */
export interface ChangeQuery {
  readonly after: number;
  readonly limit: number;
  /** Only those of this resource, and those of groups by which it joined or left them. */
  readonly resourceId?: string | undefined;
}

/** Which changes a tenant still has; `first` is `last + 1` when it has none. */
export interface ChangeBounds {
  readonly first: number;
  /** The sequence of the last change, kept or not; 0 before there was any. */
  readonly last: number;
}

/** What to remove of a tenant's changes, oldest first. */
export interface PruneLimits {
  /** Those recorded earlier than this, in milliseconds since 1970. */
  readonly before: number;
  /** And those up to this sequence. */
  readonly beyond: number;
  /** But none after this sequence. */
  readonly upTo: number;
}

/** How changes are made findable. */
export interface CatchUp {
  readonly signal?: AbortSignal;
  /** Leaves the larger part of the time to requests. */
  readonly gently?: boolean;
}

/** The ordered changes of tenants: change feed and audit trail. */
export interface ChangeLog {
  /** In order; fewer than the query's limit also where they would be large in memory, none only after the last. */
  after(tenant: string, query: ChangeQuery): Promise<readonly RecordedChange[]>;
  /** Makes the changes recorded so far findable by resource and member; reading a resource's changes does so as well. */
  catchUp(tenant: string, options?: CatchUp): Promise<void>;
  /** The newest changes of a resource, those of groups that it joined or left among them, newest first. */
  newestOf(tenant: string, resourceId: string, limit: number): Promise<readonly RecordedChange[]>;
  bounds(tenant: string): Promise<ChangeBounds>;
  /** Removes a part of what the limits say; answers how many, 0 when nothing is left to remove. */
  prune(tenant: string, limits: PruneLimits): Promise<number>;
}

/** How far a webhook's deliveries are. */
export interface WebhookState {
  readonly id: string;
  readonly deliveredSequence: number;
  readonly attempts: number;
  readonly nextAttemptAt: number;
  readonly lastError: string | undefined;
}

export interface DeadLetter {
  readonly webhookId: string;
  readonly sequence: number;
  readonly at: number;
  readonly reason: string;
}

/** What a tenant holds. */
export interface TenantCounts {
  readonly users: number;
  readonly activeUsers: number;
  readonly groups: number;
}

export interface EvidenceEntry {
  readonly userAgent: string;
  readonly kind: string;
  readonly count: number;
  readonly lastAt: number;
  readonly lastStatus: number;
}

export interface TokenUse {
  readonly tokenId: string;
  readonly count: number;
  readonly lastAt: number;
}

/** Writes of one request: all of them become visible and durable together, or none does. */
export interface Transaction {
  find(type: ResourceTypeName, id: string): Promise<StoredResource | undefined>;
  findByUniqueKey(type: ResourceTypeName, key: string): Promise<StoredResource | undefined>;
  /** Throws {@link UniquenessViolation}. */
  insert(content: ResourceContent): Promise<StoredResource>;
  /**
   * Replaces the content and counts the version up. `formerEmails` are those of the content that it replaces. Throws
   * {@link UniquenessViolation}.
   */
  update(
    existing: StoredResource,
    content: ResourceContent,
    formerEmails: readonly string[],
  ): Promise<StoredResource>;
  /** Counts the version up and sets lastModified: for a group whose members changed. */
  touch(existing: StoredResource): Promise<StoredResource>;
  /** Deletes a resource, with the e-mail addresses that its content has; it leaves its groups. Answers those groups' ids. */
  remove(existing: StoredResource, emails: readonly string[]): Promise<readonly string[]>;
  /** Adds members by id; unknown ids are passed over. Answers who was added. */
  addMembers(group: StoredResource, ids: readonly string[]): Promise<readonly string[]>;
  /** Which of the ids no resource of the tenant has. */
  unknownIds(ids: readonly string[]): Promise<readonly string[]>;
  removeMembers(group: StoredResource, ids: readonly string[]): Promise<readonly string[]>;
  removeMatchingMembers(group: StoredResource, filter: BoundFilter): Promise<readonly string[]>;
  /** Removes who is not named. Answers who was removed. */
  retainMembers(group: StoredResource, ids: readonly string[]): Promise<readonly string[]>;
  record(change: Change): void;
}

/** A part of a search through all resources of a type, in the order of their creation. */
export interface SearchQuery {
  readonly type: ResourceTypeName;
  readonly filter: BoundFilter;
  /** The ordinal after which to look; 0 at first. */
  readonly after: number;
  /** How many resources to look at. */
  readonly span: number;
}

export interface SearchPart {
  readonly resources: readonly StoredResource[];
  /** The ordinal after which the next part begins; undefined after the last one. */
  readonly next: number | undefined;
}

/** The one way to a tenant's data. Both engines implement it over the same SQL. */
export interface Storage {
  readonly dialect: Dialect;
  find(tenant: string, type: ResourceTypeName, id: string): Eventually<StoredResource | undefined>;
  list(tenant: string, query: ListQuery): Eventually<ListPage>;
  /** A part of a search that no index helps: the caller gives way to other work between the parts. */
  search(tenant: string, query: SearchQuery): Promise<SearchPart>;
  /** The groups of each resource, by ordinal; direct ones and those that groups bring with them. */
  groupsOf(ordinals: readonly number[]): Eventually<ReadonlyMap<number, readonly Relation[]>>;
  membersOf(ordinals: readonly number[]): Eventually<ReadonlyMap<number, readonly Relation[]>>;
  memberPage(group: StoredResource, offset: number, limit: number): Promise<RelationPage>;
  /** Whether a group has more than `count` members; costs no more than `count` does. */
  hasMoreMembers(group: StoredResource, count: number): Promise<boolean>;
  transact<T>(tenant: string, origin: Origin, work: (transaction: Transaction) => Promise<T>): Promise<T>;
  counts(tenant: string): Promise<TenantCounts>;
  addEvidence(tenant: string, entries: readonly EvidenceEntry[], uses: readonly TokenUse[]): Promise<void>;
  evidence(tenant: string): Promise<readonly EvidenceEntry[]>;
  tokenUses(tenant: string): Promise<readonly TokenUse[]>;
  readonly changeLog: ChangeLog;
  /** Calls back after this server has committed changes of a tenant. Answers how to stop that. */
  onCommit(listener: (tenant: string) => void): () => void;
  readonly webhooks: WebhookStore;
  /**
   * Tells the database how much it holds, after much of it came at once. Until it knows, PostgreSQL looks for one person
   * by going through the tenant.
   */
  refreshStatistics(): Promise<void>;
  /** Rejects when the storage cannot answer. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** The deliveries of webhooks. A lease keeps two servers from delivering the same one. */
export interface WebhookStore {
  /**
   * Takes or renews the lease for a time, by the database's clock: those of two servers may differ. Undefined while
   * another server has it. A new webhook begins after `startAfter`.
   */
  lease(
    tenant: string,
    id: string,
    owner: string,
    milliseconds: number,
    startAfter: number,
  ): Promise<WebhookState | undefined>;
  /** Gives up all leases of an owner. */
  release(owner: string): Promise<void>;
  /** Writes a new state unless somebody else has moved the webhook since `previous` was read; answers whether. */
  save(tenant: string, previous: WebhookState, next: WebhookState): Promise<boolean>;
  addDeadLetter(tenant: string, letter: DeadLetter): Promise<void>;
  /** Takes a dead letter off the list, if it is there: it was delivered after all. */
  removeDeadLetter(tenant: string, webhookId: string, sequence: number): Promise<void>;
  states(tenant: string): Promise<readonly WebhookState[]>;
  deadLetters(tenant: string): Promise<readonly DeadLetter[]>;
}

/** A unique key is taken. */
export class UniquenessViolation extends Error {
  readonly code = "STORAGE_UNIQUENESS";

  constructor() {
    super("another resource of the tenant has this unique key");
    this.name = "UniquenessViolation";
  }
}

/** The database cannot be reached, or takes no more work, for now. */
export class StorageUnavailableError extends Error {
  readonly code = "STORAGE_UNAVAILABLE";
  readonly statusCode = 503;
  readonly remedy =
    "See whether the database runs, whether its disk has room and can be written, and whether the storage URL is right.";

  constructor(cause: unknown) {
    super(`The database is not available: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
    this.name = "StorageUnavailableError";
  }
}
