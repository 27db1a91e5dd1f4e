import { describe, expect, it } from "vitest";
import {
  type AccountAnswer,
  type ServerAccount,
  settleGains,
} from "../../../src/preview/people/gained-accounts.ts";
import type { PeopleImpact } from "../../../src/preview/people/impact.ts";
import { noAccess } from "../../../src/preview/people/read-live-app.ts";
import { nobody } from "./sample-report.ts";

const person = (id: string) => ({ id, login: `${id}@example.com` });

function impactOf(gains: readonly string[], deactivated: readonly string[] = []): PeopleImpact {
  return {
    ...nobody,
    gains: gains.map((id) => ({ ...person(id), account: "unknown" })),
    deactivated: deactivated.map(person),
  };
}

interface World {
  readonly gains: readonly string[];
  readonly deactivated?: readonly string[];
  /** Accounts of the server by user name. */
  readonly server?: Readonly<Record<string, ServerAccount>>;
  readonly answer?: AccountAnswer;
  /** Who has the account with this id in Okta already. */
  readonly linked?: Readonly<Record<string, string>>;
  readonly typed?: Readonly<Record<string, string>>;
}

async function settle({ gains, deactivated, server, answer, linked = {}, typed = {} }: World) {
  const asked: string[] = [];
  const settled = await settleGains({
    impact: impactOf(gains, deactivated),
    after: {
      ...noAccess,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Okta's template
      userNameTemplate: { template: "${source.login}", suffix: ".dev", pushes: true },
      assignedUsers: Object.entries(typed).map(([id, userName]) => ({ id, userName })),
    },
    accounts: new Map(
      Object.entries(linked).map(([externalId, userId]) => [
        userId,
        { userId, externalId, syncState: "SYNCHRONIZED", profile: {}, userName: userId },
      ]),
    ),
    directory: {
      members: new Map(),
      people: new Map(
        gains.map((id) => [
          id,
          { ...person(id), status: "ACTIVE", profile: { login: `${id}@example.com` }, internal: {} },
        ]),
      ),
    },
    ask: async (userNames) => {
      asked.push(...userNames);
      return answer ?? { kind: "found", accounts: new Map(Object.entries(server ?? {})) };
    },
  });
  return {
    asked,
    accounts: Object.fromEntries(settled.gains.map(({ id, account }) => [id, account])),
    uncertainties: settled.uncertainties,
  };
}

describe("what becomes of the accounts of who gets an application", () => {
  it("is what Okta's search by user name finds at the server", async () => {
    const { accounts, asked, uncertainties } = await settle({
      gains: ["ada", "bo", "cy", "Di"],
      server: {
        "bo@example.com.dev": { id: "s1", active: false },
        "cy@example.com.dev": { id: "s2", active: true },
        "di@example.com.dev": { id: "s3", active: true },
      },
    });
    expect(asked).toContain("Di@example.com.dev");
    expect(accounts).toEqual({ ada: "created", bo: "reactivated", cy: "matched", Di: "matched" });
    expect(uncertainties).toEqual([]);
  });

  it("goes by the user name that the spec types", async () => {
    const { accounts, asked } = await settle({
      gains: ["ada"],
      typed: { ada: "lovelace" },
      server: { lovelace: { id: "s1", active: true }, "ada@example.com.dev": { id: "s2", active: false } },
    });
    expect(asked).toEqual(["lovelace"]);
    expect(accounts).toEqual({ ada: "matched" });
  });

  it("is nothing where Okta has linked the account to somebody else, and open where that one loses it now", async () => {
    const server = { "ada@example.com.dev": { id: "s1", active: true } };
    const linked = { s1: "zoe" };
    expect((await settle({ gains: ["ada"], server, linked })).accounts).toEqual({ ada: "taken" });
    expect((await settle({ gains: ["ada"], server, linked, deactivated: ["zoe"] })).accounts).toEqual({
      ada: "unknown",
    });
  });

  it("is open for two people of one user name, and for who loses and gets it in the same update", async () => {
    const twins = await settle({ gains: ["ada", "bo", "cy"], typed: { ada: "same", bo: "SAME" } });
    expect(twins.accounts).toEqual({ ada: "unknown", bo: "unknown", cy: "created" });
    const server = { "ada@example.com.dev": { id: "s1", active: true } };
    const moved = await settle({ gains: ["ada", "bo"], deactivated: ["ada", "bo"], server });
    expect(moved.accounts).toEqual({ ada: "unknown", bo: "created" });
  });

  it("is told with a doubt where nobody could ask", async () => {
    const silent = await settle({ gains: ["ada"], answer: { kind: "silent", because: "it hangs" } });
    expect(silent.accounts).toEqual({ ada: "unknown" });
    expect(silent.uncertainties).toEqual([expect.stringMatching(/is not known: it hangs\.$/)]);
    const early = await settle({ gains: ["ada"], answer: { kind: "not deployed" } });
    expect(early.accounts).toEqual({ ada: "created" });
    expect(early.uncertainties).toEqual([expect.stringMatching(/^The SCIM server gets this application/)]);
  });

  it("asks nobody where nobody gets it", async () => {
    expect((await settle({ gains: [] })).asked).toEqual([]);
  });
});
