import { parseScimPath, type ScimAttributePath } from "../spec/scim-path.ts";

/**
 * The value at a path of a spec (`emails[type eq "work"].value`) in a SCIM resource; names are compared without case (RFC 7643
 * section 2.1). `undefined` where nothing is.
 * @throws Error for a path that no validated spec has.
 */
export function readScimPath(resource: unknown, path: string): unknown {
  const parsed = parseScimPath(path);
  if (parsed === undefined) throw new Error(`${JSON.stringify(path)} is not a SCIM attribute path.`);
  const holder = readMember(resource, parsed.schema) ?? coreHolder(resource, parsed.schema);
  const value = selectElement(readMember(holder, parsed.attribute), parsed);
  return parsed.subAttribute === undefined ? value : readMember(value, parsed.subAttribute);
}

/** Core attributes stand in the resource itself, those of extensions below their URN. */
function coreHolder(resource: unknown, schema: string): unknown {
  return schema.toLowerCase().startsWith("urn:ietf:params:scim:schemas:core:") ? resource : undefined;
}

function selectElement(value: unknown, { selector, subAttribute }: ScimAttributePath): unknown {
  if (!Array.isArray(value)) return value;
  if (selector !== undefined)
    return value.find((element) => isEqualFolded(readMember(element, selector.subAttribute), selector.value));
  return subAttribute === undefined
    ? value
    : (value.find((element) => readMember(element, "primary") === true) ?? value[0]);
}

function isEqualFolded(value: unknown, wanted: string): boolean {
  return typeof value === "string" && value.toLowerCase() === wanted.toLowerCase();
}

function readMember(holder: unknown, name: string): unknown {
  if (typeof holder !== "object" || holder === null || Array.isArray(holder)) return undefined;
  const wanted = name.toLowerCase();
  return Object.entries(holder).find(([member]) => member.toLowerCase() === wanted)?.[1];
}
