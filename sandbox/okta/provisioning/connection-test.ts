import type { Dispatcher } from "undici";
import { ScimClientError } from "../../../src/scim/scim-errors.ts";
import { describeRemoteError } from "./remote-error.ts";
import { type ConnectionSettings, createOktaScimClient } from "./scim-connection.ts";

/** What "Test API Credentials" found. */
export type VerificationResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly error: string; readonly code: string; readonly remedy: string };

/**
 * Tries a connection as Okta's "Test API Credentials" and saving the settings do: `GET /Users?startIndex=1&count=2`, and
 * `GET /Groups?startIndex=1&count=100` where groups are imported.
 */
export async function testConnection(
  connection: ConnectionSettings,
  options: {
    readonly importsGroups: boolean;
    readonly dispatcher?: Dispatcher;
    readonly timeoutMs?: number;
    readonly signal?: AbortSignal;
  },
): Promise<VerificationResult> {
  if (connection.baseUrl === null || !isHttpUrl(connection.baseUrl)) {
    return {
      ok: false,
      error: "Error authenticating: the base URL is not valid.",
      code: "SCIM_BASE_URL",
      remedy: "Give the SCIM root as an http or https URL, such as https://scim.example.com/payroll/scim/v2.",
    };
  }
  const client = createOktaScimClient(connection, options);
  try {
    await client.users.list({ startIndex: 1, count: 2 }, options.signal);
    if (options.importsGroups) await client.groups.list({ startIndex: 1, count: 100 }, options.signal);
    return { ok: true };
  } catch (error) {
    if (!(error instanceof ScimClientError)) throw error;
    const { code, remedy } = error;
    return { ok: false, error: `Error authenticating: ${describeRemoteError(error)}`, code, remedy };
  }
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
