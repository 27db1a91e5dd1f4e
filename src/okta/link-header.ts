/**
 * The target of the `Link` header with `rel="next"` (RFC 8288), as path and query. Okta sends one line per relation; proxies and
 * HTTP/2 gateways join them with commas, so both are understood. The host is dropped: the org's own URL is used for every request.
 */
export function findNextPage(header: string | readonly string[] | undefined): string | undefined {
  const lines = typeof header === "string" ? [header] : (header ?? []);
  for (const line of lines) {
    for (const match of line.matchAll(/<([^>]*)>([^<]*)/g)) {
      const [, target = "", parameters = ""] = match;
      if (!/;\s*rel="?next"?\s*(?:[;,]|$)/i.test(parameters)) continue;
      const url = URL.parse(target, "https://okta.invalid");
      if (url !== null) return url.pathname + url.search;
    }
  }
  return undefined;
}
