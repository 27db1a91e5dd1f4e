/** The data types of RFC 7643 section 2.3. */
export type AttributeType =
  | "string"
  | "boolean"
  | "decimal"
  | "integer"
  | "dateTime"
  | "reference"
  | "binary"
  | "complex";

/** An attribute's characteristics, RFC 7643 section 2.2 and 7. */
export interface Attribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: "readOnly" | "readWrite" | "immutable" | "writeOnly";
  readonly returned: "always" | "never" | "default" | "request";
  readonly uniqueness: "none" | "server" | "global";
  readonly canonicalValues: readonly string[];
  readonly referenceTypes: readonly string[];
  readonly subAttributes: readonly Attribute[];
  /** `subAttributes` by lower-cased name: attribute names are case-insensitive (RFC 7643 section 2.1). */
  readonly subAttributeByName: ReadonlyMap<string, Attribute>;
}

/** A schema definition, RFC 7643 section 7. */
export interface Schema {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly Attribute[];
}

/** Indexes attributes by lower-cased name. */
export function indexByName(attributes: readonly Attribute[]): ReadonlyMap<string, Attribute> {
  return new Map(attributes.map((attribute) => [attribute.name.toLowerCase(), attribute]));
}

type Characteristics = Partial<Omit<Attribute, "name" | "description" | "subAttributeByName">>;

/** Declares an attribute with the defaults of RFC 7643 section 2.2. */
export function defineAttribute(
  name: string,
  description: string,
  characteristics: Characteristics = {},
): Attribute {
  const subAttributes = characteristics.subAttributes ?? [];
  return {
    name,
    description,
    type: subAttributes.length > 0 ? "complex" : "string",
    multiValued: false,
    required: false,
    caseExact: false,
    mutability: "readWrite",
    returned: "default",
    uniqueness: "none",
    canonicalValues: [],
    referenceTypes: [],
    ...characteristics,
    subAttributes,
    subAttributeByName: indexByName(subAttributes),
  };
}
