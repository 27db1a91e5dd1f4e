/** What a SAML identity provider's metadata says (OASIS SAML 2.0 Metadata, EntityDescriptor). */
export interface SamlMetadata {
  readonly entityId: string;
  readonly postBinding: string | null;
  readonly redirectBinding: string | null;
  readonly certificate: string | null;
}

const postBinding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
const redirectBinding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

/** Reads Okta's metadata document, whose shape is fixed: one descriptor, attributes in double quotes. */
export function parseSamlMetadata(xml: string): SamlMetadata {
  const locationOf = (binding: string) => {
    for (const [tag] of xml.matchAll(/<(?:\w+:)?SingleSignOnService\b[^>]*>/g)) {
      if (attributeOf(tag, "Binding") === binding) return attributeOf(tag, "Location") ?? null;
    }
    return null;
  };
  const descriptor = /<(?:\w+:)?EntityDescriptor\b[^>]*>/.exec(xml)?.[0] ?? "";
  const certificate = /<(?:\w+:)?X509Certificate[^>]*>([^<]*)</.exec(xml)?.[1];
  return {
    entityId: attributeOf(descriptor, "entityID") ?? "",
    postBinding: locationOf(postBinding),
    redirectBinding: locationOf(redirectBinding),
    certificate: certificate ?? null,
  };
}

function attributeOf(tag: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll("&amp;", "&");
}
