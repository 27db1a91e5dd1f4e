import type { z } from "zod";
import { type Answer, type IncomingRequest, readText } from "../http.ts";
import type { LogTarget } from "../store/model.ts";
import type { OrgStore } from "../store/org-store.ts";
import { invalid, OktaApiError } from "./okta-error.ts";

/** Who calls: the owner of an API token (all rights), or a service app with its scopes. */
export interface Caller {
  readonly actor: LogTarget;
  /** Granted scopes; `all` for an API token. */
  readonly scopes: ReadonlySet<string> | "all";
  readonly userId: string | null;
}

/** Result of a connection test against a SCIM server. */
export type ConnectionTest = { readonly ok: true } | { readonly ok: false; readonly error: string };

/** What the Management API needs of the rest of the org. */
export interface ApiDependencies {
  readonly store: OrgStore;
  /** Calls the SCIM server as "Test API credentials" does. */
  readonly verifyConnection: (appId: string) => Promise<ConnectionTest>;
  /** Checks a mapping's expression; throws an Error with Okta's text. */
  readonly checkExpression: (
    expression: string,
    known: {
      readonly user?: ReadonlySet<string>;
      readonly appuser?: ReadonlySet<string>;
      /** Names of the app's settings. */
      readonly app?: ReadonlySet<string>;
      /** Whether the expression may ask for the person's groups. */
      readonly groups?: boolean;
    },
  ) => void;
  /** Whether the connections API serves an app of this catalog name, where the org says so; undefined = as documented. */
  readonly connectionsServed: (catalogName: string) => boolean | undefined;
  /** Whether the org lets people assign apps to themselves ("Allow users to add org-managed apps"). */
  readonly selfServiceAllowed: () => boolean;
  /** Keeps a person's new password for apps that sync it; the store never has it. */
  readonly rememberPassword: (userId: string, password: string) => void;
}

/** One call of an endpoint. */
export interface ApiCall extends ApiDependencies {
  /** The org's address; every link is built from it. */
  readonly orgUrl: string;
  readonly request: IncomingRequest;
  /** Path parameters by name. */
  readonly params: Readonly<Record<string, string>>;
  readonly caller: Caller;
}

/** An endpoint: what it is, who may call it, how it answers. */
export interface Endpoint {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path with `:name` parts. */
  readonly path: string;
  /** OAuth scopes, all of which a service app needs; `public` needs no authentication; `session` refuses OAuth tokens. */
  readonly scopes: readonly string[] | "public" | "session";
  readonly handle: (call: ApiCall) => Answer | Promise<Answer>;
}

/** A path parameter that the endpoint's path has. */
export function param(call: ApiCall, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`the endpoint's path has no parameter ${name}`);
  return value;
}

/** The request's JSON value. Throws E0000003 for anything else. */
function readJsonBody(call: ApiCall): unknown {
  const contentType = call.request.headers["content-type"];
  if (contentType !== undefined && !contentType.includes("json")) {
    throw new OktaApiError(
      415,
      "E0000021",
      "Bad request.  Accept and/or Content-Type headers likely do not match supported values.",
    );
  }
  try {
    const value: unknown = JSON.parse(readText(call.request));
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // falls through to Okta's answer for every unreadable body
  }
  throw new OktaApiError(400, "E0000003", "The request body was not well-formed.");
}

/** The request's body by a schema. Throws E0000003 or E0000001 with one cause per wrong field. */
export function readBody<T>(call: ApiCall, schema: z.ZodType<T>, subject: string): T {
  const result = schema.safeParse(readJsonBody(call));
  if (result.success) return result.data;
  const causes = result.error.issues.map((issue) => {
    const path = issue.path.join(".");
    const missing = issue.code === "invalid_type" && issue.message.endsWith("undefined");
    return `${path}: ${missing ? "The field cannot be left blank" : issue.message}`;
  });
  const [first] = result.error.issues;
  const [root] = first?.path ?? [];
  throw invalid(root === undefined ? subject : String(root), ...new Set(causes));
}

/** A boolean query parameter. */
export function queryFlag(call: ApiCall, name: string, otherwise: boolean): boolean {
  const value = call.request.query.get(name);
  return value === null ? otherwise : value.toLowerCase() === "true";
}
