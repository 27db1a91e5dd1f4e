/** The schema of a SCIM User (RFC 7643 section 4.1). */
const coreUserSchema = "urn:ietf:params:scim:schemas:core:2.0:User";
/** The enterprise extension (RFC 7643 section 4.3). */
export const enterpriseUserSchema = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/** Where in a SCIM User a value stands. */
export interface ScimAttributePath {
  readonly schema: string;
  readonly attribute: string;
  /** Which of several values: the sub-attribute compared and the value that it equals, e.g. `type` and `work`. */
  readonly selector?: { readonly subAttribute: string; readonly value: string };
  readonly subAttribute?: string;
}

const pathPattern =
  /^(?:(?<schema>urn:[A-Za-z0-9][\w.:-]*):)?(?<attribute>[A-Za-z][\w$-]*)(?:\[(?<by>[A-Za-z][\w$-]*) eq "(?<value>[^"\\]+)"\])?(?:\.(?<sub>[A-Za-z][\w$-]*))?$/;

/** Parses a path (RFC 7644 section 3.10, with `eq` on one sub-attribute as the only filter); `undefined` where it is malformed. */
export function parseScimPath(path: string): ScimAttributePath | undefined {
  const groups = pathPattern.exec(path)?.groups;
  const attribute = groups?.["attribute"];
  if (groups === undefined || attribute === undefined) return undefined;
  const { schema, by, value, sub } = groups;
  return {
    schema: schema ?? coreUserSchema,
    attribute,
    ...(by === undefined || value === undefined ? {} : { selector: { subAttribute: by, value } }),
    ...(sub === undefined ? {} : { subAttribute: sub }),
  };
}

/** The path in its one spelling: core attributes without their URN. */
export function renderScimPath(path: ScimAttributePath): string {
  const prefix = path.schema === coreUserSchema ? "" : `${path.schema}:`;
  const selector =
    path.selector === undefined ? "" : `[${path.selector.subAttribute} eq "${path.selector.value}"]`;
  return `${prefix}${path.attribute}${selector}${path.subAttribute === undefined ? "" : `.${path.subAttribute}`}`;
}

/**
 * The "external name" by which Okta's profile editor points at the same place: `manager.displayName`, `phoneNumbers.^[type==home].value`.
 * The schema is the "external namespace" beside it.
 */
export function toExternalName(path: ScimAttributePath): string {
  const selector =
    path.selector === undefined ? "" : `.^[${path.selector.subAttribute}==${path.selector.value}]`;
  return `${path.attribute}${selector}${path.subAttribute === undefined ? "" : `.${path.subAttribute}`}`;
}

/**
 * The path that the profile editor's external name and namespace stand for; `undefined` where there is none that leads back to just these two.
 */
export function fromExternalName(name: string, namespace: string): ScimAttributePath | undefined {
  const selected = name.replace(
    /\.\^\[([^\]=]+)==([^\]]+)\]/,
    (_, by: string, value: string) => `[${by} eq "${value}"]`,
  );
  const path = parseScimPath(`${namespace}:${selected}`);
  return path !== undefined && toExternalName(path) === name && path.schema === namespace ? path : undefined;
}

interface ComplexAttribute {
  readonly multiValued: boolean;
  readonly subAttributes: readonly string[];
}

const plural: ComplexAttribute = {
  multiValued: true,
  subAttributes: ["value", "display", "type", "primary"],
};

/** Attributes of the standard schemas that have sub-attributes; `null` stands for a single value. */
const standardAttributes: Readonly<Record<string, Readonly<Record<string, ComplexAttribute | null>>>> = {
  [coreUserSchema]: {
    userName: null,
    externalId: null,
    name: {
      multiValued: false,
      subAttributes: [
        "formatted",
        "familyName",
        "givenName",
        "middleName",
        "honorificPrefix",
        "honorificSuffix",
      ],
    },
    displayName: null,
    nickName: null,
    profileUrl: null,
    title: null,
    userType: null,
    preferredLanguage: null,
    locale: null,
    timezone: null,
    active: null,
    password: null,
    emails: plural,
    phoneNumbers: plural,
    ims: plural,
    photos: plural,
    addresses: {
      multiValued: true,
      subAttributes: [
        "formatted",
        "streetAddress",
        "locality",
        "region",
        "postalCode",
        "country",
        "type",
        "primary",
      ],
    },
    groups: plural,
    entitlements: plural,
    roles: plural,
    x509Certificates: plural,
  },
  [enterpriseUserSchema]: {
    employeeNumber: null,
    costCenter: null,
    organization: null,
    division: null,
    department: null,
    manager: { multiValued: false, subAttributes: ["value", "$ref", "displayName"] },
  },
};

/** Whether an attribute belongs to one of the standard schemas of a User, so that every server knows it. */
export function isStandardAttribute(path: ScimAttributePath): boolean {
  return Object.hasOwn(standardAttributes[path.schema] ?? {}, path.attribute);
}

/** Whole attributes whose values the bundled server's audit trail can hold, by their paths; of a Group, what a User has not. */
export function listRecordable(): string[] {
  const ofUsers = Object.entries(standardAttributes).flatMap(([schema, attributes]) =>
    Object.keys(attributes).map((attribute) => renderScimPath({ schema, attribute })),
  );
  return [...ofUsers.filter((path) => path !== "password"), "members"];
}

/** A standard attribute of the same name, but for the case: SCIM takes both for one (RFC 7643 section 2.1). */
function findRespelled(path: ScimAttributePath): ScimAttributePath | undefined {
  const wanted = `${path.schema}:${path.attribute}`.toLowerCase();
  for (const [schema, attributes] of Object.entries(standardAttributes)) {
    for (const attribute of Object.keys(attributes)) {
      const isSame = path.schema === schema && path.attribute === attribute;
      if (!isSame && `${schema}:${attribute}`.toLowerCase() === wanted) return { ...path, schema, attribute };
    }
  }
  return undefined;
}

/** Attributes that Okta sets by itself. */
const oktaOwned = ["id", "meta", "schemas", "userName", "externalId", "active", "password", "groups"];

/** Why a path cannot take a value that Okta sends, in a sentence; `undefined` where it can. `known` are words to choose from. */
export function refuseScimPath(
  path: ScimAttributePath,
): { readonly message: string; readonly known: readonly string[]; readonly wrong: string } | undefined {
  const respelled = findRespelled(path);
  if (respelled !== undefined) {
    const spelling = renderScimPath(respelled);
    return {
      message: "The attribute of the standard is written otherwise.",
      known: [spelling],
      wrong: spelling,
    };
  }
  const standard = standardAttributes[path.schema];
  if (path.schema === coreUserSchema && oktaOwned.includes(path.attribute)) {
    return { message: `Okta sets \`${path.attribute}\` by itself.`, known: [], wrong: path.attribute };
  }
  if (path.schema === coreUserSchema && standard !== undefined && !Object.hasOwn(standard, path.attribute)) {
    return {
      message: `\`${path.attribute}\` is no core attribute of a SCIM User; attributes of one's own belong to an extension's URN.`,
      known: Object.keys(standard).filter((name) => !oktaOwned.includes(name)),
      wrong: path.attribute,
    };
  }
  if (path.schema !== coreUserSchema && !/:(?:\d+(?:\.\d+)*:)?[A-Za-z]\w*$/.test(path.schema)) {
    return { message: `\`${path.schema}\` is not the URN of an extension.`, known: [], wrong: path.schema };
  }
  const shape = standard?.[path.attribute];
  if (shape === undefined) return undefined;
  const subAttributes = shape?.subAttributes ?? [];
  if (path.subAttribute !== undefined && !subAttributes.includes(path.subAttribute)) {
    return {
      message: `\`${path.attribute}\` has no \`${path.subAttribute}\`.`,
      known: subAttributes,
      wrong: path.subAttribute,
    };
  }
  if (path.subAttribute === undefined && shape !== null) {
    return { message: `\`${path.attribute}\` has parts: name one of them.`, known: subAttributes, wrong: "" };
  }
  if (shape?.multiValued === true && path.selector === undefined) {
    return {
      message: `\`${path.attribute}\` has several values: say which, e.g. \`${path.attribute}[type eq "work"].${path.subAttribute}\`.`,
      known: [],
      wrong: "",
    };
  }
  if (path.selector !== undefined && shape?.multiValued !== true) {
    return { message: `\`${path.attribute}\` has one value: it takes no filter.`, known: [], wrong: "" };
  }
  return undefined;
}
