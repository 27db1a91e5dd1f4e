import type { Properties } from "./changes/engine-step.ts";
import { labelFor, wordsFor } from "./changes/okta-words.ts";
import { diffProperties } from "./changes/property-diff.ts";
import type { ResourceChange } from "./changes/resource-change.ts";

/** Settings of an app that change nothing but how it looks. */
const cosmetic: ReadonlySet<string> = new Set([
  "label",
  "adminNote",
  "enduserNote",
  "hideWeb",
  "hideIos",
  "autoSubmitToolbar",
]);

/** What ends when a feature is switched off, though nobody is touched at that moment. */
const switchedOff = [
  [
    "create.lifecycleCreate.status",
    "Create Users is switched off: who is assigned from now on gets no account",
  ],
  [
    "update.lifecycleDeactivate.status",
    "Deactivate Users is switched off: who loses the application from now on keeps an active account",
  ],
  [
    "update.profile.status",
    "Update User Attributes is switched off: what changes in Okta no longer reaches the application",
  ],
  ["update.password.status", "Sync Password is switched off"],
] as const;

/**
 * What of a setting that changes in place nobody may call safe, one sentence each: it touches nobody by itself, but decides what Okta does from
 * then on, or where it sends people and their data.
 */
export function reviewSettings(change: ResourceChange): string[] {
  if (
    change.type === "docker:index/volume:Volume" &&
    !change.title.endsWith("-config") &&
    (change.action === "remove" || change.action === "replace")
  )
    return [
      `${change.title} of the SCIM server is ${change.action === "remove" ? "removed" : "made anew"}, with what is on it`,
    ];
  if (change.action !== "change") return [];
  const { before, after } = change;
  const becomes = (path: string, value: unknown): boolean =>
    readPath(after, path) === value && readPath(before, path) !== value;
  const differs = (path: string): boolean => readPath(after, path) !== readPath(before, path);
  switch (change.kind) {
    case "features":
      return switchedOff
        .filter(([path]) => becomes(`capabilities.${path}`, "DISABLED"))
        .map(([, sentence]) => sentence);
    case "connection":
      return [
        ...(becomes("action", "deactivate") ? ["the connection is switched off: Okta sends nothing"] : []),
        ...(differs("baseUrl")
          ? ["the SCIM connector base URL changes: Okta sends everyone's data to another address"]
          : []),
        ...(differs("profile.authScheme") ? ["the connection authenticates in another way"] : []),
      ];
    case "push group":
      return becomes("status", "INACTIVE")
        ? [
            `push group "${change.title}" is paused: who joins or leaves it no longer does so in the application`,
          ]
        : [];
    case "mapping":
      return endedMappings(change);
    case "app":
      return appSettings(change);
    default:
      return [];
  }
}

function appSettings(change: ResourceChange): string[] {
  const words = wordsFor(change.type);
  const paths = diffProperties(change.before, change.after, []).map(({ path }) => path);
  const labels = paths
    .filter((path) => !cosmetic.has(path.split(/[.[]/)[0] ?? path))
    .filter((path) => path !== "status" || change.after?.["status"] === "INACTIVE")
    .flatMap((path) => labelFor(words, path) ?? []);
  return labels.length === 0
    ? []
    : [`settings of the application change: ${[...new Set(labels)].join(", ")}`];
}

function endedMappings({ before, after }: ResourceChange): string[] {
  const wanted = new Map(mappingsOf(after).map((entry) => [entry["id"], entry]));
  const ended = mappingsOf(before)
    .filter(({ id, pushStatus }) => pushStatus === "PUSH" && wanted.get(id)?.["pushStatus"] !== "PUSH")
    .map(({ id }) => String(id));
  return ended.length === 0
    ? []
    : [
        `changes of ${ended.join(", ")} in Okta no longer reach the application: no mapping sends ${ended.length === 1 ? "it" : "them"} on updates`,
      ];
}

function mappingsOf(inputs: Properties | undefined): readonly Properties[] {
  const mappings = inputs?.["mappings"];
  return Array.isArray(mappings) ? mappings.filter(isProperties) : [];
}

/** The value at a dotted path; undefined where there is none. */
function readPath(inputs: Properties | undefined, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, key) => (isProperties(value) ? value[key] : undefined), inputs);
}

function isProperties(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
