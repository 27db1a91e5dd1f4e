import { filterEquals, type ScimClient } from "../../scim/scim-client.ts";
import { ScimClientError, ScimResponseError } from "../../scim/scim-errors.ts";
import type { ScimUser } from "../../scim/scim-messages.ts";
import { mapSideBySide } from "../side-by-side.ts";
import type { AskAccounts, ServerAccount } from "./gained-accounts.ts";

export interface AskOptions {
  /** The most requests that asking may cost. */
  readonly callBudget?: number;
  /** The most milliseconds that asking may take. */
  readonly deadlineMs?: number;
}

const requestsAtOnce = 8;
const pageSize = 100;
/** For so few people, one search each costs no more than finding out how large the server is. */
const fewPeople = 8;

/**
 * Asks a SCIM server by reading alone: person by person with Okta's own search, or by listing everyone where that takes fewer requests.
 * @param clients one for each credential that the server may know, the likeliest first: a rotated token is there only after the update
 */
export function askScimServer(clients: readonly ScimClient[], options: AskOptions = {}): AskAccounts {
  const { callBudget = 500, deadlineMs = 60_000 } = options;
  return async (userNames) => {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(new DeadlineError(deadlineMs)), deadlineMs);
    try {
      const accounts = await findAccounts(clients, userNames, { callBudget, signal: deadline.signal });
      return { kind: "found", accounts };
    } catch (error) {
      return { kind: "silent", because: reasonOf(error) };
    } finally {
      clearTimeout(timer);
      // After the first failure nobody waits for the other requests.
      deadline.abort();
    }
  };
}

/** Asking costs more than it may. */
class CostError extends Error {}
class DeadlineError extends Error {
  constructor(milliseconds: number) {
    super(`the application's SCIM server took longer than ${milliseconds / 1000} s`);
  }
}

interface Limits {
  readonly callBudget: number;
  readonly signal: AbortSignal;
}

async function findAccounts(
  clients: readonly ScimClient[],
  userNames: readonly string[],
  { callBudget, signal }: Limits,
): Promise<ReadonlyMap<string, ServerAccount>> {
  const { client, first } = await firstAccepted(clients, userNames.length > fewPeople, signal);
  const found = new Map(first.Resources.map(toEntry));
  const isWhole = first.Resources.length >= first.totalResults;
  if (isWhole && userNames.length > fewPeople) return found;
  // A server may give smaller pages than it is asked for.
  const page = Math.max(first.Resources.length, 1);
  const pages = Math.ceil(first.totalResults / page) - 1;
  const lists = userNames.length > fewPeople && pages < userNames.length;
  const calls = lists ? pages : userNames.length;
  if (calls > callBudget)
    throw new CostError(
      `asking the application's SCIM server would take ${calls} requests, the budget is ${callBudget}`,
    );
  if (!lists) return searchEach(client, userNames, signal);
  await mapSideBySide(
    Array.from({ length: pages }, (_, index) => 1 + page * (index + 1)),
    requestsAtOnce,
    async (startIndex) => {
      const { Resources } = await client.users.list({ startIndex, count: page }, signal);
      for (const [name, account] of Resources.map(toEntry)) found.set(name, account);
    },
  );
  return found;
}

/** The first page by the first credential that the server takes. */
async function firstAccepted(clients: readonly ScimClient[], isLarge: boolean, signal: AbortSignal) {
  const count = isLarge ? pageSize : 1;
  for (const [index, client] of clients.entries()) {
    try {
      return { client, first: await client.users.list({ startIndex: 1, count }, signal) };
    } catch (error) {
      if (!isRefusal(error) || index === clients.length - 1) throw error;
    }
  }
  throw new CostError("the stack has no token for the application's SCIM server");
}

function isRefusal(error: unknown): boolean {
  return error instanceof ScimResponseError && (error.status === 401 || error.status === 403);
}

async function searchEach(
  client: ScimClient,
  userNames: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ServerAccount>> {
  const found = new Map<string, ServerAccount>();
  await mapSideBySide(userNames, requestsAtOnce, async (name) => {
    const query = { filter: filterEquals("userName", name), startIndex: 1, count: pageSize };
    const { Resources } = await client.users.list(query, signal).catch(asNone);
    const match = Resources.map(toEntry).find(([userName]) => userName === name.toLowerCase());
    if (match !== undefined) found.set(...match);
  });
  return found;
}

/** Okta takes a 404 to a search for "there is none". */
function asNone(error: unknown): { readonly Resources: readonly ScimUser[] } {
  if (error instanceof ScimResponseError && error.status === 404) return { Resources: [] };
  throw error;
}

function toEntry({ id, userName, active }: ScimUser): [string, ServerAccount] {
  return [userName.toLowerCase(), { id, active: active !== false }];
}

/** In words of ours: what a server says in its errors does not belong into a report. */
function reasonOf(error: unknown): string {
  if (error instanceof CostError || error instanceof DeadlineError) return error.message;
  if (isRefusal(error)) return "the application's SCIM server refuses the stack's token";
  if (error instanceof ScimResponseError)
    return `the application's SCIM server answers ${error.status} ${error.reason}`;
  if (error instanceof ScimClientError)
    return error.code === "SCIM_ANSWER_INVALID"
      ? "the application's SCIM server answers with what is not SCIM"
      : "the application's SCIM server can't be reached from here";
  throw error;
}
