const scimType = "application/scim+json; charset=utf-8";
const jsonType = "application/json; charset=utf-8";

/**
 * What an answer is called: SCIM's own type, but for clients that accept JSON by its general name alone (RFC 7644
 * section 3.8). Nobody is refused for an Accept header.
 */
export function mediaTypeFor(accept: string | undefined): string {
  if (accept === undefined || !accept.includes("application/json")) return scimType;
  return /application\/(scim\+json|\*)|\*\/\*/.test(accept) ? scimType : jsonType;
}
