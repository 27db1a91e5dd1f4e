import { afterAll, beforeAll, expect, it } from "vitest";
import { describeOnBothEngines, type RunningServer, tenantsFile, token } from "./support/running-server.ts";
import { WebhookReceiver } from "./support/webhook-receiver.ts";

interface WebhookReport {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly webhooks: readonly { readonly id: string; readonly deliveredSequence: number }[];
  readonly deadLetters: readonly { readonly sequence: number; readonly reason: string }[];
}

const credential = { authorization: `Bearer ${token}` };

async function report(server: RunningServer): Promise<WebhookReport> {
  const { text } = await server.request("GET", "/payroll/webhooks", undefined, credential);
  return JSON.parse(text) as WebhookReport;
}

async function startWith(
  start: (config: string) => Promise<RunningServer>,
  webhook: object,
): Promise<RunningServer> {
  const server = await start(tenantsFile({ webhooks: [webhook] }));
  await expect.poll(async () => (await report(server)).webhooks.length, { timeout: 10_000 }).toBe(1);
  return server;
}

const replay = async (server: RunningServer, after: number): Promise<number> =>
  (await server.request("POST", "/payroll/webhooks/app/replay", { after }, credential)).status;

describeOnBothEngines("webhooks", (start) => {
  let receiver: WebhookReceiver;
  beforeAll(async () => {
    receiver = new WebhookReceiver();
    await receiver.start();
  });
  afterAll(() => receiver.stop());

  it("deliver in order, signed, again after a failure; what is refused for good becomes a dead letter, and is delivered by a replay", async () => {
    const server = await startWith(
      start,
      receiver.webhook("app", { maxAttempts: 3, firstPauseMilliseconds: 10 }),
    );
    receiver.refused.add("payroll-2");
    for (const name of ["one", "two", "three"]) await server.createUser(name);
    await expect.poll(() => receiver.acceptedIds, { timeout: 20_000 }).toEqual(["payroll-1", "payroll-3"]);
    expect(receiver.deliveries.map(({ id }) => id)).toEqual([
      "payroll-1",
      "payroll-2",
      "payroll-2",
      "payroll-2",
      "payroll-3",
    ]);
    await expect.poll(async () => (await report(server)).webhooks[0]?.deliveredSequence).toBe(3);
    expect((await report(server)).deadLetters).toMatchObject([
      { webhookId: "app", sequence: 2, reason: "the receiver answered 500" },
    ]);
    receiver.refused.clear();
    await expect.poll(() => replay(server, 1), { timeout: 10_000 }).toBe(202);
    await expect
      .poll(() => receiver.acceptedIds, { timeout: 20_000 })
      .toEqual(["payroll-1", "payroll-3", "payroll-2", "payroll-3"]);
    await expect.poll(async () => (await report(server)).deadLetters, { timeout: 5000 }).toEqual([]);
    const replayed = receiver.deliveries
      .slice(-2)
      .map(({ message }) => `${message.sequence} ${message.type}`);
    expect(replayed).toEqual(["2 user.created", "3 user.created"]);
    expect(receiver.forged).toBe(0);
  });

  it("refuse a replay of what never was, by 410, and one of a webhook that there is not", async () => {
    const server = await startWith(start, receiver.webhook("app"));
    expect(await replay(server, 7)).toBe(410);
    const unknown = await server.request("POST", "/payroll/webhooks/other/replay", { after: 0 }, credential);
    expect(unknown.status).toBe(404);
  });
});
