import { connect, type Socket } from "node:net";

/** What a run measured. Times are milliseconds. */
export interface Measurement {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Answers with a status of 400 or more: a run that has any measured something else. */
  readonly failures: number;
}

/** One request's parts; a new one is asked for each time. */
export interface LoadRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

/**
 * Sends requests over keep-alive connections for a time, one at a time on each, as bare sockets: an HTTP client's own
 * cost would hide the server's.
 */
export async function measure(
  url: URL,
  headers: Readonly<Record<string, string>>,
  next: () => LoadRequest,
  connections: number,
  milliseconds: number,
): Promise<Measurement> {
  const latencies: number[] = [];
  const failures = { count: 0 };
  const fixed = Object.entries({ host: url.host, ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
  const end = performance.now() + milliseconds;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: connections }, () => drive(url, fixed, next, end, latencies, failures)),
  );
  const seconds = (performance.now() - start) / 1000;
  const sorted = Float64Array.from(latencies).toSorted();
  const percentile = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  return {
    requests: sorted.length,
    requestsPerSecond: Math.round(sorted.length / seconds),
    p50: percentile(0.5),
    p99: percentile(0.99),
    failures: failures.count,
  };
}

function drive(
  url: URL,
  headers: string,
  next: () => LoadRequest,
  end: number,
  latencies: number[],
  failures: { count: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    let socket: Socket;
    let sentAt = 0;
    let received: Buffer = Buffer.alloc(0);
    const send = (): void => {
      if (performance.now() > end) {
        socket.destroy();
        resolve();
        return;
      }
      const { method, path, body } = next();
      const content =
        body === undefined
          ? "\r\n"
          : `content-type: application/scim+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
      sentAt = performance.now();
      socket.write(`${method} ${path} HTTP/1.1\r\n${headers}${content}`);
    };
    const receive = (chunk: Buffer): void => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      if (!isWhole(received)) return;
      latencies.push(performance.now() - sentAt);
      // `HTTP/1.1 2xx`: the ninth byte is the status's first digit.
      if ((received[9] ?? 0) >= 0x34) failures.count += 1;
      const closes = received.toString("latin1", 0, 8) === "HTTP/1.0";
      received = Buffer.alloc(0);
      if (closes) {
        socket.destroy();
        open();
      } else {
        send();
      }
    };
    const open = (): void => {
      socket = connect(Number(url.port), url.hostname);
      socket.setNoDelay(true);
      socket.on("connect", send);
      socket.on("error", reject);
      socket.on("data", receive);
    };
    open();
  });
}

function isWhole(answer: Buffer): boolean {
  const headEnd = answer.indexOf("\r\n\r\n");
  if (headEnd === -1) return false;
  const head = answer.toString("latin1", 0, headEnd).toLowerCase();
  const length = /\r\ncontent-length: (\d+)/.exec(head)?.[1];
  if (length !== undefined) return answer.length >= headEnd + 4 + Number(length);
  if (head.includes("\r\ntransfer-encoding: chunked"))
    return answer.subarray(-5).toString("latin1") === "0\r\n\r\n";
  return true;
}
