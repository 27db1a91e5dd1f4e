import { z } from "zod";
import type { TestOrg } from "./start-org.ts";

const object = z.record(z.string(), z.unknown());

/** An answer of the emulated org. */
export interface OrgAnswer {
  readonly status: number;
  /** The JSON object; empty where the answer is a list or has no body. */
  readonly body: Record<string, unknown>;
  readonly list: readonly Record<string, unknown>[];
  /** Relations of the Link header. */
  readonly links: readonly string[];
  /** Path and query of the `self` relation. */
  readonly self: string | undefined;
}

/** Calls the Management API of an org with its API token. */
export interface OrgCaller {
  (method: string, path: string, body?: unknown): Promise<OrgAnswer>;
  /** The objects of one page of a list. */
  readonly list: (path: string) => Promise<readonly Record<string, unknown>[]>;
}

/** A caller of an org's Management API. */
export function createOrgCaller(org: TestOrg): OrgCaller {
  const call = async (method: string, path: string, body?: unknown): Promise<OrgAnswer> => {
    const answer = await fetch(`${org.url}${path}`, {
      method,
      headers: {
        authorization: `SSWS ${org.token}`,
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const value: unknown = text === "" ? undefined : JSON.parse(text);
    const links = [...(answer.headers.get("link") ?? "").matchAll(/<([^>]*)>; rel="(\w+)"/g)];
    const self = links.find(([, , relation]) => relation === "self")?.[1];
    return {
      status: answer.status,
      body: object.safeParse(value).data ?? {},
      list: z.array(object).safeParse(value).data ?? [],
      links: links.map(([, , relation]) => relation ?? ""),
      self: self?.replace(org.url, ""),
    };
  };
  return Object.assign(call, { list: async (path: string) => (await call("GET", path)).list });
}

/** What is at a path inside a JSON value; undefined where there is nothing. */
export function field(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (parent, name) =>
      typeof parent === "object" && parent !== null ? new Map(Object.entries(parent)).get(name) : undefined,
    value,
  );
}
