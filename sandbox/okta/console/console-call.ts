import type { Answer, IncomingRequest } from "../http.ts";
import type { ApiConditions } from "../management-api/conditions.ts";
import type { FaultRegistry } from "../provisioning/fault-registry.ts";
import type { AdjustableClock } from "../provisioning/org-clock.ts";
import type { ProvisioningEngine } from "../provisioning/provisioning-engine.ts";
import type { App, Group, LogTarget, User } from "../store/model.ts";
import type { OrgStore } from "../store/org-store.ts";

export interface ConsoleDependencies {
  readonly store: OrgStore;
  readonly engine: ProvisioningEngine;
  readonly faults: FaultRegistry;
  readonly clock: AdjustableClock;
  readonly conditions: ApiConditions;
}

/** One request to a page or form of the console. */
export interface ConsoleCall extends ConsoleDependencies {
  readonly request: IncomingRequest;
  /** Parts of the path that the route leaves open, by name. */
  readonly params: Readonly<Record<string, string>>;
  /** The fields of a sent form; empty for a page. */
  readonly form: URLSearchParams;
}

export interface ConsoleRoute {
  readonly method: "GET" | "POST";
  /** Path below `/admin`; `:name` stands for any one part. */
  readonly path: string;
  readonly handle: (call: ConsoleCall) => Answer | Promise<Answer>;
}

/** What the page asked for does not exist (any more). */
export class ConsoleNotFoundError extends Error {
  readonly code = "SANDBOX_CONSOLE_NOT_FOUND";
}

/** Who acts in the console, for the System Log. */
export const administrator: LogTarget = {
  id: "sandbox-console",
  type: "User",
  alternateId: "administrator@emulated-org",
  displayName: "Console administrator",
};

/** A part of the path by its name; empty where the path has none. */
export function readParam(call: ConsoleCall, name: string): string {
  return call.params[name] ?? "";
}

/** The app of the path, else of the form. Throws ConsoleNotFoundError. */
export function findApp(call: ConsoleCall): App {
  return call.store.apps.get(call.params["appId"] ?? call.form.get("appId") ?? "") ?? notFound("application");
}

/** The person of the path. Throws ConsoleNotFoundError. */
export function findUser(call: ConsoleCall): User {
  return call.store.users.get(readParam(call, "userId")) ?? notFound("person");
}

/** The group of the path. Throws ConsoleNotFoundError. */
export function findGroup(call: ConsoleCall): Group {
  return call.store.groups.get(readParam(call, "groupId")) ?? notFound("group");
}

function notFound(what: string): never {
  throw new ConsoleNotFoundError(`There is no such ${what}. It may have been deleted.`);
}

/** Notes an administrator's act in the System Log. */
export function logAct(
  call: ConsoleCall,
  eventType: string,
  displayMessage: string,
  target: readonly LogTarget[],
): void {
  call.store.log.append({ eventType, displayMessage, target });
}

/** A person as the System Log names them. */
export function describeUser(user: User): LogTarget {
  return { id: user.id, type: "User", alternateId: text(user, "login"), displayName: nameOf(user) };
}

/** An app as the System Log names it. */
export function describeApp(app: App): LogTarget {
  return { id: app.id, type: "AppInstance", alternateId: app.label, displayName: app.label };
}

/** A group as the System Log names it. */
export function describeGroup(group: Group): LogTarget {
  return { id: group.id, type: "UserGroup", alternateId: group.name, displayName: group.name };
}

/** First and last name, or the login where there is none. */
export function nameOf(user: User): string {
  const name = `${text(user, "firstName")} ${text(user, "lastName")}`.trim();
  return name === "" ? text(user, "login") : name;
}

/** An attribute of a person as text; empty when it is unset. */
export function text(user: User, attribute: string): string {
  const value = user.profile[attribute];
  return value === undefined || value === null ? "" : String(value);
}
