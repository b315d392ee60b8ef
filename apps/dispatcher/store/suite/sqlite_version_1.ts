/** The schema as version 1 made it, to the letter: files that have it are still about. */
export const SQLITE_VERSION_1 = `
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
