import type { Dispatcher } from "undici";
import { ScimClient } from "../../../src/scim/scim-client.ts";
import type { Connection } from "../store/model.ts";

/** What the provisioning client needs of a connection, saved or only being tried. */
export type ConnectionSettings = Pick<Connection, "baseUrl" | "authentication" | "token" | "username">;

/**
 * Whether Okta provisions by the application's own API instead of SCIM: connections that the Management API sets up with OAuth 2.0.
 * The requests of these clients are not published.
 */
export function isWithoutScim({ authScheme, baseUrl }: Connection): boolean {
  return authScheme === "OAUTH2" && baseUrl === null;
}

/** Okta gives a SCIM server this long for an answer, in milliseconds. */
export const answerTimeout = 60_000;

/** The `Authorization` value that Okta sends: `header` as typed, `bearer` and `basic` with their scheme in front. */
function formatAuthorization(connection: ConnectionSettings): string | undefined {
  const { authentication, token, username } = connection;
  if (token === null) return undefined;
  if (authentication === "header") return token;
  if (authentication === "basic") {
    return `Basic ${Buffer.from(`${username ?? ""}:${token}`, "utf8").toString("base64")}`;
  }
  return `Bearer ${token}`;
}

/** A client that looks on the wire like Okta's: user agent and headers as captured from real orgs. */
export function createOktaScimClient(
  connection: ConnectionSettings,
  options: { readonly dispatcher?: Dispatcher; readonly timeoutMs?: number } = {},
): ScimClient {
  return new ScimClient({
    baseUrl: connection.baseUrl ?? "",
    authorization: formatAuthorization(connection),
    userAgent: "Okta SCIM Client 1.0.0",
    headers: { "Accept-Charset": "utf-8" },
    timeoutMs: options.timeoutMs ?? answerTimeout,
    ...(options.dispatcher === undefined ? {} : { dispatcher: options.dispatcher }),
  });
}
