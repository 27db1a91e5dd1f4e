import { lookup } from "node:dns/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** Where the engine and the official plugins are published. */
export const downloadHost = "get.pulumi.com";
/** Milliseconds for a name to resolve. */
const lookupDeadline = 3000;

/**
 * Whether a download has a chance: the installers retry for long against a name that does not exist. Behind a proxy
 * this machine need not be able to resolve it, so there the answer is yes.
 */
export async function isDownloadHostKnown(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<boolean> {
  if (environment["HTTPS_PROXY"] || environment["https_proxy"]) return true;
  const found = lookup(downloadHost).then(
    () => true,
    () => false,
  );
  return Promise.race([found, sleep(lookupDeadline, false, { ref: false })]);
}
