import { createConsoleRoutes } from "../../../../sandbox/okta/console/console-routes.ts";
import { createControlRoutes } from "../../../../sandbox/okta/control/control-routes.ts";
import type { Answer, IncomingRequest } from "../../../../sandbox/okta/http.ts";
import type { ApiConditions } from "../../../../sandbox/okta/management-api/conditions.ts";
import { createConditions } from "../../../../sandbox/okta/server.ts";
import { TestOrg } from "../provisioning/test-org.ts";

export const orgUrl = "http://127.0.0.1:8600";

/** An org with its console and control routes, without a socket in between. */
export class TestConsole implements AsyncDisposable {
  readonly org: TestOrg;
  readonly conditions: ApiConditions;

  private constructor(org: TestOrg) {
    this.org = org;
    this.conditions = createConditions(org.store);
  }

  static async start(): Promise<TestConsole> {
    return new TestConsole(await TestOrg.start());
  }

  /** Sends a form, or JSON, and gives the answer of the routes. */
  async send(
    method: string,
    target: string,
    options: {
      form?: Record<string, string>;
      json?: unknown;
      headers?: Record<string, string>;
      remoteAddress?: string;
    } = {},
  ): Promise<Answer> {
    const url = new URL(target, orgUrl);
    const body =
      options.json === undefined
        ? new URLSearchParams(options.form).toString()
        : JSON.stringify(options.json);
    const request: IncomingRequest = {
      method,
      path: url.pathname,
      segments: url.pathname
        .split("/")
        .filter((part) => part !== "")
        .map(decodeURIComponent),
      query: url.searchParams,
      headers: { host: "127.0.0.1:8600", ...options.headers },
      body: new TextEncoder().encode(method === "GET" ? "" : body),
      remoteAddress: options.remoteAddress ?? "127.0.0.1",
      requestId: "r1",
      orgUrl,
    };
    const { clock, engine, faults, store } = this.org;
    const parts = { store, engine, faults, clock, conditions: this.conditions };
    const answer = (await createConsoleRoutes(parts)(request)) ?? (await createControlRoutes(parts)(request));
    if (answer === undefined) throw new Error(`nothing answers ${method} ${target}`);
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.org[Symbol.asyncDispose]();
  }
}

export function bodyOf(answer: Answer): string {
  return typeof answer.body === "string" ? answer.body : "";
}
