import type { OktaMapping } from "../../okta/mappings.ts";
import type { OktaProfileSchema, OktaSchemaProperty } from "../../okta/schemas.ts";
import { type BaseAttribute, baseAttributes, findBaseAttribute } from "../../spec/base-attributes.ts";
import { toTitle } from "../../spec/plan-attributes.ts";
import { attributeSchema } from "../../spec/schema/attribute-schema.ts";
import { fromExternalName, refuseScimPath, renderScimPath } from "../../spec/scim-path.ts";
import { compareText } from "../../spec/spec-issue.ts";
import { countOf } from "../../text/count-of.ts";
import { type AdoptionNote, listNames } from "./adoption-note.ts";
import type { OrgApp } from "./read-org-app.ts";
import { given, type Written } from "./written-values.ts";

interface DescribedAttributes {
  readonly attributes: readonly Written[];
  /** The custom attributes that the update takes over. */
  readonly adopted: readonly string[];
  /** Whether Okta's mapping has entries that the file can't list, so that an update must leave them. */
  readonly keepsUnlisted: boolean;
  readonly notes: readonly AdoptionNote[];
}

type Entry = NonNullable<OktaMapping["properties"]>[string];
type Entries = Readonly<Record<string, Entry>>;

/**
 * The attributes of the app's people and the mapping to them, in the words of a spec.
 * @param provisions whether Okta provisions people to the app: only then an attribute that is not mapped is a decision
 */
export function describeAttributes({ schema, mapping }: OrgApp, provisions: boolean): DescribedAttributes {
  const entries: Entries = mapping?.properties ?? {};
  const custom = describeCustom(schema, entries);
  const listed = new Set([...custom.names, ...baseAttributes.map(({ name }) => name)]);
  const unlisted = Object.keys(entries).filter((name) => !listed.has(name) || custom.unsayable.has(name));
  const keepsUnlisted = unlisted.length > 0;
  const base = baseAttributes.flatMap((attribute) =>
    describeBase(attribute, entries[attribute.name], provisions && !keepsUnlisted),
  );
  return {
    attributes: [...base, ...custom.attributes],
    adopted: [...custom.names],
    keepsUnlisted,
    notes: [
      ...custom.notes,
      ...(keepsUnlisted ? [noteUnlisted(unlisted)] : []),
      ...(keepsUnlisted && provisions ? noteAdded(entries) : []),
      ...noteBaseNames(schema),
    ],
  };
}

function describeBase(base: BaseAttribute, entry: Entry | undefined, saysAbsent: boolean): Written[] {
  if (entry === undefined) return base.byDefault && saysAbsent ? [{ name: base.name, push: "never" }] : [];
  const said = { ...given("expression", entry.expression, base.expression), ...describePush(entry) };
  return base.byDefault && Object.keys(said).length === 0 ? [] : [{ name: base.name, ...said }];
}

function describePush({ pushStatus }: Entry): Written {
  return pushStatus === "PUSH" ? {} : { push: "on_create" };
}

interface CustomAttributes {
  readonly attributes: readonly Written[];
  readonly names: ReadonlySet<string>;
  /** Those whose definition a spec can't say. */
  readonly unsayable: ReadonlySet<string>;
  readonly notes: readonly AdoptionNote[];
}

function describeCustom({ definitions }: OktaProfileSchema, entries: Entries): CustomAttributes {
  const attributes: Written[] = [];
  const names = new Set<string>();
  const unsayable = new Set<string>();
  const notes: AdoptionNote[] = [];
  const taken = new Set<string>();
  const properties = Object.entries(definitions.custom?.properties ?? {});
  for (const [name, property] of properties.toSorted(([one], [other]) => compareText(one, other))) {
    if (findBaseAttribute(name) !== undefined) continue;
    const described = describeProperty(name, property, entries[name]);
    const scim = typeof described === "string" ? "" : String(described["scim"]).toLowerCase();
    // Neither SCIM nor a spec's list tells names apart by their case.
    const isAlike = [...names, ...baseAttributes.map((base) => base.name)].some(
      (other) => other.toLowerCase() === name.toLowerCase(),
    );
    const reason =
      typeof described === "string"
        ? described
        : isAlike
          ? "another one has its name but for the case"
          : taken.has(scim)
            ? "another one goes to the same place"
            : undefined;
    if (reason === undefined && typeof described !== "string") {
      taken.add(scim);
      names.add(name);
      attributes.push(described);
      continue;
    }
    unsayable.add(name);
    const text = `The attribute ${JSON.stringify(name)} is not in the file: ${reason}. It stays in Okta as it is.`;
    notes.push({ kind: "kept", section: "attributes", text });
  }
  return { attributes, names, unsayable, notes };
}

/** One custom attribute; where a spec can't say it exactly, why not: a takeover would change it for the smallest difference. */
function describeProperty(
  name: string,
  property: OktaSchemaProperty,
  entry: Entry | undefined,
): Written | string {
  const { title, type, externalName, externalNamespace, required } = property;
  const path = fromExternalName(externalName ?? "", externalNamespace ?? "");
  if (path === undefined) return "Okta has no place in SCIM for it (external name and namespace)";
  const refused = refuseScimPath(path);
  if (refused !== undefined) return refused.message.replace(/\.$/, "");
  const unsaid = findUnsaid(property);
  if (unsaid !== undefined) return `a spec has no word for its ${unsaid}`;
  const items = readItems(property["items"]);
  const written: Written = {
    name,
    ...given("title", title ?? undefined, toTitle(name)),
    ...given("description", readText(property["description"])),
    ...given("type", type ?? undefined, "string"),
    ...given("items", items.type),
    scim: renderScimPath(path),
    ...(entry === undefined ? {} : { expression: entry.expression, ...describePush(entry) }),
    ...given("required", required ?? false, false),
    ...given("enum", readTexts(property["enum"]) ?? items.values),
    ...given("minLength", readNumber(property["minLength"])),
    ...given("maxLength", readNumber(property["maxLength"])),
  };
  const issue = attributeSchema.safeParse(written).error?.issues[0];
  return issue === undefined ? written : `a spec can't say its ${issue.path.join(".")} (${issue.message})`;
}

/** What the plugin compares with values of its own, which no spec changes. */
function findUnsaid(property: OktaSchemaProperty): string | undefined {
  const items: unknown = property["items"];
  const isObject = typeof items === "object" && items !== null;
  const master: unknown = property["master"];
  const masterType =
    typeof master === "object" && master !== null && "type" in master ? master.type : undefined;
  const unsaid = [
    ["choices with titles (oneOf)", property["oneOf"] != null || (isObject && "oneOf" in items)],
    ["pattern", property["pattern"] != null],
    ["uniqueness", property["unique"] != null && property["unique"] !== "NOT_UNIQUE"],
    ["scope", property.scope != null && property.scope !== "NONE"],
    ["source", masterType !== undefined && masterType !== "PROFILE_MASTER"],
    ["values that are no texts", property["enum"] != null && readTexts(property["enum"]) === undefined],
  ] as const;
  return unsaid.find(([, found]) => found)?.[0];
}

function readItems(items: unknown): { readonly type?: string; readonly values?: string[] } {
  if (typeof items !== "object" || items === null) return {};
  const type = "type" in items && typeof items.type === "string" ? items.type : undefined;
  const values = "enum" in items ? readTexts(items.enum) : undefined;
  return { ...(type === undefined ? {} : { type }), ...(values === undefined ? {} : { values }) };
}

function readText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function readNumber(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function readTexts(value: unknown): string[] | undefined {
  const texts: string[] = Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
  return Array.isArray(value) && texts.length === value.length ? texts : undefined;
}

function noteUnlisted(names: readonly string[]): AdoptionNote {
  const text = `The mapping has ${countOf(names.length, "entry", "entries")} that the file can't list (${listNames(names)}): provisioning.unlistedMappings is \`keep\`, so that they stay.`;
  return { kind: "kept", section: "attributes", text };
}

/** With `keep`, a spec can't say that one of its default attributes is not sent. */
function noteAdded(entries: Entries): AdoptionNote[] {
  const added = baseAttributes.filter(({ name, byDefault }) => byDefault && entries[name] === undefined);
  if (added.length === 0) return [];
  const names = listNames(added.map(({ name }) => name));
  const text = `Okta does not send ${names} now; the update after the takeover begins to.`;
  return [{ kind: "changes", section: "attributes", text }];
}

/** A custom attribute with the name of one of Okta's: only its mapping can be said. */
function noteBaseNames({ definitions }: OktaProfileSchema): AdoptionNote[] {
  return Object.entries(definitions.custom?.properties ?? {}).flatMap(([name, property]): AdoptionNote[] => {
    const base = findBaseAttribute(name);
    if (base === undefined) return [];
    const path = fromExternalName(property.externalName ?? "", property.externalNamespace ?? "");
    const place = path === undefined ? "nowhere in SCIM" : `to ${renderScimPath(path)}`;
    const same = path !== undefined && renderScimPath(path) === base.scim;
    const text = `The attribute ${JSON.stringify(name)} is one that an administrator added and goes ${place}${same ? "" : `; a spec takes it for Okta's own, which goes to ${base.scim}`}. Its definition stays as it is.`;
    return [{ kind: "kept", section: "attributes", text }];
  });
}
