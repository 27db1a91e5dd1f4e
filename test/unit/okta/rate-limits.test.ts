import { describe, expect, it } from "vitest";
import { createMockOrg, someApp } from "./mock-org.ts";

describe("a rate limit", () => {
  const limited = {
    status: 429,
    body: { errorCode: "E0000047", errorSummary: "API call exceeded rate limit due to too many requests." },
    headers: {
      date: "Tue, 28 Oct 2025 20:16:24 GMT",
      "x-rate-limit-reset": String(Date.UTC(2025, 9, 28, 20, 16, 40) / 1000),
      "x-okta-request-id": "req-7",
    },
  };

  it("is waited for until it is reset by the org's own clock, and the repeat names what it repeats", async () => {
    const { client, seen, waits } = createMockOrg([limited, limited, { status: 200, body: someApp }]);
    await client.apps.get("0oa1");
    expect(waits).toEqual([17_000, 17_000]);
    expect(seen[2]?.headers).toMatchObject({ "x-okta-retry-for": "req-7", "x-okta-retry-count": "2" });
    expect(client.statistics()).toMatchObject({ calls: 3, rateLimited: 2, waitedMs: 34_000 });
  });

  it("without the header is waited for as Retry-After says", async () => {
    const { client, waits } = createMockOrg([
      { status: 429, headers: { "retry-after": "3" } },
      { status: 200, body: someApp },
    ]);
    await client.apps.get("0oa1");
    expect(waits).toEqual([3000]);
  });

  it("that lasts longer than allowed is an error at once", async () => {
    const { client, waits } = createMockOrg([{ ...limited, headers: { "retry-after": "900" } }]);
    await expect(client.apps.get("0oa1")).rejects.toMatchObject({ code: "OKTA_E0000047", status: 429 });
    expect(waits).toEqual([]);
  });

  it("that does not end is an error after five repeats", async () => {
    const { client, waits } = createMockOrg(Array.from({ length: 6 }, () => limited));
    await expect(client.apps.get("0oa1")).rejects.toMatchObject({ status: 429 });
    expect(waits).toHaveLength(5);
  });

  it("is not used up beyond the client's share: the next call of the family waits", async () => {
    const headers = { ...limited.headers, "x-rate-limit-limit": "100", "x-rate-limit-remaining": "24" };
    const { client, waits } = createMockOrg([
      { status: 200, body: someApp, headers },
      { status: 200, body: { id: "u", status: "ACTIVE", profile: { login: "a" } } },
      { status: 200, body: someApp },
    ]);
    await client.apps.get("0oa1");
    await client.users.find("u");
    expect(waits).toEqual([]);
    await client.apps.get("0oa1");
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThan(16_000);
  });
});

describe("a rate limit that many requests meet at once", () => {
  const answer = (remaining: number) => ({
    status: 200,
    body: someApp,
    headers: {
      date: "Tue, 28 Oct 2025 20:16:24 GMT",
      "x-rate-limit-limit": "100",
      "x-rate-limit-remaining": String(remaining),
      "x-rate-limit-reset": String(Date.UTC(2025, 9, 28, 20, 16, 40) / 1000),
    },
  });

  it("holds up those that waited for their turn, too", async () => {
    const answers = [answer(26), answer(24), ...Array.from({ length: 6 }, () => answer(99))];
    const { client, waits, seen } = createMockOrg(answers, { concurrency: 1 });
    await Promise.all(Array.from({ length: 8 }, () => client.apps.get("0oa1")));
    expect(seen).toHaveLength(8);
    expect(waits.length).toBeGreaterThan(0);
    expect(client.statistics().waitingUntil).toBeGreaterThan(Date.now());
  });

  it("lets requests of other families go on meanwhile", async () => {
    let release: () => void = () => undefined;
    const { client } = createMockOrg(
      [answer(0), { status: 200, body: { id: "u", status: "ACTIVE", profile: { login: "a" } } }, answer(99)],
      {
        concurrency: 1,
        retry: {
          wait: () =>
            new Promise((resolve) => {
              release = resolve;
            }),
        },
      },
    );
    await client.apps.get("0oa1");
    const held = client.apps.get("0oa1");
    expect(await client.users.find("u")).toMatchObject({ id: "u" });
    release();
    expect(await held).toMatchObject({ id: "0oa1" });
  });
});
