/**
 * Where an app-user attribute lives in a SCIM resource: the `externalName` of Okta's schema, cut into its parts.
 * `emails[type eq "work"].value` has name emails, a selector type = work, and sub-attribute value.
 */
export interface AttributePath {
  readonly name: string;
  readonly selector: { readonly attribute: string; readonly value: string | boolean } | undefined;
  readonly subAttribute: string | undefined;
}

/** RFC 7644 filters (`[type eq "work"]`) and the notation of Okta's profile editor (`.^[type=='work']`, `.^[primary==true]`). */
const pathPattern =
  /^(?<name>[\w$-]+)(?:\.?\^?\[\s*(?<attribute>\w+)\s*(?:eq|==)\s*(?<value>"[^"]*"|'[^']*'|true|false)\s*\])?(?:\.(?<sub>[\w$-]+))?$/;

/** Reads an `externalName`; undefined when it is no attribute path. */
export function parseAttributePath(externalName: string): AttributePath | undefined {
  const groups = pathPattern.exec(externalName.trim())?.groups;
  const name = groups?.["name"];
  if (groups === undefined || name === undefined) return undefined;
  const attribute = groups["attribute"];
  const value = groups["value"];
  const selector =
    attribute === undefined || value === undefined
      ? undefined
      : { attribute, value: readSelectorValue(value) };
  return { name, selector, subAttribute: groups["sub"] };
}

function readSelectorValue(text: string): string | boolean {
  if (text === "true" || text === "false") return text === "true";
  return text.slice(1, -1);
}
