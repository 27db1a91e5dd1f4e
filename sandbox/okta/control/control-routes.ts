import { z } from "zod";
import { type Answer, answerJson, type IncomingRequest, type RouteGroup, readText } from "../http.ts";
import { DISTURBANCE_NAMES, disturb } from "../provisioning/disturbances.ts";
import { FAULT_DEFAULTS, FAULT_KINDS, type FaultRegistry } from "../provisioning/fault-registry.ts";
import type { AdjustableClock } from "../provisioning/org-clock.ts";
import type { ProvisioningEngine } from "../provisioning/provisioning-engine.ts";
import type { OrgStore } from "../store/org-store.ts";

export interface ControlDependencies {
  readonly store: OrgStore;
  readonly engine: ProvisioningEngine;
  readonly faults: FaultRegistry;
  readonly clock: AdjustableClock;
  /** Empties the org and fills it from its org file again; absent where that is not offered. */
  readonly reset?: () => Promise<void>;
}

const faultBody = z.strictObject({
  kind: z.enum(FAULT_KINDS),
  target: z.enum(["scim", "api"]).default("scim"),
  appId: z.string().nullable().default(FAULT_DEFAULTS.appId),
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]).nullable().default(null),
  path: z.string().nullable().default(FAULT_DEFAULTS.path),
  remaining: z.int().positive().nullable().default(FAULT_DEFAULTS.remaining),
  probability: z.number().min(0).max(1).default(FAULT_DEFAULTS.probability),
  retryAfterSeconds: z.int().nonnegative().nullable().default(FAULT_DEFAULTS.retryAfterSeconds),
  status: z.int().min(500).max(599).default(FAULT_DEFAULTS.status),
  delayMs: z.int().nonnegative().max(600_000).default(FAULT_DEFAULTS.delayMs),
});
const drainBody = z.strictObject({ timeoutMs: z.int().positive().max(3_600_000).default(60_000) });
const clockBody = z.union([
  z.strictObject({ advanceSeconds: z.number().nonnegative() }),
  z.strictObject({ reset: z.literal(true) }),
]);
const disturbanceBody = z.strictObject({
  appId: z.string(),
  change: z.enum(DISTURBANCE_NAMES),
});

/** A request to `/sandbox/**` that cannot be understood; answered with 400. */
class ControlInputError extends Error {
  readonly code = "SANDBOX_CONTROL_INPUT";
}

/**
 * `/sandbox/**`: what only the emulator has, as JSON and for this machine only. Status and waiting for provisioning, time,
 * faults, changes behind the administrator's back, and reset.
 */
export function createControlRoutes(dependencies: ControlDependencies): RouteGroup {
  return async (request) => {
    if (request.segments[0] !== "sandbox") return undefined;
    if (!isLoopback(request.remoteAddress)) {
      return answerError(
        403,
        "SANDBOX_LOOPBACK_ONLY",
        "The sandbox's control API answers this machine only.",
      );
    }
    try {
      return (
        (await route(dependencies, request)) ??
        answerError(404, "SANDBOX_NO_ROUTE", "There is no such route.")
      );
    } catch (error) {
      if (error instanceof ControlInputError) return answerError(400, error.code, error.message);
      throw error;
    }
  };
}

async function route(
  dependencies: ControlDependencies,
  request: IncomingRequest,
): Promise<Answer | undefined> {
  const { faults } = dependencies;
  const [, resource, id, extra] = request.segments;
  if (extra !== undefined) return undefined;
  switch (`${request.method} ${resource}${id === undefined ? "" : "/:id"}`) {
    case "GET status":
      return answerJson(200, readStatus(dependencies));
    case "POST drain":
      return drain(dependencies, readBody(request, drainBody).timeoutMs);
    case "GET clock":
      return answerJson(200, readClock(dependencies));
    case "POST clock":
      return changeClock(dependencies, readBody(request, clockBody));
    case "GET faults":
      return answerJson(200, faults.list());
    case "POST faults":
      return answerJson(201, faults.add(readBody(request, faultBody)));
    case "DELETE faults":
      faults.clear();
      return { status: 204 };
    case "DELETE faults/:id":
      return faults.remove(id ?? "") ? { status: 204 } : undefined;
    case "POST disturbances":
      return answerDisturbance(dependencies, readBody(request, disturbanceBody));
    case "POST reset":
      return reset(dependencies);
    default:
      return undefined;
  }
}

function readStatus({ store }: ControlDependencies) {
  const { pending, running, failed } = store.tasks.counts();
  return {
    ok: true,
    users: store.users.count(),
    groups: store.groups.count(),
    apps: store.apps.count(),
    queue: { pending, running, failed },
  };
}

/** Answers when every change of the org has reached the SCIM servers, or after the timeout with `idle: false`. */
async function drain(dependencies: ControlDependencies, timeoutMs: number): Promise<Answer> {
  const signal = AbortSignal.timeout(timeoutMs);
  const idle = await dependencies.engine.drain({ includePaused: true, signal }).then(
    () => true,
    (error: unknown) => {
      if (signal.aborted) return false;
      throw error;
    },
  );
  return answerJson(200, { idle, ...readStatus(dependencies) });
}

function readClock({ clock }: ControlDependencies) {
  return { now: clock.now().toISOString(), offsetSeconds: clock.offset / 1000 };
}

function changeClock(dependencies: ControlDependencies, body: z.infer<typeof clockBody>): Answer {
  if ("reset" in body) dependencies.clock.reset();
  else dependencies.clock.advance(body.advanceSeconds * 1000);
  return answerJson(200, readClock(dependencies));
}

/** An administrator's (or Okta's) change behind the program's back. */
function answerDisturbance({ store }: ControlDependencies, body: z.infer<typeof disturbanceBody>): Answer {
  const { appId, change } = body;
  if (store.apps.get(appId) === undefined) throw new ControlInputError(`There is no app ${appId}.`);
  disturb(store, appId, change);
  return answerJson(200, { ok: true });
}

async function reset({ reset }: ControlDependencies): Promise<Answer> {
  if (reset === undefined)
    return answerError(501, "SANDBOX_NO_RESET", "This org cannot be reset while it runs.");
  await reset();
  return answerJson(200, { ok: true });
}

function readBody<Output>(request: IncomingRequest, schema: z.ZodType<Output>): Output {
  const parsed = schema.safeParse(parseJson(readText(request)));
  if (parsed.success) return parsed.data;
  throw new ControlInputError(z.prettifyError(parsed.error));
}

function parseJson(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new ControlInputError("The body is not JSON.");
  }
}

function answerError(status: number, code: string, message: string): Answer {
  return answerJson(status, { ok: false, error: { code, message } });
}

function isLoopback(address: string): boolean {
  return address === "::1" || /^(::ffff:)?127\./.test(address);
}
