import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EngineStop } from "../../../src/engine/engine-stop.ts";

const event = (message: string) => ({ sequence: 1, timestamp: 1, stdoutEvent: { message, color: "never" } });
let asked: AbortController;
let stop: EngineStop;

beforeEach(() => {
  vi.useFakeTimers();
  asked = new AbortController();
  stop = new EngineStop(asked.signal);
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a stop", () => {
  it("reaches the engine where nobody else stopped it", () => {
    stop.observe(event("Updating (dev)"));
    asked.abort();
    expect(stop.signal.aborted).toBe(false);
    vi.advanceTimersByTime(5000);
    expect(stop.signal.aborted).toBe(true);
  });

  it("is not repeated where the terminal's Ctrl-C reached the engine, before or after it reached us", () => {
    asked.abort();
    vi.advanceTimersByTime(100);
    stop.observe(
      event("^C received; cancelling. If you would like to terminate immediately, press ^C again.\n"),
    );
    vi.advanceTimersByTime(5000);
    expect(stop.signal.aborted).toBe(false);
  });

  it("is none once the operation has ended", () => {
    asked.abort();
    stop.close();
    vi.advanceTimersByTime(5000);
    expect(stop.signal.aborted).toBe(false);
  });
});
