import { createHmac } from "node:crypto";

const encodedPrefix = "whsec_";

/**
 * The signature of a delivery, as the Standard Webhooks specification has it: HMAC-SHA256 over id, time and body. A
 * secret that begins with `whsec_` is the key in base64, as its libraries take it; any other is the key itself.
 */
export function signDelivery(secret: string, id: string, timestampSeconds: number, body: string): string {
  const key = secret.startsWith(encodedPrefix)
    ? Buffer.from(secret.slice(encodedPrefix.length), "base64")
    : secret;
  const digest = createHmac("sha256", key).update(`${id}.${timestampSeconds}.${body}`).digest("base64");
  return `v1,${digest}`;
}
