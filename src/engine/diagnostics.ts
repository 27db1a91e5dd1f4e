import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

/** Something the engine, a plugin or the program said. */
export interface Diagnostic {
  readonly severity: "info" | "warning" | "error";
  readonly message: string;
  readonly urn: string | undefined;
}

/** The engine's colour marks (`<{%fg 1%}>`) and terminal escapes are no text. */
const colourMarks = new RegExp(`<\\{%[^%]*%\\}>|${String.fromCharCode(27)}\\[[0-9;]*m`, "g");

const shownSeverities: readonly string[] = ["info", "info#err", "warning", "error"];

/**
 * Whether an event may be shown or kept. The SDK's debug lines hold every value that it sends and receives, secrets in
 * clear, and the engine passes them on whether anybody asked for them or not.
 */
export function isShowable(event: EngineEvent): boolean {
  return event.diagnosticEvent === undefined || shownSeverities.includes(event.diagnosticEvent.severity);
}

/** A diagnostic of an event, or undefined for other events and for what only lives on a terminal. */
export function readDiagnostic(event: EngineEvent): Diagnostic | undefined {
  const diagnostic = event.diagnosticEvent;
  if (diagnostic === undefined || diagnostic.ephemeral) return undefined;
  const message = diagnostic.message.replaceAll(colourMarks, "").trim();
  if (message === "") return undefined;
  return {
    severity: diagnostic.severity === "info#err" ? "info" : diagnostic.severity,
    message,
    urn: diagnostic.urn || undefined,
  };
}

/** The text of a failed operation: every error that was told, each once. */
export function describeFailure(diagnostics: readonly Diagnostic[], fallback: string): string {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  const lines = errors.map((error) => {
    const name = error.urn?.split("::").at(-1);
    return name === undefined ? error.message : `${name}: ${error.message}`;
  });
  // The engine sums up with a line that says nothing more.
  const telling = lines.filter((line) => !/^(\S+: )?(update|preview|destroy) failed$/i.test(line));
  const unique = [...new Set(telling.length > 0 ? telling : lines)];
  return unique.length > 0 ? unique.join("\n") : fallback;
}
