import { readFileSync, statSync } from "node:fs";
import type { SecureContextOptions } from "node:tls";
import type { Logger } from "pino";

const pollMilliseconds = 5000;

/** The files of the server's own certificate, PEM. */
export interface TlsFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** Reads certificate and key. Throws what the file system throws. */
export function readTls(files: TlsFiles): SecureContextOptions & { readonly minVersion: "TLSv1.2" } {
  return {
    cert: readFileSync(files.certificateFile),
    key: readFileSync(files.keyFile),
    minVersion: "TLSv1.2",
  };
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
      const stats = statSync(file, { throwIfNoEntry: false });
      return stats === undefined ? "missing" : `${stats.mtimeMs}:${stats.size}:${stats.ino}`;
    })
    .join();
}
