import { createHmac } from "node:crypto";

/** The signature of a delivery, as the Standard Webhooks specification has it: HMAC-SHA256 over id, time and body. */
export function signDelivery(secret: string, id: string, timestampSeconds: number, body: string): string {
  const digest = createHmac("sha256", secret).update(`${id}.${timestampSeconds}.${body}`).digest("base64");
  return `v1,${digest}`;
}
