/** An attribute path of the kinds that a mapping may name (RFC 7644 section 3.10, figure 7). */
export interface ScimPath {
  /** The URN of the schema; `undefined` means the resource's core schema. */
  readonly schema?: string;
  readonly attribute: string;
  /** `type eq "work"`: which element of a multi-valued attribute. */
  readonly selector?: { readonly attribute: string; readonly value: unknown };
  readonly subAttribute?: string;
}

const pattern =
  /^(?:(?<schema>urn:.+):)?(?<attribute>[A-Za-z$][\w$-]*)(?:\[(?<key>[\w$-]+)\s+eq\s+(?<value>"(?:[^"\\]|\\.)*"|true|false)\s*\])?(?:\.(?<sub>[A-Za-z$][\w$-]*))?$/;

/** @throws Error when the path is none that a mapping may name. */
export function parseScimPath(path: string): ScimPath {
  const groups = pattern.exec(path.trim())?.groups;
  if (groups?.["attribute"] === undefined)
    throw new Error(`${JSON.stringify(path)} is not a SCIM attribute path.`);
  const { schema, attribute, key, value, sub } = groups;
  return {
    attribute,
    ...(schema === undefined ? {} : { schema }),
    ...(key === undefined || value === undefined
      ? {}
      : { selector: { attribute: key, value: JSON.parse(value) } }),
    ...(sub === undefined ? {} : { subAttribute: sub }),
  };
}

/** The value at a path in a resource; names are compared without case (RFC 7643 section 2.1). `undefined` where nothing is. */
export function readScimPath(resource: unknown, path: ScimPath): unknown {
  const holder =
    path.schema === undefined
      ? resource
      : (readMember(resource, path.schema) ?? coreHolder(resource, path.schema));
  const value = selectElement(readMember(holder, path.attribute), path);
  return path.subAttribute === undefined ? value : readMember(value, path.subAttribute);
}

function coreHolder(resource: unknown, schema: string): unknown {
  return schema.toLowerCase().startsWith("urn:ietf:params:scim:schemas:core:") ? resource : undefined;
}

function selectElement(value: unknown, path: ScimPath): unknown {
  if (!Array.isArray(value)) return value;
  const { selector } = path;
  if (selector !== undefined) {
    return value.find((element) => isEqualFolded(readMember(element, selector.attribute), selector.value));
  }
  return path.subAttribute === undefined
    ? value
    : (value.find((element) => readMember(element, "primary") === true) ?? value[0]);
}

function isEqualFolded(left: unknown, right: unknown): boolean {
  return typeof left === "string" && typeof right === "string"
    ? left.toLowerCase() === right.toLowerCase()
    : left === right;
}

function readMember(holder: unknown, name: string): unknown {
  if (typeof holder !== "object" || holder === null || Array.isArray(holder)) return undefined;
  const wanted = name.toLowerCase();
  return Object.entries(holder).find(([member]) => member.toLowerCase() === wanted)?.[1];
}
