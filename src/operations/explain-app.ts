import { allChecks } from "../checks/all-checks.ts";
import { defaultLimits, type ProtectionLimits } from "../preview/guard-rails/limits.ts";
import { buildCheckPlan } from "../program/check-plan.ts";
import { toTitle } from "../spec/plan-attributes.ts";
import type { AppPlan, StackPlan } from "../spec/plan-types.ts";

/** What a spec means, in words: for who reviews it, owns the app, or answers an auditor. */
export interface AppExplanation {
  readonly name: string;
  readonly label: string;
  /** The spec's file, relative to the project. */
  readonly file: string;
  /** What it is, where people are sent, and how. */
  readonly app: readonly string[];
  /** Who gets it, groups by priority. */
  readonly who: readonly string[];
  readonly sends: readonly { readonly from: string; readonly to: string; readonly when: string }[];
  readonly groups: readonly string[];
  readonly leaving: readonly string[];
  /** How much one update may take away. */
  readonly limits: readonly string[];
  /** What is asked after an update, by the checks' ids. */
  readonly checks: readonly { readonly id: string; readonly question: string }[];
}

/**
 * Explains one app from its spec alone; nobody is asked.
 * @param limits the stack's own, where the spec gives none
 */
export function explainApp(plan: StackPlan, app: AppPlan, limits: ProtectionLimits = {}): AppExplanation {
  return {
    name: app.name,
    label: app.label,
    file: app.file,
    app: describeApp(app),
    who: describeWho(app),
    sends: describeSends(app),
    groups: app.pushGroups.map(describePush),
    leaving: describeLeaving(app),
    limits: describeLimits({ ...defaultLimits, ...limits, ...app.protection }),
    checks: listChecks(plan, app),
  };
}

function describeApp({
  catalogName,
  signOn,
  status,
  server,
  connection,
  lifecycle,
  heldBack,
}: AppPlan): string[] {
  const kind = catalogName === undefined ? "A custom app" : `The catalog app ${catalogName}`;
  const whose = server.kind === "bundled" ? "this project's SCIM server" : "the app's own SCIM server";
  return [
    `${kind}, sign-on ${signOn.mode}, ${status === "ACTIVE" ? "active" : "inactive: it provisions nobody"}.`,
    `Okta sends people to ${whose}, ${server.baseUrl}, with ${connection.authentication} authentication.`,
    connection.management === "api"
      ? "The update sets the connection through Okta's API."
      : `An administrator sets the connection in Okta's console${connection.configured ? ", and has done so" : ""}.`,
    ...(lifecycle === "offboarding" ? ["It is offboarding: people and push groups are released."] : []),
    ...heldBack.map(({ message }) => message),
  ];
}

function describeWho({ groupAssignments, userAssignments }: AppPlan): string[] {
  const rank = (priority: number | undefined) => priority ?? Number.POSITIVE_INFINITY;
  const groups = groupAssignments
    .toSorted((one, other) => rank(one.priority) - rank(other.priority))
    .map(({ group, priority, profile }) => {
      const values = Object.entries(profile).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
      const place = priority === undefined ? "" : `, priority ${priority}`;
      return `everybody in ${group}${place}${values.length === 0 ? "" : `, with ${values.join(", ")}`}`;
    });
  const people = userAssignments.map(
    ({ login, userName }) => `${login}${userName === login ? "" : `, as ${userName}`}`,
  );
  return [...groups, ...people];
}

function describeSends({ app, mapping, attributes, provisioning }: AppPlan): AppExplanation["sends"] {
  const { template, suffix, push } = app.userNameTemplate;
  const later = provisioning.updateProfiles ? "at each change" : made;
  const userName = `${describeTemplate(template)}${suffix === undefined ? "" : ` and ${JSON.stringify(suffix)}`}`;
  const userNameWhen = { always: later, on_create: made, unsaid: "as Okta's console has it" }[
    push ?? "unsaid"
  ];
  return [
    { from: userName, to: "userName", when: userNameWhen },
    ...attributes.flatMap(({ name, scim }) => {
      const entry = mapping.find(({ attribute }) => attribute === name);
      if (entry === undefined) return [];
      const when = entry.pushStatus === "PUSH" ? later : made;
      return [{ from: describeExpression(entry.expression), to: scim, when }];
    }),
  ];
}

const made = "when the account is made";

/** `${source.login}` as `Okta's login`. */
function describeTemplate(template: string): string {
  const field = /^\$\{source\.(\w+)\}$/.exec(template)?.[1];
  return field === undefined ? template : ofOkta(field);
}

/** `user.firstName` as `Okta's first name`; what is more than a name stays the expression that it is. */
function describeExpression(expression: string): string {
  const field = /^user\.(\w+)$/.exec(expression)?.[1];
  if (field !== undefined) return ofOkta(field);
  return /^"[^"]*"$/.test(expression) ? `always ${expression}` : expression;
}

function ofOkta(field: string): string {
  return `Okta's ${toTitle(field).toLowerCase()}`;
}

function describePush({ group, target, deleteTarget, status }: AppPlan["pushGroups"][number]): string {
  const paused = status === "ACTIVE" ? "" : ", paused";
  const end = deleteTarget ? "is deleted" : "stays";
  return `${group} as ${target}${paused}; when the entry is removed, the group in the app ${end}`;
}

function describeLeaving({ provisioning, status }: AppPlan): string[] {
  const { deactivateUsers, createUsers, updateProfiles } = provisioning;
  if (status === "INACTIVE")
    return ["While the app is inactive, Okta sends nothing: accounts stay as they are."];
  return [
    deactivateUsers
      ? "Who is in none of the groups any more and not assigned by name, or is deactivated in Okta, is deactivated in the app. The account stays there, switched off; Okta never deletes it."
      : "Who loses the app is unassigned in Okta only: an account that they have in the application stays as it is.",
    "Who is suspended in Okta keeps the account as it is.",
    ...(deactivateUsers && createUsers
      ? ["Who comes back gets the same account again, found by user name."]
      : []),
    ...(createUsers ? [] : ["Okta makes no accounts (Create Users is off): it links those that exist."]),
    ...(updateProfiles ? [] : ["Changed attributes are not sent (Update User Attributes is off)."]),
  ];
}

function describeLimits(limits: ProtectionLimits): string[] {
  return [
    `people deactivated: ${limits.maxDeactivations}`,
    `assignments removed: ${limits.maxAssignmentRemovals}`,
    `push groups removed: ${limits.maxPushGroupRemovals}`,
    `groups deleted in the app: ${limits.maxTargetGroupDeletions}`,
  ];
}

function listChecks(plan: StackPlan, app: AppPlan): AppExplanation["checks"] {
  const [checked] = buildCheckPlan({ ...plan, apps: [app] }, "", {
    [app.name]: { appId: "", token: "" },
  }).apps;
  return checked === undefined
    ? []
    : allChecks
        .filter((check) => check.inapplicable?.(checked) === undefined)
        .filter((check) => check.writes !== true || checked.readOnly !== true)
        .map(({ id, question }) => ({ id, question }));
}
