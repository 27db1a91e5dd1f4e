import { newId } from "./ids.ts";
import { type Row, readNullableString, readNumber, readString } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";

/** A sign-on policy, as far as apps refer to it. */
export interface Policy {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly description: string | null;
  readonly priority: number;
  readonly system: boolean;
  /** What an ACCESS_POLICY protects (APP, END_USER_ACCOUNT_MANAGEMENT). */
  readonly resourceType: string | null;
  readonly status: PolicyStatus;
  readonly created: string;
  readonly lastUpdated: string;
}

export type PolicyStatus = "ACTIVE" | "INACTIVE";

/** What may be changed of a policy. */
export type PolicyValues = Pick<Policy, "name" | "description" | "priority">;

/** The policies of the org. Access policies can be made and changed; the others are those of a new org. */
export class Policies {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Gives a new org the policies that every Identity Engine org starts with. */
  seed(): void {
    for (const policy of NEW_ORG_POLICIES) {
      this.#context.sql.run(
        "INSERT INTO policy (id, type, name, description, priority, system, resource_type, created) VALUES (?, ?, ?, ?, 1, ?, ?, ?)",
        newId(CLASSIC_TYPES.includes(policy.type) ? "00p" : "rst"),
        policy.type,
        policy.name,
        policy.description,
        policy.system ? 1 : 0,
        policy.resourceType,
        this.#context.now(),
      );
    }
  }

  get(id: string): Policy | undefined {
    const row = this.#context.sql.get(`${SELECT} WHERE policy.id = ?`, id);
    return row === undefined ? undefined : readPolicy(row);
  }

  list(type: string): Policy[] {
    return this.#context.sql.all(`${SELECT} WHERE type = ? ORDER BY policy.id`, type).map(readPolicy);
  }

  /** The policy that apps have until another one is set. */
  defaultOf(type: string): Policy {
    const row = this.#context.sql.get(`${SELECT} WHERE type = ? AND system = 1 LIMIT 1`, type);
    if (row === undefined) throw new Error(`the org has no default policy of type ${type}`);
    return readPolicy(row);
  }

  /** Adds an access policy for apps. */
  create(values: PolicyValues): Policy {
    const id = newId("rst");
    this.#context.sql.run(
      "INSERT INTO policy (id, type, name, description, priority, system, resource_type, created) VALUES (?, 'ACCESS_POLICY', ?, ?, ?, 0, 'APP', ?)",
      id,
      values.name,
      values.description,
      values.priority,
      this.#context.now(),
    );
    return this.#read(id);
  }

  update(id: string, values: PolicyValues): Policy {
    this.#context.sql.run(
      "UPDATE policy SET name = ?, description = ?, priority = ? WHERE id = ?",
      values.name,
      values.description,
      values.priority,
      id,
    );
    return this.setStatus(id, this.#read(id).status);
  }

  setStatus(id: string, status: PolicyStatus): Policy {
    this.#context.sql.run(
      "INSERT INTO policy_change (policy_id, status, last_updated) VALUES (?, ?, ?) ON CONFLICT (policy_id) DO UPDATE SET status = excluded.status, last_updated = excluded.last_updated",
      id,
      status,
      this.#context.now(),
    );
    return this.#read(id);
  }

  delete(id: string): void {
    this.#context.sql.run("DELETE FROM policy WHERE id = ?", id);
  }

  #read(id: string): Policy {
    const policy = this.get(id);
    if (policy === undefined) throw new Error(`the org has no policy ${id}`);
    return policy;
  }
}

const SELECT =
  "SELECT policy.*, policy_change.status, policy_change.last_updated FROM policy LEFT JOIN policy_change ON policy_id = policy.id";

/** Types that were there before Identity Engine; their ids begin otherwise. */
const CLASSIC_TYPES: readonly string[] = ["PASSWORD", "OKTA_SIGN_ON", "MFA_ENROLL", "IDP_DISCOVERY"];

const DEFAULT_POLICY_DESCRIPTION = "The default policy applies in all situations if no other policy applies.";

const NEW_ORG_POLICIES = [
  {
    type: "ACCESS_POLICY",
    name: "Okta Admin Console",
    description: null,
    system: false,
    resourceType: "APP",
  },
  { type: "ACCESS_POLICY", name: "Okta Dashboard", description: null, system: false, resourceType: "APP" },
  {
    type: "ACCESS_POLICY",
    name: "Okta Browser Plugin",
    description: null,
    system: false,
    resourceType: "APP",
  },
  {
    type: "ACCESS_POLICY",
    name: "Any two factors",
    description: "Require two factors to access.",
    system: true,
    resourceType: "APP",
  },
  {
    type: "ACCESS_POLICY",
    name: "One factor access",
    description: "Allow access with any one factor. Suggested for low risk or consumer-facing applications.",
    system: false,
    resourceType: "APP",
  },
  {
    type: "ACCESS_POLICY",
    name: "Okta Account Management Policy",
    description:
      "This policy defines how users must authenticate for authenticator enrollment, password reset, or unlock account. Password policy rules control whether to enforce this policy for password reset and unlock account.",
    system: false,
    resourceType: "END_USER_ACCOUNT_MANAGEMENT",
  },
  { type: "PROFILE_ENROLLMENT", name: "Default Policy", description: null, system: true, resourceType: null },
  {
    type: "PASSWORD",
    name: "Default Policy",
    description: DEFAULT_POLICY_DESCRIPTION,
    system: true,
    resourceType: null,
  },
  {
    type: "OKTA_SIGN_ON",
    name: "Default Policy",
    description: DEFAULT_POLICY_DESCRIPTION,
    system: true,
    resourceType: null,
  },
  {
    type: "MFA_ENROLL",
    name: "Default Policy",
    description: DEFAULT_POLICY_DESCRIPTION,
    system: true,
    resourceType: null,
  },
  {
    type: "IDP_DISCOVERY",
    name: "Idp Discovery Policy",
    description: "The default IdP Discovery Policy",
    system: true,
    resourceType: null,
  },
] as const;

function readPolicy(row: Row): Policy {
  return {
    id: readString(row, "id"),
    type: readString(row, "type"),
    name: readString(row, "name"),
    description: readNullableString(row, "description"),
    priority: readNumber(row, "priority"),
    system: readNumber(row, "system") === 1,
    resourceType: readNullableString(row, "resource_type"),
    status: readNullableString(row, "status") === "INACTIVE" ? "INACTIVE" : "ACTIVE",
    created: readString(row, "created"),
    lastUpdated: readNullableString(row, "last_updated") ?? readString(row, "created"),
  };
}
