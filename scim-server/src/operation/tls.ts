import { X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { createSecureContext, type SecureContextOptions } from "node:tls";
import type { Logger } from "pino";

const pollMilliseconds = 5000;

/** Whoever renews certificates does so at least two weeks before their end. */
const soonMilliseconds = 14 * 86_400_000;

/** The files of the server's own certificate, PEM. */
export interface TlsFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** Certificate and key cannot be used. */
export class TlsError extends Error {
  readonly code = "TLS";
  readonly remedy =
    "Give a certificate and its own key as PEM files that this user may read: SCIM_SERVER_TLS_CERTIFICATE_FILE and SCIM_SERVER_TLS_KEY_FILE.";

  constructor(cause: unknown) {
    super(`TLS cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = "TlsError";
  }
}

/** Reads certificate and key, and sees whether they belong together. Throws {@link TlsError}. */
export function readTls(
  files: TlsFiles,
): SecureContextOptions & { readonly cert: Buffer; readonly minVersion: "TLSv1.2" } {
  try {
    const options = {
      cert: readFileSync(files.certificateFile),
      key: readFileSync(files.keyFile),
      minVersion: "TLSv1.2",
    } as const;
    createSecureContext(options);
    return options;
  } catch (error) {
    throw new TlsError(error);
  }
}

/** Uses a renewed certificate for new connections once its files have changed. Answers how to stop that. */
export function watchTls(
  files: TlsFiles,
  logger: Logger,
  use: (options: SecureContextOptions) => void,
): () => void {
  let known = signature(files);
  warnOfEnd(readTls(files).cert, logger);
  const timer = setInterval(() => {
    const current = signature(files);
    if (current === known) return;
    known = current;
    try {
      const options = readTls(files);
      if (endOf(options.cert) < Date.now()) throw new TlsError("the certificate has expired");
      use(options);
      logger.info("certificate read again");
      warnOfEnd(options.cert, logger);
    } catch (error) {
      logger.error({ err: error }, "the changed certificate cannot be used; the former one stays in use");
    }
  }, pollMilliseconds).unref();
  return () => clearInterval(timer);
}

function endOf(certificate: Buffer): number {
  return new X509Certificate(certificate).validToDate.getTime();
}

/** The server serves with whatever certificate it is started with: its clock may be the one that is wrong. */
function warnOfEnd(certificate: Buffer, logger: Logger): void {
  const end = endOf(certificate);
  if (end > Date.now() + soonMilliseconds) return;
  const what =
    end < Date.now() ? "the certificate has expired: clients refuse it" : "the certificate expires soon";
  logger.warn({ validTo: new Date(end).toISOString() }, what);
}

function signature(files: TlsFiles): string {
  return [files.certificateFile, files.keyFile]
    .map((file) => {
      try {
        const stats = statSync(file);
        return `${stats.mtimeMs}:${stats.size}:${stats.ino}`;
      } catch (error) {
        // Neither a file that is gone for a moment nor one that may not be looked at is a reason to stop.
        return String(error);
      }
    })
    .join();
}
