import type { DatabaseSync } from "node:sqlite";
import { shareOf } from "../contract/decide_quarantine.ts";
import { createKeyOf } from "../contract/identify.ts";
import { completeDefinition } from "../contract/version_1.ts";
import { CHANGES_TABLE } from "./changes.ts";
import { DATA_KEYS_TABLE } from "./data_keys.ts";
import { FAILURES_TABLE } from "./failures.ts";
import { BUCKETS_TABLE } from "./metrics.ts";
import { NOTES_TABLE } from "./notes.ts";
import { PROPOSALS_TABLE } from "./proposals.ts";
import { prepare } from "./rows.ts";

/** Version of the schema below, kept in the file's `user_version`. */
export const SCHEMA_VERSION = 12;

/** Marks the file as ours (`application_id`): "hook" in ASCII. */
const APPLICATION_ID = 0x686f6f6b;

/** Tables of dedupe keys, from the newest to the largest. */
export const DEDUPE_TIERS = ["dedupe_fresh", "dedupe_new", "dedupe_young", "dedupe_all"] as const;

/** Those that version 3 had. */
const DEDUPE_TIERS_3 = DEDUPE_TIERS.slice(1);

const tierTable = (tier: string) => `CREATE TABLE ${tier} (
    key BLOB NOT NULL,
    event INTEGER NOT NULL,
    PRIMARY KEY (key, event)
  ) STRICT, WITHOUT ROWID;`;

/** The ids of removed events, which keys still name by their rows. */
const REMOVED = "CREATE TABLE removed (row INTEGER PRIMARY KEY, id BLOB NOT NULL) STRICT;";

/**
 * The changes from version 2 to version 3: keys that need no more of an event than its id, because they outlive it. In the order
 * of keys, so that each page is written once.
 */
const TO_VERSION_3 = `
${DEDUPE_TIERS_3.map((tier) => `DROP TABLE ${tier}; ${tierTable(tier)}`).join("\n")}
${REMOVED}
INSERT INTO ${DEDUPE_TIERS.at(-1)}
  SELECT event_key(source, provider_event_id, body_sha256) AS key, row FROM events ORDER BY key, row;`;

const DELIVERY_INDEXES = `
CREATE INDEX deliveries_due ON deliveries (subscription, replayed, next_at)
  WHERE state = 0 AND next_at IS NOT NULL;
CREATE INDEX deliveries_held ON deliveries (subscription, order_key, position)
  WHERE state = 0 AND next_at IS NULL;
CREATE INDEX deliveries_backlog ON deliveries (subscription, event, body_bytes) WHERE state = 0;
CREATE INDEX deliveries_replay ON deliveries (replay)
  WHERE replay IS NOT NULL AND state = 0 AND attempt = 0;`;

const ORDER_AND_REPLAYS = `
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
) STRICT, WITHOUT ROWID;`;

/** The changes from version 1 to version 2: order, replays, what was skipped, who paused. */
const TO_VERSION_2 = `
ALTER TABLE events ADD COLUMN skipped TEXT;
ALTER TABLE deliveries ADD COLUMN body_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN order_key TEXT;
ALTER TABLE deliveries ADD COLUMN position INTEGER;
ALTER TABLE deliveries ADD COLUMN replay BLOB;
ALTER TABLE deliveries ADD COLUMN replayed INTEGER AS (replay IS NOT NULL);
UPDATE deliveries SET body_bytes = (SELECT length(body) FROM events e WHERE e.row = event)
  WHERE state <> 2;
DROP INDEX deliveries_due;
${DELIVERY_INDEXES}
${ORDER_AND_REPLAYS}
ALTER TABLE subscriptions ADD COLUMN origin TEXT NOT NULL DEFAULT 'configuration';
UPDATE subscriptions SET paused = json_object('by', 'configuration', 'reason', '',
    'at', CAST(unixepoch('subsec') * 1000 AS INTEGER))
  WHERE paused IS NOT NULL;`;

const QUARANTINE_ADDRESSES = `
CREATE INDEX quarantine_share ON quarantine (source, share, id);
CREATE TABLE quarantine_shares (
  source TEXT NOT NULL,
  share TEXT NOT NULL,
  requests INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (source, share)
) STRICT, WITHOUT ROWID;
CREATE INDEX quarantine_shares_requests ON quarantine_shares (source, requests);
CREATE INDEX quarantine_shares_bytes ON quarantine_shares (source, bytes);`;

/** The changes from version 3 to version 4: when a subscriber was last seen, and what each address keeps in quarantine. */
const TO_VERSION_4 = `
ALTER TABLE subscriptions ADD COLUMN used_at INTEGER;
ALTER TABLE quarantine ADD COLUMN share TEXT NOT NULL DEFAULT '';
UPDATE quarantine SET share = quarantine_share(address);
${QUARANTINE_ADDRESSES}
INSERT INTO quarantine_shares
  SELECT source, share, count(*), sum(bytes) FROM quarantine GROUP BY source, share;`;

/** The changes from version 4 to version 6. Some files of version 4 have the first tables already. */
const AUDIT_WORDS_AND_CLOCK = `
CREATE TABLE IF NOT EXISTS audit (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  caller TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  reason TEXT NOT NULL,
  outcome TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS enrolment_words (
  source TEXT PRIMARY KEY,
  word TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS clock_steps (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  ms INTEGER NOT NULL
) STRICT;
INSERT OR IGNORE INTO clock_steps VALUES (1, 0);`;

/**
 * The changes from version 6 to version 7: counts by source, type and subscription, where earlier ones know only the sums of all;
 * failures by their causes; and what changed.
 */
const TO_VERSION_7 = `
${BUCKETS_TABLE}
INSERT INTO buckets (level, start, source, type, subscription, outcome, received, processed, failed,
    retried, attempts, succeeded, timed_ms)
  SELECT 0, bucket, '*', '', '', '', received, processed, failed, retried, attempts, succeeded, succeeded_ms
  FROM metrics WHERE bucket > (SELECT max(bucket) FROM metrics) - 172800000;
INSERT INTO buckets (level, start, source, type, subscription, outcome, received, processed, failed,
    retried, attempts, succeeded, timed_ms)
  SELECT 1, bucket / 3600000 * 3600000 AS hour, '*', '', '', '', sum(received), sum(processed), sum(failed),
    sum(retried), sum(attempts), sum(succeeded), sum(succeeded_ms) FROM metrics GROUP BY hour;
DROP TABLE metrics;
ALTER TABLE deliveries ADD COLUMN failure BLOB;
${FAILURES_TABLE}
${CHANGES_TABLE}`;

/** The changes from version 7 to version 8: `next_at` is in the store's steady time, which begins with the clock as it is now. */
const TO_VERSION_8 = `
ALTER TABLE clock_steps ADD COLUMN earlier INTEGER NOT NULL DEFAULT 0;
UPDATE clock_steps SET earlier = -ms;`;

/** The changes from version 8 to version 9: data keys, and what is kept encrypted of refused requests. */
const TO_VERSION_9 = `
${DATA_KEYS_TABLE}
ALTER TABLE quarantine ADD COLUMN sealed BLOB;`;

/**
 * States are numbers (see `STATE_CODES`). Ids are the 16 bytes of their UUIDv7, so that an index on them grows at its
 * end. The tiers of dedupe keys are explained at `prepareDedupe`.
 *
 * `deliveries_open` omits delivered ones, which are nearly all, so it stays small. It finds what is running, counts the
 * queue, and has the dead in the order of lists. `deliveries_due` omits what is held back, which is in `deliveries_held`.
 * `next_at` is in the time that `prepareSteadyTime` keeps, which no step of the clock moves. `deliveries_backlog` has everything that waits, with its size, and grows at its end: sorted by size, each delivery would
 * write a page of its own. `deliveries_held` and `deliveries_replay` are empty unless an order or a replay is used.
 * `order_keys` is explained at `prepareOrder`.
 *
 * `quarantine_sources` sums up what is kept of each source, so that its bounds are known without counting, and
 * `quarantine_shares` what is kept of each of its addresses.
 */
const SCHEMA = `
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
  skipped TEXT,
  body_sha256 BLOB NOT NULL,
  headers BLOB NOT NULL,
  body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX events_id ON events (id);
CREATE INDEX events_type ON events (type, id);
CREATE INDEX events_source ON events (source, id);
CREATE INDEX events_unhandled ON events (id) WHERE unhandled = 1;

${DEDUPE_TIERS.map(tierTable).join("\n")}
${REMOVED}

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
  token TEXT,
  body_bytes INTEGER NOT NULL DEFAULT 0,
  order_key TEXT,
  position INTEGER,
  replay BLOB,
  replayed INTEGER AS (replay IS NOT NULL),
  failure BLOB
) STRICT;
CREATE UNIQUE INDEX deliveries_id ON deliveries (id);
CREATE UNIQUE INDEX deliveries_generation ON deliveries (event, subscription, generation);
${DELIVERY_INDEXES}
CREATE INDEX deliveries_open ON deliveries (state, event_id) WHERE state <> 2;

${ORDER_AND_REPLAYS}

CREATE TABLE subscriptions (
  name TEXT PRIMARY KEY,
  definition TEXT NOT NULL,
  paused TEXT,
  origin TEXT NOT NULL DEFAULT 'configuration',
  used_at INTEGER
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
  body BLOB NOT NULL,
  share TEXT NOT NULL DEFAULT '',
  sealed BLOB
) STRICT;
CREATE UNIQUE INDEX quarantine_id ON quarantine (id);
CREATE INDEX quarantine_source ON quarantine (source, id);
CREATE INDEX quarantine_received ON quarantine (received_at);
${QUARANTINE_ADDRESSES}

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

${BUCKETS_TABLE}

CREATE TABLE facts (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  revision INTEGER NOT NULL,
  last_processed_at INTEGER
) STRICT;
INSERT INTO facts VALUES (1, 0, NULL);

${AUDIT_WORDS_AND_CLOCK}
${TO_VERSION_8}
${FAILURES_TABLE}
${CHANGES_TABLE}
${DATA_KEYS_TABLE}
${PROPOSALS_TABLE}
${NOTES_TABLE}
`;

/**
 * Creates the schema in an empty file and migrates an earlier version's, in one transaction. Refuses a file that is not
 * ours or that a newer Hookgate wrote.
 *
 * @throws {Error} with a message for an operator.
 */
export function prepareSchema(db: DatabaseSync, file: string): void {
  const isNew = readPragma(db, "application_id") === 0 && readPragma(db, "user_version") === 0;
  if (isNew && isEmpty(db)) {
    db.exec(`BEGIN IMMEDIATE; ${SCHEMA}
      PRAGMA application_id = ${APPLICATION_ID};
      PRAGMA user_version = ${SCHEMA_VERSION};
      COMMIT;`);
    return;
  }
  const version = refuseForeign(db, file);
  if (version === SCHEMA_VERSION) return;
  // If this throws, the caller closes the file, which undoes it.
  db.exec("BEGIN IMMEDIATE");
  if (version < 2) leaveVersion1(db);
  if (version < 3) leaveVersion2(db);
  if (version < 4) leaveVersion3(db);
  if (version < 6) db.exec(AUDIT_WORDS_AND_CLOCK);
  if (version < 7) db.exec(TO_VERSION_7);
  if (version < 8) db.exec(TO_VERSION_8);
  if (version < 9) db.exec(TO_VERSION_9);
  if (version < 10) db.exec(PROPOSALS_TABLE);
  // From version 10 to version 11: what dispatchers share.
  if (version < 11) db.exec(NOTES_TABLE);
  // From version 11 to version 12: the smallest tier of keys.
  db.exec(tierTable(DEDUPE_TIERS[0]));
  db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
}

/**
 * Reads the version of a store's file. Refuses a file that is not ours or that a newer Hookgate wrote.
 *
 * @throws {Error} with a message for an operator.
 */
export function refuseForeign(db: DatabaseSync, file: string): number {
  const version = readPragma(db, "user_version");
  if (readPragma(db, "application_id") !== APPLICATION_ID) {
    throw new Error(`Cannot open the store: ${file} is another program's database`);
  }
  if (version > SCHEMA_VERSION) {
    throw new Error(
      `Cannot open the store: ${file} has schema version ${version}, newer than ${SCHEMA_VERSION}, ` +
        "the newest that this version of Hookgate knows; run the newer one, or restore a backup from before it",
    );
  }
  if (version < 1) {
    throw new Error(`Cannot open the store: ${file} has the unknown schema version ${version}`);
  }
  return version;
}

function leaveVersion1(db: DatabaseSync): void {
  db.exec(TO_VERSION_2);
  const write = prepare(db, "UPDATE subscriptions SET definition = ? WHERE name = ?");
  const all = prepare<{ name: string; definition: string }>(db, "SELECT * FROM subscriptions");
  for (const { name, definition } of all.all()) {
    write.run(JSON.stringify(completeDefinition(JSON.parse(definition))), name);
  }
}

/** Version 2 knew an event by its id and body, or by its body. */
function leaveVersion2(db: DatabaseSync): void {
  const keyOf = createKeyOf();
  db.function("event_key", { deterministic: true }, (source, providerEventId, bodySha256) => {
    const facts = { source: String(source), providerEventId: String(providerEventId) };
    const dedupe = providerEventId === "" ? "body" : "id_and_body";
    const { slot, body } = keyOf({ ...facts, dedupe }, bodySha256 as Uint8Array);
    return Buffer.concat([slot, body]);
  });
  db.exec(TO_VERSION_3);
}

function leaveVersion3(db: DatabaseSync): void {
  db.function("quarantine_share", { deterministic: true }, (address) => shareOf(String(address)));
  db.exec(TO_VERSION_4);
}

function isEmpty(db: DatabaseSync): boolean {
  return db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
}

function readPragma(db: DatabaseSync, name: string): number {
  const [value] = Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {});
  return Number(value);
}
