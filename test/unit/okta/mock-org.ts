import { MockAgent } from "undici";
import { createOktaClient, type OktaClient, type OktaClientOptions } from "../../../src/okta/okta-client.ts";

export const orgUrl = "https://example.okta.com";
export const apiToken = "00not-a-real-token";

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface MockAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** An org that answers the given answers in order and remembers what it was asked. The network is cut off. */
export function createMockOrg(
  answers: readonly (MockAnswer | Error)[],
  options: Partial<OktaClientOptions> = {},
) {
  const agent = new MockAgent();
  agent.disableNetConnect();
  const pool = agent.get(orgUrl);
  const seen: SeenRequest[] = [];
  const waits: number[] = [];
  for (const answer of answers) {
    const intercept = pool.intercept({ path: () => true, method: () => true });
    if (answer instanceof Error) intercept.replyWithError(answer);
    else {
      intercept.reply(({ path, method, headers, body }) => {
        seen.push({
          method,
          path,
          headers: readHeaders(headers),
          body: typeof body === "string" ? body : "",
        });
        return {
          statusCode: answer.status,
          data: answer.body === undefined ? "" : JSON.stringify(answer.body),
          responseOptions: { headers: { "content-type": "application/json", ...answer.headers } },
        };
      });
    }
  }
  const client: OktaClient = createOktaClient({
    orgUrl,
    credentials: { kind: "api-token", apiToken },
    dispatcher: agent,
    retry: {
      random: () => 1,
      wait: async (milliseconds) => {
        waits.push(milliseconds);
      },
    },
    ...options,
  });
  return { client, seen, waits, pending: () => agent.pendingInterceptors().length };
}

function readHeaders(headers: unknown): Record<string, string> {
  if (typeof headers !== "object" || headers === null) return {};
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

/** An app as Okta answers it, with only what must be there. */
export const someApp = {
  id: "0oa1",
  name: "scim2headerauth",
  label: "Payroll",
  status: "ACTIVE",
  future: { kept: true },
};
