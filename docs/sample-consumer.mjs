/**
 * A sample consumer of the SCIM server's changes, to copy into an application: it keeps a table of who may sign in.
 * It needs Node 22.13 or newer, and nothing else.
 *
 *   SCIM_URL=https://scim.example.com/payroll SCIM_TOKEN=… node sample-consumer.mjs follow
 *   WEBHOOK_SECRET=… PORT=8080 node sample-consumer.mjs receive
 *
 * `follow` reads the stream of changes and goes on where it ended, after whatever interruption; a read-only token is
 * enough. `receive` takes webhooks. Either may get a change twice, and deals with it once: what was done and that it was
 * done are written in one transaction.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

const { SCIM_URL, SCIM_TOKEN, WEBHOOK_SECRET, PORT = "8080", DATABASE = "people.sqlite" } = process.env;
const authorization = `Bearer ${SCIM_TOKEN}`;

const database = new DatabaseSync(DATABASE);
database.exec(`
  CREATE TABLE IF NOT EXISTS person (id TEXT PRIMARY KEY, user_name TEXT, active INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS done (change_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL);
`);

function transact(work) {
  database.exec("BEGIN IMMEDIATE");
  try {
    work();
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

/** Put here what your application does. `after` has the attributes that changed, as they are now. */
function act({ type, resource, after }) {
  if (resource.type !== "User") return;
  if (type === "user.deleted") {
    database.prepare("DELETE FROM person WHERE id = ?").run(resource.id);
    return;
  }
  database
    .prepare(
      `INSERT INTO person (id, user_name, active) VALUES (:id, :userName, COALESCE(:active, 1))
       ON CONFLICT DO UPDATE SET user_name = COALESCE(:userName, user_name), active = COALESCE(:active, active)`,
    )
    .run({
      id: resource.id,
      userName: after.userName ?? null,
      // `active` that was removed is null: such a person is not active.
      active: "active" in after ? Number(after.active === true) : null,
    });
}

/** Deals with a change once, however often it comes. */
function take(change) {
  transact(() => {
    const note = database.prepare("INSERT OR IGNORE INTO done (change_id, sequence) VALUES (?, ?)");
    if (note.run(change.id, change.sequence).changes > 0) act(change);
  });
}

function lastSequence() {
  return database.prepare("SELECT COALESCE(MAX(sequence), 0) AS last FROM done").get().last;
}

/** Takes over who is there now; for the first start, and when the changes in between are not kept any more. */
async function readEverybody(last) {
  const people = [];
  for (let cursor = ""; cursor !== undefined; ) {
    const query = new URLSearchParams({ count: "500", cursor, attributes: "userName,active" });
    const response = await fetch(`${SCIM_URL}/scim/v2/Users?${query}`, { headers: { authorization } });
    if (!response.ok) throw new Error(`reading everybody: ${response.status} ${await response.text()}`);
    const page = await response.json();
    people.push(...page.Resources);
    cursor = page.nextCursor;
  }
  transact(() => {
    database.exec("DELETE FROM person; DELETE FROM done");
    const add = database.prepare("INSERT INTO person (id, user_name, active) VALUES (?, ?, ?)");
    for (const { id, userName, active } of people) add.run(id, userName, Number(active === true));
    database.prepare("INSERT INTO done (change_id, sequence) VALUES (?, ?)").run(`up to ${last}`, last);
  });
}

/** Reads the stream until it ends: with the server, with the connection, or with an error. */
async function followOnce() {
  const response = await fetch(`${SCIM_URL}/changes?after=${lastSequence()}`, {
    headers: { authorization, accept: "text/event-stream" },
    // The server says every 15 seconds that it is still there; a connection that says nothing is dead.
    signal: silence.signal(),
  });
  if (response.status === 410) return readEverybody(Number(response.headers.get("x-last-sequence")));
  if (!response.ok) throw new Error(`following: ${response.status} ${await response.text()}`);
  let text = "";
  for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
    silence.heard();
    const events = (text + part).split("\n\n");
    text = events.pop();
    for (const event of events) {
      const data = event.split("\n").find((line) => line.startsWith("data: "));
      if (data !== undefined) take(JSON.parse(data.slice("data: ".length)));
    }
  }
}

/** Aborts a request when nothing has come for a minute. */
const silence = {
  signal() {
    this.controller = new AbortController();
    this.heard();
    return this.controller.signal;
  },
  heard() {
    const { controller } = this;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => controller.abort(new Error("nothing came for a minute")), 60_000);
  },
};

async function follow() {
  for (;;) {
    // Nothing that happens on the way ends the consumer: it comes again, from where it was.
    await followOnce().catch((error) => console.error(error.message, error.cause?.message ?? ""));
    await sleep(1000);
  }
}

function isGenuine(headers, body) {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": given = "" } = headers;
  const key = WEBHOOK_SECRET.startsWith("whsec_")
    ? Buffer.from(WEBHOOK_SECRET.slice("whsec_".length), "base64")
    : WEBHOOK_SECRET;
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  const [expected, actual] = [Buffer.from(`v1,${signature}`), Buffer.from(given)];
  const isRecent = Math.abs(Date.now() / 1000 - Number(timestamp)) < 300;
  return isRecent && actual.length === expected.length && timingSafeEqual(actual, expected);
}

function receive() {
  const server = createServer(async (request, response) => {
    try {
      const body = Buffer.concat(await Array.fromAsync(request)).toString();
      if (!isGenuine(request.headers, body)) {
        response.writeHead(401).end();
        return;
      }
      take(JSON.parse(body));
      // Only what is written down is acknowledged; anything else comes again.
      response.writeHead(204).end();
    } catch (error) {
      console.error(error);
      response.writeHead(500).end();
    }
  });
  server.listen(Number(PORT), () => console.log(`listening on port ${server.address().port}`));
}

if (process.argv[2] === "receive") receive();
else await follow();
