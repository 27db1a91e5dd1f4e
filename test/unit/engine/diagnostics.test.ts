import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { describe, expect, it } from "vitest";
import { describeFailure, isShowable, readDiagnostic } from "../../../src/engine/diagnostics.ts";

function say(message: string, severity = "error", urn?: string): EngineEvent {
  return JSON.parse(
    JSON.stringify({
      sequence: 1,
      timestamp: 1,
      diagnosticEvent: { message, severity, color: "never", urn },
    }),
  );
}

describe("what the engine says", () => {
  it("is not shown when it is a debug line, which may hold a secret", () => {
    expect(isShowable(say("RegisterResource RPC finished: token,,,Bearer abc", "debug"))).toBe(false);
    expect(isShowable(say("hello", "info"))).toBe(true);
    expect(isShowable({ sequence: 1, timestamp: 1 })).toBe(true);
  });

  it("loses its colour marks", () => {
    expect(readDiagnostic(say("<{%fg 1%}>boom<{%reset%}>\n"))).toEqual({
      severity: "error",
      message: "boom",
      urn: undefined,
    });
    expect(readDiagnostic(say("  \n"))).toBeUndefined();
  });

  it("becomes a failure's text: each error once, with the resource's name, without the sum", () => {
    const diagnostics = [
      say("update failed"),
      say("it burnt", "error", "urn:pulumi:dev::p::a:b:C::cake"),
      say("it burnt", "error", "urn:pulumi:dev::p::a:b:C::cake"),
      say("careful", "warning"),
    ].flatMap((event) => readDiagnostic(event) ?? []);
    expect(describeFailure(diagnostics, "?")).toBe("cake: it burnt");
    expect(describeFailure([], "the engine said nothing")).toBe("the engine said nothing");
  });
});
