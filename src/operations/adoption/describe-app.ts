import { appSchema, loginTemplate } from "../../spec/schema/app-schema.ts";
import type { AdoptionNote } from "./adoption-note.ts";
import { describeSignOn } from "./describe-sign-on.ts";
import type { OrgApp } from "./read-org-app.ts";
import { given, type Written } from "./written-values.ts";

interface DescribedApp {
  /** The spec's `app`. */
  readonly app: Written;
  readonly catalogName: string | undefined;
  readonly notes: readonly AdoptionNote[];
}

/** Settings that may be credentials; Okta masks some of them, and none belongs into a file. */
const secretSetting = /secret|password|passwd|token|api_?key|access_?key|private_?key/i;

/**
 * The application itself, in the words of a spec.
 * @throws AdoptionError ADOPT_SIGN_ON_UNSUPPORTED
 */
export function describeApp(org: OrgApp): DescribedApp {
  const { app, details } = org;
  const { catalogName, signOn, notes } = describeSignOn(org);
  const settings = catalogName === undefined ? { notes: [] } : describeSettings(details.settings?.app ?? {});
  const written: Written = {
    label: app.label,
    ...given("catalogName", catalogName),
    ...given("status", app.status === "ACTIVE" ? "active" : "inactive", "active"),
    signOn,
    ...given("settings", settings.written),
    ...section("userNameTemplate", describeUserName(org)),
    ...section("visibility", {
      ...given("hideIos", details.visibility?.hide?.iOS ?? false, false),
      ...given("hideWeb", details.visibility?.hide?.web ?? false, false),
      ...given("autoSubmitToolbar", details.visibility?.autoSubmitToolbar ?? false, false),
    }),
    ...section("accessibility", {
      ...given("selfService", details.accessibility?.selfService ?? false, false),
      ...given("errorRedirectUrl", details.accessibility?.errorRedirectUrl ?? undefined),
      ...given("loginRedirectUrl", details.accessibility?.loginRedirectUrl ?? undefined),
    }),
    ...section("notes", {
      ...given("admin", details.settings?.notes?.admin ?? undefined),
      ...given("enduser", details.settings?.notes?.enduser ?? undefined),
    }),
  };
  const fitting = dropUnsayable(written);
  return {
    app: fitting.app,
    catalogName,
    notes: [...notes, ...settings.notes, ...noteVisibility(org), ...fitting.notes],
  };
}

function section(key: string, values: Written): Written {
  return Object.keys(values).length === 0 ? {} : { [key]: values };
}

function describeUserName({ details }: OrgApp): Written {
  const { template, type, suffix, pushStatus } = details.credentials?.userNameTemplate ?? {};
  const push = pushStatus === "PUSH" ? "always" : pushStatus === "DONT_PUSH" ? "on_create" : undefined;
  return {
    ...given("template", template ?? undefined, loginTemplate),
    ...given("type", type ?? undefined, "BUILT_IN"),
    ...given("suffix", suffix ?? undefined),
    ...given("push", push),
  };
}

/** The settings that a catalog app asks for; as the plugin compares them, without those that are empty. */
function describeSettings(settings: Written): {
  readonly written?: Written;
  readonly notes: readonly AdoptionNote[];
} {
  const set = Object.entries(settings).filter(([, value]) => value !== null && value !== "");
  const secret = set.filter(([name]) => secretSetting.test(name)).map(([name]) => name);
  if (secret.length > 0) {
    const text = `The app's own settings (settings.app) may hold credentials (${secret.join(", ")}), so none of them is written here. They stay as they are in Okta.`;
    return { notes: [{ kind: "kept", section: "app", text }] };
  }
  return set.length === 0 ? { notes: [] } : { written: Object.fromEntries(set), notes: [] };
}

function noteVisibility({ details }: OrgApp): AdoptionNote[] {
  const { autoLaunch, appLinks } = details.visibility ?? {};
  const hidden = Object.entries(appLinks ?? {}).filter(([, shown]) => !shown);
  const found = [
    ...(autoLaunch === true ? ["the app opens when people sign in to Okta"] : []),
    ...(hidden.length === 0 ? [] : [`links that are not shown (${hidden.map(([name]) => name).join(", ")})`]),
  ];
  if (found.length === 0) return [];
  return [
    { kind: "kept", section: "app", text: `A spec does not say, and leaves in Okta: ${found.join("; ")}.` },
  ];
}

/** Leaves out what no spec can say, such as a text that is too long, and tells it: the takeover changes it. */
function dropUnsayable(app: Written): { readonly app: Written; readonly notes: readonly AdoptionNote[] } {
  const left = structuredClone(app);
  const notes: AdoptionNote[] = [];
  // Each round takes something out, or ends it.
  for (let round = 0; round < 50; round += 1) {
    const parsed = appSchema.safeParse(left);
    const issue = parsed.error?.issues[0];
    if (issue === undefined) {
      notes.push(...findTrimmed(left, parsed.data).map(noteTrimmed));
      break;
    }
    const path = issue.path.slice(0, 3);
    if (!removeAt(left, path)) break;
    const text = `Okta has something in app.${path.join(".")} that a spec can't say (${issue.message}), so it is left out here. The takeover changes it, and the preview shows how.`;
    notes.push({ kind: "lost", section: "app", text });
  }
  return { app: left, notes };
}

/** Where a spec takes the spaces off around a text that Okta keeps with them. */
function findTrimmed(written: unknown, said: unknown, path: readonly string[] = []): string[] {
  if (typeof written === "string") return written === said ? [] : [path.join(".")];
  if (typeof written !== "object" || written === null || typeof said !== "object" || said === null) return [];
  return Object.entries(written).flatMap(([key, value]) =>
    findTrimmed(value, Reflect.get(said, key), [...path, key]),
  );
}

function noteTrimmed(path: string): AdoptionNote {
  const text = `Okta has spaces around app.${path}, which a spec has not. The takeover takes them off.`;
  return { kind: "lost", section: "app", text };
}

function removeAt(value: unknown, path: readonly PropertyKey[]): boolean {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== "object" || value === null) return false;
  if (rest.length > 0) return removeAt(Reflect.get(value, step), rest);
  if (Array.isArray(value) && typeof step === "number") return value.splice(step, 1).length > 0;
  return Object.hasOwn(value, step) && Reflect.deleteProperty(value, step);
}
