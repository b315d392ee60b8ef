import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { newId, type ReceivedEvent } from "@hookgate/types";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { shareOf } from "../contract/decide_quarantine.ts";
import {
  claimDue,
  commit,
  deliveryNow,
  newCapture,
  newEvent,
  newSubscription,
  outcomeOf,
} from "../suite/fixtures.ts";
import { openStoreFile, prepareStoreFile, STORE_FILE } from "./file.ts";
import { packId, STATE_CODES } from "./rows.ts";
import { SCHEMA_VERSION } from "./schema.ts";
import { openSqliteStore } from "./sqlite_store.ts";

const log = { info() {}, warn() {}, error() {} };

let dataDir: string;
let file: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "hookgate-schema-"));
  file = join(dataDir, STORE_FILE);
});

afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

/** Runs `use` on the file as version 1 left it. */
function atVersion1(use: (db: DatabaseSync) => void): void {
  atVersion(1, use);
}

/** Runs `use` on the file as an earlier version left it. */
function atVersion(version: 1 | 2 | 3 | 4, use: (db: DatabaseSync) => void): void {
  const db = new DatabaseSync(file);
  const steps = [SQLITE_VERSION_1, SQLITE_VERSION_2, SQLITE_VERSION_3, SQLITE_VERSION_4];
  for (const step of steps.slice(0, version)) db.exec(step);
  use(db);
  db.close();
}

/** Stores an event with one delivery, as version 1 did. */
function insertOld(
  db: DatabaseSync,
  event: ReceivedEvent,
  { state, nextAt }: { state: keyof typeof STATE_CODES; nextAt: number | null },
): string {
  const eventId = packId(event.id);
  const { lastInsertRowid } = db
    .prepare(`INSERT INTO events (id, source, provider, type, provider_type, received_at,
      provider_event_id, secret_id, address, address_chain, flags, unhandled, body_sha256, headers,
      body) VALUES (?, ?, 'generic', 'course.enrolled', 't', ?, ?, '1', '', '', 0, 0, ?, x'', ?)`)
    .run(
      eventId,
      event.source,
      event.receivedAt,
      event.providerEventId,
      event.bodySha256,
      event.body,
    );
  const row = Number(lastInsertRowid);
  db.prepare("INSERT INTO dedupe_new VALUES (randomblob(16), ?)").run(row);
  const id = newId("dlv");
  const attempt = { number: 1, startedAt: 1, durationMs: 2, outcome: "failed", error: "no" };
  db.prepare(`INSERT INTO deliveries (id, event, event_id, subscription, generation, state, next_at,
    attempt, attempts) VALUES (?, ?, ?, 'mail', 1, ?, ?, 1, ?)`).run(
    packId(id),
    row,
    eventId,
    STATE_CODES[state],
    nextAt,
    JSON.stringify([attempt]),
  );
  return id;
}

/** Every table's columns and every index, in a fixed order. */
function structureOf(db: DatabaseSync): unknown {
  const tables = db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all();
  const columns = tables.map(({ name }) => {
    const found = db.prepare(`SELECT name, type, "notnull", dflt_value, pk, hidden
      FROM pragma_table_xinfo(?) ORDER BY name`);
    return [name, found.all(name as string)];
  });
  const indexes = db
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' ORDER BY name")
    .all();
  return { columns, indexes };
}

function readVersion(db: DatabaseSync): unknown {
  return db.prepare("PRAGMA user_version").get()?.["user_version"];
}

test.each([1, 2, 3, 4] as const)(
  "openStoreFile() makes of a file of version %i what it makes of an empty one",
  (version) => {
    atVersion(version, () => {});
    const migrated = openStoreFile(file);
    const fresh = openStoreFile(prepareStoreFile(join(dataDir, "fresh")));
    expect(readVersion(migrated)).toBe(SCHEMA_VERSION);
    expect(structureOf(migrated)).toEqual(structureOf(fresh));
    for (const db of [migrated, fresh]) db.close();
  },
);

/** Takes back what version 12 has added. */
const TO_VERSION_11 = "DROP TABLE dedupe_fresh; PRAGMA user_version = 11;";

/** Takes back what version 9 has added, too. */
const TO_VERSION_8 = `${TO_VERSION_11} DROP TABLE data_keys; ALTER TABLE quarantine DROP COLUMN sealed;
  PRAGMA user_version = 8;`;

test.each([
  [8, TO_VERSION_8],
  [11, TO_VERSION_11],
])("openStoreFile() makes of a file of version %i what it makes of an empty one", (_, takeBack) => {
  const before = openStoreFile(prepareStoreFile(dataDir));
  before.exec(takeBack);
  before.close();
  const migrated = openStoreFile(file);
  const fresh = openStoreFile(prepareStoreFile(join(dataDir, "fresh")));
  expect(readVersion(migrated)).toBe(SCHEMA_VERSION);
  expect(structureOf(migrated)).toEqual(structureOf(fresh));
  for (const db of [migrated, fresh]) db.close();
});

test("openSqliteStore() continues with what version 1 stored", async () => {
  const now = Date.now();
  const [waiting, later, dead, delivered, running] = [100, 200, 300, 400, 500].map((bytes) =>
    newEvent({ body: Buffer.alloc(bytes, `${bytes}`), providerEventId: `p${bytes}` }),
  );
  if (!waiting || !later || !dead || !delivered || !running) throw new Error("Cannot happen");
  const ids: Record<string, string> = {};
  const { sources, where, orderBy, backlog, ...definition } = newSubscription("mail");
  atVersion1((db) => {
    ids["waiting"] = insertOld(db, waiting, { state: "waiting", nextAt: now - 2 });
    ids["later"] = insertOld(db, later, { state: "waiting", nextAt: now + 3_600_000 });
    ids["dead"] = insertOld(db, dead, { state: "dead", nextAt: null });
    insertOld(db, delivered, { state: "delivered", nextAt: null });
    ids["running"] = insertOld(db, running, { state: "running", nextAt: null });
    const put = db.prepare("INSERT INTO subscriptions VALUES (?, ?, ?)");
    put.run("mail", JSON.stringify(definition), null);
    put.run("gone", JSON.stringify({ ...definition, name: "gone" }), "removed");
    db.exec("UPDATE facts SET revision = 7");
  });

  const store = await openSqliteStore({ dataDir, dispatcherId: "me", log });
  const added = { sources: ["*"], where: [], orderBy: null };
  expect(await store.subscriptions()).toMatchObject({
    revision: 7,
    subscriptions: [
      {
        definition: { name: "gone", ...added, backlog: { deliveriesMax: expect.any(Number) } },
        origin: "configuration",
        paused: { by: "configuration", reason: "", at: expect.any(Number) },
      },
      { definition: { ...definition, ...added }, origin: "configuration", paused: null },
    ],
  });
  // Bodies count in the backlog, whenever they were stored.
  expect(await store.backlog("mail", { deliveriesMax: 10 })).toEqual({
    deliveries: 3,
    bytes: 800,
    oldestDueAt: now - 2,
  });
  const claimed = await claimDue(store);
  expect(claimed.map(({ delivery }) => delivery.id)).toEqual([ids["waiting"], ids["running"]]);
  for (const { delivery } of claimed) {
    expect(delivery).toMatchObject({ order: null, replay: null, attempts: [{ response: null }] });
  }
  expect(await store.getEvent(waiting.id)).toMatchObject({ skipped: [] });

  const outcomes = claimed.map((one) => outcomeOf(one, { state: "delivered" }));
  expect(await store.settle(outcomes)).toEqual([true, true]);
  expect(await store.retryDelivery(ids["dead"] ?? "")).toMatchObject({ outcome: "due" });
  expect((await store.backlog("mail", { deliveriesMax: 10 })).bytes).toBe(500);
  // Duplicates are known, and what is new is kept in order.
  const [again] = await commit(store, [newCapture({ ...delivered, id: newId("evt") })]);
  expect(again).toMatchObject({ eventId: delivered.id, duplicate: true });
  const ordered = [1, 2].map(() => newCapture(newEvent(), ["mail"], null, "k"));
  const [first, second] = (await commit(store, ordered)).flatMap(({ deliveries }) => deliveries);
  expect(first).toMatchObject({ order: { position: 1 }, nextAttemptAt: expect.any(Number) });
  expect(second).toMatchObject({ order: { position: 2 }, nextAttemptAt: null });
  if (second) expect(await deliveryNow(store, second)).toEqual(second);
  await store.close();
});

test("openSqliteStore() knows the events that version 2 stored", async () => {
  const part = { providerEventId: "p1", body: "a" };
  const [first, reused, byBody] = [
    newEvent(part),
    newEvent({ ...part, body: "b" }),
    newEvent({ body: "c" }),
  ];
  atVersion(2, (db) => {
    for (const event of [first, reused, byBody]) {
      insertOld(db, event, { state: "delivered", nextAt: null });
    }
    db.exec("UPDATE events SET flags = 2 WHERE body = x'62'");
  });
  const store = await openSqliteStore({ dataDir, dispatcherId: "me", log });
  expect((await store.getEvent(reused.id))?.event.flags).toEqual(["seen_before"]);
  const again = [first, reused, byBody].map((event) => newCapture({ ...event, id: newId("evt") }));
  expect(await commit(store, again)).toMatchObject([
    { eventId: first.id, duplicate: true },
    { eventId: reused.id, duplicate: true },
    { eventId: byBody.id, duplicate: true },
  ]);
  const other = newCapture(newEvent({ ...part, body: "d", dedupe: "id" }));
  expect(await commit(store, [other])).toMatchObject([{ eventId: first.id, duplicate: true }]);
  await store.close();
});

test("openStoreFile() leaves a file of version 1 unchanged if the migration fails, and migrates it later", () => {
  const event = newEvent();
  atVersion1((db) => {
    insertOld(db, event, { state: "waiting", nextAt: 1 });
    // In the way of the second half of the migration.
    db.exec("CREATE TABLE replays (theirs)");
  });
  expect(() => openStoreFile(file)).toThrow("replays already exists");
  const between = new DatabaseSync(file);
  expect(readVersion(between)).toBe(1);
  expect(between.prepare("SELECT count(*) AS n FROM deliveries").get()).toEqual({ n: 1 });
  expect(() => between.prepare("SELECT order_key FROM deliveries")).toThrow("no such column");
  between.exec("DROP TABLE replays");
  between.close();
  const db = openStoreFile(file);
  expect(readVersion(db)).toBe(SCHEMA_VERSION);
  expect(db.prepare("SELECT body_bytes FROM deliveries").get()).toEqual({
    body_bytes: event.body.length,
  });
  db.close();
});

test("openSqliteStore() counts the quarantine that version 3 kept by address", async () => {
  const addresses = ["203.0.113.7", "203.0.113.7", "2001:db8::1", "2001:db8::2"];
  const ids = addresses.map(() => newId("qtn"));
  atVersion(3, (db) => {
    const put =
      db.prepare(`INSERT INTO quarantine (id, source, provider, received_at, reason, bytes,
      address, address_chain, method, url, diagnosis, headers, body)
      VALUES (?, 'academy', 'generic', 1, 'no_match', 10, ?, '', 'POST', '/', '[]', x'', x'')`);
    for (const [index, address] of addresses.entries()) put.run(packId(ids[index] ?? ""), address);
    db.exec("INSERT INTO quarantine_sources VALUES ('academy', 4, 40)");
  });
  const store = await openSqliteStore({ dataDir, dispatcherId: "me", log });
  const { requests } = await store.listQuarantine({ limit: 10 });
  expect(requests.map(({ id }) => id).sort()).toEqual([...ids].sort());
  await store.close();
  const db = new DatabaseSync(file);
  const shares = db.prepare("SELECT share, requests, bytes FROM quarantine_shares ORDER BY share");
  // Addresses of one IPv6 network are one sender.
  expect(shares.all()).toEqual([
    { share: shareOf("2001:db8::1"), requests: 2, bytes: 20 },
    { share: shareOf("203.0.113.7"), requests: 2, bytes: 20 },
  ]);
  const rows = db.prepare("SELECT address, share FROM quarantine ORDER BY row").all();
  expect(rows).toEqual(addresses.map((address) => ({ address, share: shareOf(address) })));
  db.close();
});

test("openStoreFile() keeps the audit log and the words that some files of version 4 have", () => {
  atVersion(4, (db) => {
    db.exec(`CREATE TABLE audit (id TEXT PRIMARY KEY, at INTEGER NOT NULL, caller TEXT NOT NULL,
        action TEXT NOT NULL, target TEXT NOT NULL, reason TEXT NOT NULL, outcome TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE enrolment_words (source TEXT PRIMARY KEY, word TEXT NOT NULL) STRICT, WITHOUT ROWID;
      INSERT INTO audit VALUES ('aud_1', 1, 'local', 'pause', 'crm', '', 'done');
      INSERT INTO enrolment_words VALUES ('asana', 'word');`);
  });
  const db = openStoreFile(file);
  expect(readVersion(db)).toBe(SCHEMA_VERSION);
  expect(db.prepare("SELECT id FROM audit").all()).toEqual([{ id: "aud_1" }]);
  expect(db.prepare("SELECT * FROM enrolment_words").all()).toEqual([
    { source: "asana", word: "word" },
  ]);
  db.close();
});

test("openSqliteStore() knows when what version 7 stored is due, after its clock had made steps", async () => {
  const first = await openSqliteStore({ dataDir, dispatcherId: "d", log });
  const { revision } = await first.publishSubscriptions([newSubscription("mail")]);
  await first.commit([newCapture(newEvent())], { revision });
  const dueAt = await first.nextDueAt(["mail"]);
  await first.close();
  const db = new DatabaseSync(file);
  db.exec(`${TO_VERSION_8} ALTER TABLE clock_steps DROP COLUMN earlier; UPDATE clock_steps SET ms = 3600000;
    PRAGMA user_version = 7;`);
  db.close();
  const second = await openSqliteStore({ dataDir, dispatcherId: "d", log });
  expect(await second.nextDueAt(["mail"])).toBe(dueAt);
  await second.close();
});

test("prepareSchema() makes counts of minutes into buckets, the last two days of them by the minute", () => {
  const hour = 3_600_000;
  const now = 500_000 * hour + 600_000;
  const longAgo = now - 72 * hour;
  atVersion(4, (db) => {
    const insert = db.prepare("INSERT INTO metrics VALUES (?, 1, 2, 3, 4, 5, 6, 7.5)");
    for (const bucket of [now, now - 60_000, longAgo]) insert.run(bucket);
  });
  const db = openStoreFile(file);
  const found = db
    .prepare("SELECT level, start, source, received, processed, succeeded, timed_ms FROM buckets")
    .all()
    .map((row) => Object.values(row));
  const one = ["*", 1, 2, 6, 7.5];
  expect(found).toEqual([
    [0, now - 60_000, ...one],
    [0, now, ...one],
    [1, longAgo - 600_000, ...one],
    [1, now - 600_000, "*", 2, 4, 12, 15],
  ]);
  expect(() => db.prepare("SELECT * FROM metrics")).toThrow("no such table");
  db.close();
});

/** The schema of version 1, unchanged: such files still exist. */
const SQLITE_VERSION_1 = `
CREATE TABLE events (
  row INTEGER PRIMARY KEY,
  id BLOB NOT NULL,
  source TEXT NOT NULL,
  provider TEXT NOT NULL,
  type TEXT NOT NULL,
  provider_type TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  provider_event_id TEXT NOT NULL,
  secret_id TEXT NOT NULL,
  address TEXT NOT NULL,
  address_chain TEXT NOT NULL,
  flags INTEGER NOT NULL,
  unhandled INTEGER NOT NULL,
  body_sha256 BLOB NOT NULL,
  headers BLOB NOT NULL,
  body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX events_id ON events (id);
CREATE INDEX events_type ON events (type, id);
CREATE INDEX events_source ON events (source, id);
CREATE INDEX events_unhandled ON events (id) WHERE unhandled = 1;

CREATE TABLE dedupe_new (
  key BLOB NOT NULL,
  event INTEGER NOT NULL,
  PRIMARY KEY (key, event)
) STRICT, WITHOUT ROWID;
CREATE TABLE dedupe_young (
  key BLOB NOT NULL,
  event INTEGER NOT NULL,
  PRIMARY KEY (key, event)
) STRICT, WITHOUT ROWID;
CREATE TABLE dedupe_all (
  key BLOB NOT NULL,
  event INTEGER NOT NULL,
  PRIMARY KEY (key, event)
) STRICT, WITHOUT ROWID;

CREATE TABLE deliveries (
  row INTEGER PRIMARY KEY,
  id BLOB NOT NULL,
  event INTEGER NOT NULL,
  event_id BLOB NOT NULL,
  subscription TEXT NOT NULL,
  generation INTEGER NOT NULL,
  replay_of BLOB,
  state INTEGER NOT NULL,
  next_at INTEGER,
  attempt INTEGER NOT NULL DEFAULT 0,
  attempt_base INTEGER NOT NULL DEFAULT 0,
  interruptions INTEGER NOT NULL DEFAULT 0,
  suspect INTEGER NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '',
  attempts TEXT NOT NULL DEFAULT '[]',
  dispatcher TEXT,
  token TEXT
) STRICT;
CREATE UNIQUE INDEX deliveries_id ON deliveries (id);
CREATE UNIQUE INDEX deliveries_generation ON deliveries (event, subscription, generation);
CREATE INDEX deliveries_due ON deliveries (subscription, next_at) WHERE state = 0;
CREATE INDEX deliveries_open ON deliveries (state, event_id) WHERE state <> 2;

CREATE TABLE subscriptions (
  name TEXT PRIMARY KEY,
  definition TEXT NOT NULL,
  paused TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (
  row INTEGER PRIMARY KEY,
  id BLOB NOT NULL,
  source TEXT NOT NULL,
  provider TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  reason TEXT NOT NULL,
  released_as BLOB,
  bytes INTEGER NOT NULL,
  address TEXT NOT NULL,
  address_chain TEXT NOT NULL,
  method TEXT NOT NULL,
  url TEXT NOT NULL,
  diagnosis TEXT NOT NULL,
  headers BLOB NOT NULL,
  body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX quarantine_id ON quarantine (id);
CREATE INDEX quarantine_source ON quarantine (source, id);
CREATE INDEX quarantine_received ON quarantine (received_at);

CREATE TABLE quarantine_sources (
  source TEXT PRIMARY KEY,
  requests INTEGER NOT NULL,
  bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE secret_uses (
  source TEXT NOT NULL,
  secret_id TEXT NOT NULL,
  uses INTEGER NOT NULL,
  first_used_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  PRIMARY KEY (source, secret_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE handshakes (
  source TEXT NOT NULL,
  ok INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (source, ok)
) STRICT, WITHOUT ROWID;

CREATE TABLE enrolments (
  source TEXT PRIMARY KEY,
  open_until INTEGER NOT NULL,
  secrets TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE heartbeats (
  dispatcher TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE metrics (
  bucket INTEGER PRIMARY KEY,
  received INTEGER NOT NULL,
  processed INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  retried INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  succeeded INTEGER NOT NULL,
  succeeded_ms REAL NOT NULL
) STRICT;

CREATE TABLE facts (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  revision INTEGER NOT NULL,
  last_processed_at INTEGER
) STRICT;
INSERT INTO facts VALUES (1, 0, NULL);
PRAGMA application_id = 1752133483;
PRAGMA user_version = 1;
`;

/** The changes from version 1 to version 2, unchanged. */
const SQLITE_VERSION_2 = `
ALTER TABLE events ADD COLUMN skipped TEXT;
ALTER TABLE deliveries ADD COLUMN body_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN order_key TEXT;
ALTER TABLE deliveries ADD COLUMN position INTEGER;
ALTER TABLE deliveries ADD COLUMN replay BLOB;
ALTER TABLE deliveries ADD COLUMN replayed INTEGER AS (replay IS NOT NULL);
UPDATE deliveries SET body_bytes = (SELECT length(body) FROM events e WHERE e.row = event)
  WHERE state <> 2;
DROP INDEX deliveries_due;
CREATE INDEX deliveries_due ON deliveries (subscription, replayed, next_at)
  WHERE state = 0 AND next_at IS NOT NULL;
CREATE INDEX deliveries_held ON deliveries (subscription, order_key, position)
  WHERE state = 0 AND next_at IS NULL;
CREATE INDEX deliveries_backlog ON deliveries (subscription, event, body_bytes) WHERE state = 0;
CREATE INDEX deliveries_replay ON deliveries (replay)
  WHERE replay IS NOT NULL AND state = 0 AND attempt = 0;
CREATE TABLE order_keys (
  subscription TEXT NOT NULL,
  key TEXT NOT NULL,
  last INTEGER NOT NULL,
  head INTEGER NOT NULL,
  kept INTEGER NOT NULL,
  PRIMARY KEY (subscription, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE replays (
  id BLOB PRIMARY KEY,
  kind TEXT NOT NULL,
  filter TEXT NOT NULL,
  reason TEXT NOT NULL,
  per_second INTEGER NOT NULL,
  state TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  ended_at INTEGER,
  cursor TEXT,
  seen INTEGER NOT NULL,
  made INTEGER NOT NULL,
  expected INTEGER
) STRICT, WITHOUT ROWID;
ALTER TABLE subscriptions ADD COLUMN origin TEXT NOT NULL DEFAULT 'configuration';
UPDATE subscriptions SET paused = json_object('by', 'configuration', 'reason', '',
    'at', CAST(unixepoch('subsec') * 1000 AS INTEGER))
  WHERE paused IS NOT NULL;
PRAGMA user_version = 2;
`;

/** The changes from version 2 to version 3, unchanged; keys of events are omitted. */
const SQLITE_VERSION_3 = `
DROP TABLE dedupe_new;
DROP TABLE dedupe_young;
DROP TABLE dedupe_all;
CREATE TABLE dedupe_new (
  key BLOB NOT NULL,
  event INTEGER NOT NULL,
  PRIMARY KEY (key, event)
) STRICT, WITHOUT ROWID;
CREATE TABLE dedupe_young (
  key BLOB NOT NULL,
  event INTEGER NOT NULL,
  PRIMARY KEY (key, event)
) STRICT, WITHOUT ROWID;
CREATE TABLE dedupe_all (
  key BLOB NOT NULL,
  event INTEGER NOT NULL,
  PRIMARY KEY (key, event)
) STRICT, WITHOUT ROWID;
CREATE TABLE removed (row INTEGER PRIMARY KEY, id BLOB NOT NULL) STRICT;
PRAGMA user_version = 3;
`;

/** The changes from version 3 to version 4, unchanged; shares of requests in quarantine are omitted. */
const SQLITE_VERSION_4 = `
ALTER TABLE subscriptions ADD COLUMN used_at INTEGER;
ALTER TABLE quarantine ADD COLUMN share TEXT NOT NULL DEFAULT '';
CREATE INDEX quarantine_share ON quarantine (source, share, id);
CREATE TABLE quarantine_shares (
  source TEXT NOT NULL,
  share TEXT NOT NULL,
  requests INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (source, share)
) STRICT, WITHOUT ROWID;
CREATE INDEX quarantine_shares_requests ON quarantine_shares (source, requests);
CREATE INDEX quarantine_shares_bytes ON quarantine_shares (source, bytes);
PRAGMA user_version = 4;
`;
