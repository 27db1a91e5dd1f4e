/**
 * What a person has to know about an adopted app beyond what the file says.
 * - `do`: something only a person can say or set
 * - `assumed`: Okta does not tell; the file says what is most likely
 * - `kept`: stays in Okta as it is, and no update touches it
 * - `changes`: the update after the takeover makes it otherwise
 * - `lost`: the takeover itself takes it from the app, since a spec has no word for it
 */
export interface AdoptionNote {
  readonly kind: "do" | "assumed" | "kept" | "changes" | "lost";
  /** The key of the spec that the note stands at. */
  readonly section:
    | "app"
    | "server"
    | "connection"
    | "provisioning"
    | "attributes"
    | "pushGroups"
    | "assignments";
  /** One sentence or more. Names in it are Okta's: whoever shows it makes them safe. */
  readonly text: string;
  /** What to type into a shell, where that is the whole of it. */
  readonly command?: string;
}

/** A list for a sentence, cut where it gets long. */
export function listNames(names: readonly string[], limit = 10): string {
  const shown = names.slice(0, limit).map((name) => JSON.stringify(name));
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(", ")} and ${rest} more` : shown.join(", ");
}
