import { readFileSync, statSync } from "node:fs";
import { createSecureContext, type SecureContextOptions } from "node:tls";
import type { Logger } from "pino";

const pollMilliseconds = 5000;

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
export function readTls(files: TlsFiles): SecureContextOptions & { readonly minVersion: "TLSv1.2" } {
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
  const timer = setInterval(() => {
    const current = signature(files);
    if (current === known) return;
    known = current;
    try {
      use(readTls(files));
      logger.info("certificate read again");
    } catch (error) {
      logger.error({ err: error }, "the changed certificate cannot be used; the former one stays in use");
    }
  }, pollMilliseconds).unref();
  return () => clearInterval(timer);
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
