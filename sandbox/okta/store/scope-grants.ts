import { newId } from "./ids.ts";
import { type Row, readString } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";

/** An administrator's consent that an OpenID Connect app may ask for a scope of Okta's API. */
export interface ScopeGrant {
  readonly id: string;
  readonly scopeId: string;
  readonly issuer: string;
  /** Who granted it. */
  readonly createdBy: { readonly id: string; readonly type: string };
  readonly created: string;
}

/** Scopes of Okta's API that apps were granted. */
export class ScopeGrants {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Grants a scope; one that was granted before stays as it is. */
  add(appId: string, grant: Pick<ScopeGrant, "scopeId" | "issuer" | "createdBy">): ScopeGrant {
    const known = this.list(appId).find(({ scopeId }) => scopeId === grant.scopeId);
    if (known !== undefined) return known;
    const added: ScopeGrant = { ...grant, id: newId("oag"), created: this.#context.now() };
    this.#context.sql.run(
      "INSERT INTO app_grant (app_id, id, scope_id, issuer, created_by, created) VALUES (?, ?, ?, ?, ?, ?)",
      appId,
      added.id,
      added.scopeId,
      added.issuer,
      JSON.stringify(added.createdBy),
      added.created,
    );
    return added;
  }

  /** Oldest first. */
  list(appId: string): ScopeGrant[] {
    return this.#context.sql
      .all("SELECT * FROM app_grant WHERE app_id = ? ORDER BY id", appId)
      .map(readGrant);
  }

  get(appId: string, id: string): ScopeGrant | undefined {
    const row = this.#context.sql.get("SELECT * FROM app_grant WHERE app_id = ? AND id = ?", appId, id);
    return row === undefined ? undefined : readGrant(row);
  }

  delete(appId: string, id: string): void {
    this.#context.sql.run("DELETE FROM app_grant WHERE app_id = ? AND id = ?", appId, id);
  }
}

function readGrant(row: Row): ScopeGrant {
  return {
    id: readString(row, "id"),
    scopeId: readString(row, "scope_id"),
    issuer: readString(row, "issuer"),
    createdBy: JSON.parse(readString(row, "created_by")),
    created: readString(row, "created"),
  };
}
