import { newId } from "./ids.ts";
import type { JsonObject } from "./model.ts";
import type { Policy, PolicyStatus } from "./policies.ts";
import { type Row, readNumber, readObject, readOneOf, readString } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";

/** A rule of an access policy. Nobody signs in here, so its conditions and actions are kept and never applied. */
export interface PolicyRule {
  readonly id: string;
  readonly policyId: string;
  readonly status: PolicyStatus;
  readonly name: string;
  readonly priority: number;
  /** The rule that catches whoever no other rule does. */
  readonly system: boolean;
  readonly conditions: JsonObject | null;
  readonly actions: JsonObject;
  readonly created: string;
  readonly lastUpdated: string;
}

export type PolicyRuleValues = Pick<PolicyRule, "name" | "priority" | "conditions" | "actions">;

/** Rules of access policies. */
export class PolicyRules {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** In the order in which they are tried. An access policy has had its catch-all rule from the start. */
  list(policy: Policy): PolicyRule[] {
    const rules = this.#rows(policy.id);
    if (rules.some(({ system }) => system) || policy.type !== "ACCESS_POLICY") return rules;
    this.#insert(policy.id, { ...CATCH_ALL, created: policy.created, system: true });
    return this.#rows(policy.id);
  }

  get(policy: Policy, id: string): PolicyRule | undefined {
    return this.list(policy).find((rule) => rule.id === id);
  }

  create(policyId: string, values: PolicyRuleValues): PolicyRule {
    return this.#insert(policyId, { ...values, created: this.#context.now(), system: false });
  }

  update(rule: PolicyRule, values: PolicyRuleValues): void {
    this.#context.sql.run(
      "UPDATE policy_rule SET name = ?, priority = ?, conditions = ?, actions = ?, last_updated = ? WHERE policy_id = ? AND id = ?",
      values.name,
      values.priority,
      JSON.stringify(values.conditions),
      JSON.stringify(values.actions),
      this.#context.now(),
      rule.policyId,
      rule.id,
    );
  }

  setStatus(rule: PolicyRule, status: PolicyStatus): void {
    this.#context.sql.run(
      "UPDATE policy_rule SET status = ?, last_updated = ? WHERE policy_id = ? AND id = ?",
      status,
      this.#context.now(),
      rule.policyId,
      rule.id,
    );
  }

  delete(rule: PolicyRule): void {
    this.#context.sql.run("DELETE FROM policy_rule WHERE policy_id = ? AND id = ?", rule.policyId, rule.id);
  }

  #rows(policyId: string): PolicyRule[] {
    return this.#context.sql
      .all("SELECT * FROM policy_rule WHERE policy_id = ? ORDER BY priority, id", policyId)
      .map(readRule);
  }

  #insert(policyId: string, rule: PolicyRuleValues & Pick<PolicyRule, "created" | "system">): PolicyRule {
    const stored: PolicyRule = {
      ...rule,
      id: newId("rul"),
      policyId,
      status: "ACTIVE",
      lastUpdated: rule.created,
    };
    this.#context.sql.run(
      "INSERT INTO policy_rule (policy_id, id, status, name, priority, system, conditions, actions, created, last_updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      policyId,
      stored.id,
      stored.status,
      stored.name,
      stored.priority,
      stored.system ? 1 : 0,
      JSON.stringify(stored.conditions),
      JSON.stringify(stored.actions),
      stored.created,
      stored.lastUpdated,
    );
    return stored;
  }
}

const CATCH_ALL: PolicyRuleValues = {
  name: "Catch-all Rule",
  priority: 99,
  conditions: null,
  actions: {
    appSignOn: {
      access: "ALLOW",
      verificationMethod: {
        factorMode: "2FA",
        type: "ASSURANCE",
        reauthenticateIn: "PT12H",
        constraints: [{ possession: { required: true, deviceBound: "REQUIRED" } }],
      },
      keepMeSignedIn: { postAuth: "NOT_ALLOWED" },
    },
  },
};

function readRule(row: Row): PolicyRule {
  return {
    id: readString(row, "id"),
    policyId: readString(row, "policy_id"),
    status: readOneOf(row, "status", ["ACTIVE", "INACTIVE"]),
    name: readString(row, "name"),
    priority: readNumber(row, "priority"),
    system: readNumber(row, "system") === 1,
    conditions: readString(row, "conditions") === "null" ? null : readObject(row, "conditions"),
    actions: readObject(row, "actions"),
    created: readString(row, "created"),
    lastUpdated: readString(row, "last_updated"),
  };
}
