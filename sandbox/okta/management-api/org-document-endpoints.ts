import { type Answer, answerJson } from "../http.ts";
import type { IdPrefix } from "../store/ids.ts";
import type { JsonObject } from "../store/model.ts";
import type { DocumentContent, DocumentKind, DocumentStatus, OrgDocument } from "../store/org-documents.ts";
import { type ApiCall, type Endpoint, param } from "./api-call.ts";
import { duplicateField, invalid, notEmulated, notFound } from "./okta-error.ts";
import { answerPage, cutPage, type PageSize, readAfter, readLimit } from "./pagination.ts";

/** What one kind of object of the org has of its own; their lives are the same. */
export interface DocumentType {
  readonly kind: DocumentKind;
  readonly path: string;
  /** Name of the id in paths. */
  readonly parameter: string;
  readonly prefix: IdPrefix;
  /** How Okta names the kind in a 404. */
  readonly resource: string;
  /** Scopes without `.read` and `.manage`. */
  readonly scope: string;
  /** Undefined where Okta's list has no pages. */
  readonly pages: PageSize | undefined;
  /** Whether a replacement leaves the time of the last change as it was, as recorded of some kinds. */
  readonly keepsTime: boolean;
  /** Whether one has to be deactivated before it is deleted. */
  readonly deletedInactive: boolean;
  /** The request's content; `before` is what is replaced. Throws E0000001. */
  readonly read: (call: ApiCall, before: OrgDocument | undefined) => DocumentContent;
  /** The answer without its links. */
  readonly present: (document: OrgDocument) => JsonObject;
  /** Links beside those of the life cycle. */
  readonly links: (href: string, status: DocumentStatus) => DocumentLinks;
}

/** Links of one document, before and after those that turn it on or off. */
export interface DocumentLinks {
  readonly first: JsonObject;
  readonly last: JsonObject;
}

/** A link with the methods that it takes. */
export function linkTo(href: string, ...allow: string[]): JsonObject {
  return { href, hints: { allow } };
}

function show(call: ApiCall, type: DocumentType, document: OrgDocument): JsonObject {
  const href = `${call.orgUrl}${type.path}/${document.id}`;
  const { first, last } = type.links(href, document.status);
  const links =
    document.status === "ACTIVE"
      ? { ...first, deactivate: linkTo(`${href}/lifecycle/deactivate`, "POST") }
      : { activate: linkTo(`${href}/lifecycle/activate`, "POST"), ...first, ...last };
  return { ...type.present(document), _links: links };
}

function find(call: ApiCall, type: DocumentType): OrgDocument {
  const id = param(call, type.parameter);
  const document = call.store.documents.get(type.kind, id);
  if (document === undefined) throw notFound(id, type.resource);
  return document;
}

/** A list that is narrowed by parameters is not emulated: all of it would be a wrong answer. */
function refuseNarrowing(call: ApiCall, type: DocumentType): void {
  for (const name of ["q", "filter", "type"]) {
    if ((call.request.query.get(name) ?? "") !== "") throw notEmulated(`GET ${type.path} with ${name}`);
  }
}

function list(call: ApiCall, type: DocumentType): Answer {
  refuseNarrowing(call, type);
  if (type.pages === undefined) {
    const all = call.store.documents.page(type.kind, { afterId: "", limit: 10_000 });
    return answerJson(
      200,
      all.map((document) => show(call, type, document)),
    );
  }
  const limit = readLimit(call, type.pages);
  const found = call.store.documents.page(type.kind, { afterId: readAfter(call) ?? "", limit: limit + 1 });
  const { page, next } = cutPage(found, limit, ({ id }) => id);
  return answerPage(
    call,
    page.map((document) => show(call, type, document)),
    next,
    type.pages,
  );
}

function replace(call: ApiCall, type: DocumentType): Answer {
  const before = find(call, type);
  call.store.documents.replace(type.kind, before.id, type.read(call, before), type.keepsTime);
  return answerJson(200, show(call, type, find(call, type)));
}

function setStatus(call: ApiCall, type: DocumentType, status: DocumentStatus): Answer {
  call.store.documents.setStatus(type.kind, find(call, type).id, status);
  return answerJson(200, show(call, type, find(call, type)));
}

function remove(call: ApiCall, type: DocumentType): Answer {
  const { id, status } = find(call, type);
  if (type.deletedInactive && status === "ACTIVE") {
    throw invalid("status", "status: it must be deactivated before it can be deleted");
  }
  call.store.documents.delete(type.kind, id);
  return { status: 204 };
}

/** The endpoints of one kind: list, create, read, replace, delete, activate, deactivate. */
export function documentEndpoints(type: DocumentType): readonly Endpoint[] {
  const one = `${type.path}/:${type.parameter}`;
  const read = [`${type.scope}.read`];
  const manage = [`${type.scope}.manage`];
  return [
    { method: "GET", path: type.path, scopes: read, handle: (call) => list(call, type) },
    {
      method: "POST",
      path: type.path,
      scopes: manage,
      handle: (call) => {
        const created = call.store.documents.create(type.kind, type.prefix, type.read(call, undefined));
        return answerJson(200, show(call, type, created));
      },
    },
    {
      method: "GET",
      path: one,
      scopes: read,
      handle: (call) => answerJson(200, show(call, type, find(call, type))),
    },
    { method: "PUT", path: one, scopes: manage, handle: (call) => replace(call, type) },
    { method: "DELETE", path: one, scopes: manage, handle: (call) => remove(call, type) },
    {
      method: "POST",
      path: `${one}/lifecycle/activate`,
      scopes: manage,
      handle: (call) => setStatus(call, type, "ACTIVE"),
    },
    {
      method: "POST",
      path: `${one}/lifecycle/deactivate`,
      scopes: manage,
      handle: (call) => setStatus(call, type, "INACTIVE"),
    },
  ];
}

/** Refuses a name that another of its kind has (E0000001). */
export function refuseNamesake(
  call: ApiCall,
  kind: DocumentKind,
  name: string,
  before: OrgDocument | undefined,
): void {
  const taken = call.store.documents
    .page(kind, { afterId: "", limit: 10_000 })
    .some((document) => document.id !== before?.id && document.name === name);
  if (taken) throw duplicateField("name");
}
