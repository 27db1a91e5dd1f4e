import { defaultRetryOptions, retryServerErrors } from "./retry.ts";
import { composeTransport } from "./transport.ts";
import { createUndiciTransport } from "./undici-transport.ts";

/** Milliseconds for each of a few attempts. */
const timeoutMs = 5000;
const attempts = 2;

/**
 * Asks an org whether it answers at all, by a request that needs no credential, before the okta plugin is: that one waits for an org that
 * does not answer for many minutes. What it answers does not matter here.
 * @throws OktaUnreachableError when no answer came
 */
export async function requireAnswer(orgUrl: string): Promise<void> {
  const retry = { ...defaultRetryOptions, maxServerErrorRetries: attempts - 1 };
  const send = composeTransport(createUndiciTransport({ orgUrl, userAgent: "okta-scim", timeoutMs }), [
    retryServerErrors(retry),
  ]);
  await send({ method: "GET", path: "/.well-known/okta-organization" });
}
