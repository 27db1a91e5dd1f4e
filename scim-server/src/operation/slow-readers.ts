import { Server as HttpsServer } from "node:https";
import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { overloaded } from "./load-shedding.ts";

/** How much of what clients do not take the server keeps for them. */
export interface SlowReaderLimits {
  /** Of all connections together: beyond it new requests are answered 503. */
  readonly maxUnsentBytes: number;
  /** How long a piece may wait to be taken while there is too much unsent. */
  readonly graceMilliseconds: number;
  /** How long one written piece (an answer, or a part of a stream) may wait to be taken. */
  readonly maxMillisecondsToTake: number;
  readonly sampleMilliseconds: number;
}

const slowReaderLimits: SlowReaderLimits = {
  maxUnsentBytes: 64_000_000,
  graceMilliseconds: 5000,
  maxMillisecondsToTake: 120_000,
  sampleMilliseconds: 250,
};

interface Progress {
  readonly takenBytes: number;
  readonly since: number;
}

const nothingUnsent: Progress = { takenBytes: -1, since: 0 };

interface Waiting {
  readonly socket: Socket;
  readonly unsentBytes: number;
  readonly since: number;
}

/**
 * Breaks off connections whose clients do not read what they asked for: what they have not taken is memory of this
 * server. While all of them together have too much, new requests are answered 503 and patience is short.
 */
export function limitSlowReaders(
  server: FastifyInstance,
  logger: Logger,
  limits: SlowReaderLimits = slowReaderLimits,
): void {
  const connections = new Map<Socket, Progress>();
  const event = server.server instanceof HttpsServer ? "secureConnection" : "connection";
  server.server.on(event, (socket: Socket) => {
    connections.set(socket, nothingUnsent);
    socket.once("close", () => connections.delete(socket));
  });
  let isFull = false;
  const sample = (): void => {
    const now = performance.now();
    const waiting = readWaiting(connections, now);
    const total = waiting.reduce((sum, { unsentBytes }) => sum + unsentBytes, 0);
    isFull = total > limits.maxUnsentBytes;
    const patience = isFull ? limits.graceMilliseconds : limits.maxMillisecondsToTake;
    for (const { socket, unsentBytes, since } of waiting) {
      if (now - since < patience) continue;
      socket.destroy();
      logger.warn({ unsentBytes, allUnsentBytes: total }, "a client did not read its answer");
    }
  };
  const timer = setInterval(sample, limits.sampleMilliseconds).unref();
  server.addHook("onClose", async () => clearInterval(timer));
  server.addHook("onRequest", (request, _reply, done) => {
    if (!isFull || request.url === "/healthz") done();
    else done(overloaded());
  });
}

/** The connections with something unsent, and since when they have taken nothing of it. */
function readWaiting(connections: Map<Socket, Progress>, now: number): readonly Waiting[] {
  const waiting: Waiting[] = [];
  for (const [socket, progress] of connections) {
    const unsentBytes = socket.writableLength;
    if (unsentBytes === 0) {
      if (progress !== nothingUnsent) connections.set(socket, nothingUnsent);
      continue;
    }
    const takenBytes = socket.bytesWritten - unsentBytes;
    const stalled = takenBytes === progress.takenBytes;
    const since = stalled ? progress.since : now;
    if (!stalled) connections.set(socket, { takenBytes, since });
    waiting.push({ socket, unsentBytes, since });
  }
  return waiting;
}
