import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { Document } from "../schema/document.ts";
import { foldText } from "../schema/fold.ts";
import { emailsIn, foldDocument } from "../schema/fold-document.ts";
import type { ResourceModel } from "../schema/resource-model.ts";
import { ScimError } from "../scim-error.ts";
import type { ChangeType, ResourceContent } from "../storage/storage.ts";
import { serialiseDocument } from "./representation.ts";

/** What storage keeps of a document: its text and the forms it is found by. Throws 400 invalidValue for long ones. */
export function toContent(model: ResourceModel, id: string, document: Document): ResourceContent {
  const search = foldDocument(model, document);
  const displayName = textOf(document["displayName"]);
  const isUser = model.type === "User";
  const uniqueKey = isUser ? foldText(textOf(document["userName"]) ?? "") : null;
  const externalId = textOf(document["externalId"]) ?? null;
  const displayKey = displayName === undefined ? null : foldText(displayName);
  const emails = emailsIn(search);
  refuseLong("userName", uniqueKey);
  refuseLong("externalId", externalId);
  refuseLong("displayName", displayKey);
  for (const email of emails) refuseLong("emails.value", email);
  return {
    type: model.type,
    id,
    document: serialiseDocument(model, id, document),
    search: JSON.stringify(search),
    uniqueKey,
    externalId,
    displayKey,
    display: displayName ?? textOf(document["userName"]) ?? null,
    active: isUser ? document["active"] === true : null,
    emails,
  };
}

/** The e-mail addresses of a document in the form that it is found by: as {@link toContent} has them. */
export function emailsOf(model: ResourceModel, { emails }: Document): readonly string[] {
  return emails === undefined ? [] : emailsIn(foldDocument(model, { emails }));
}

/** PostgreSQL's indexes hold no more than 2704 bytes, the tenant's name among them; both engines answer alike. */
const maxKeyBytes = 2048;

function refuseLong(name: string, key: string | null): void {
  if (key === null || key.length * 3 <= maxKeyBytes || Buffer.byteLength(key) <= maxKeyBytes) return;
  throw ScimError.invalidValue(`${name} is longer than ${maxKeyBytes} bytes.`);
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** What an audit trail says of an update: the names that changed, and their values before and after. */
export function describeUpdate(before: Document, after: Document): JsonObject {
  const old = flatten(before);
  const fresh = flatten(after);
  const changed: string[] = [];
  const details: Record<"before" | "after", JsonObject> = { before: {}, after: {} };
  const note = (name: string): void => {
    changed.push(name);
    details.before[name] = old[name] ?? null;
    details.after[name] = fresh[name] ?? null;
  };
  for (const name in old) if (!isSame(old[name], fresh[name])) note(name);
  for (const name in fresh) if (old[name] === undefined) note(name);
  return { changed, ...details };
}

function isSame(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true;
  return (
    typeof left === "object" && typeof right === "object" && JSON.stringify(left) === JSON.stringify(right)
  );
}

/** Extension attributes under `urn:attribute`, so that a change names the attribute and not the extension. */
function flatten(document: Document): JsonObject {
  if (!Object.keys(document).some((name) => name.startsWith("urn:"))) return document;
  const flat: JsonObject = {};
  for (const [name, value] of Object.entries(document)) {
    if (name.startsWith("urn:") && isJsonObject(value)) {
      for (const [subName, subValue] of Object.entries(value)) flat[`${name}:${subName}`] = subValue;
    } else {
      flat[name] = value;
    }
  }
  return flat;
}

/** What an update of a user or group is called in the change feed. */
export function updateType(model: ResourceModel, before: Document, after: Document): ChangeType {
  if (model.type === "Group") return "group.updated";
  if (before["active"] === true && after["active"] !== true) return "user.deactivated";
  if (before["active"] !== true && after["active"] === true) return "user.reactivated";
  return "user.updated";
}
