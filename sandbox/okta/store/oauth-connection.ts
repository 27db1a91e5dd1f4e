import { randomBytes } from "node:crypto";
import { z } from "zod";

/** Who rotates the key that an Org2Org connection signs with: Okta (the key is the connection's), or an administrator (the app's). */
const rotationMode = z.enum(["AUTO", "MANUAL"]);

const oauthConnection = z.object({
  /** Id of the service app in the target org (Org2Org). */
  clientId: z.string().nullable().default(null),
  rotationMode: rotationMode.nullable().default(null),
  /** The connection's own key, made for rotation mode AUTO. */
  key: z.object({ kid: z.string(), privateKey: z.string() }).nullable().default(null),
  /** The consent that apps other than Org2Org need. */
  consent: z
    .object({ state: z.string(), code: z.string().nullable(), isGiven: z.boolean() })
    .nullable()
    .default(null),
});

/** The OAuth 2.0 part of a connection. It holds secrets: only client id and rotation mode may be shown. */
export type OAuthConnection = z.infer<typeof oauthConnection>;

/** Reads what the database holds, of an earlier version too. */
export function readOAuthConnection(stored: unknown): OAuthConnection | null {
  return stored === null ? null : oauthConnection.parse(stored);
}

/** A consent that is still to be given, under a `state` of its own (RFC 6749, 4.1.1). */
export function newConsent(): NonNullable<OAuthConnection["consent"]> {
  return { state: randomBytes(24).toString("base64url"), code: null, isGiven: false };
}
