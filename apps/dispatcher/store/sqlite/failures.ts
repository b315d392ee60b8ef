import type { DatabaseSync } from "node:sqlite";
import {
  addToSlots,
  FailureBatch,
  failuresToPrune,
  type KnownFailures,
} from "../contract/decide_failures.ts";
import type { FailureGroup, FailureMark } from "../contract/failures.ts";
import { prepare } from "./rows.ts";
import type { OperationsOf } from "./wire.ts";

/** Groups of failures, by their ids. */
export const FAILURES_TABLE = `
CREATE TABLE IF NOT EXISTS failures (
  id TEXT PRIMARY KEY,
  subscription TEXT NOT NULL,
  kind TEXT NOT NULL,
  error_class TEXT NOT NULL,
  message TEXT NOT NULL,
  frame TEXT NOT NULL,
  target TEXT NOT NULL,
  file_sha256 TEXT NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  dead INTEGER NOT NULL,
  slots TEXT NOT NULL,
  mark TEXT,
  delivery_id TEXT NOT NULL,
  event_id TEXT NOT NULL,
  error TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS failures_subscription ON failures (subscription);`;

interface FailureRow {
  id: string;
  subscription: string;
  kind: FailureGroup["kind"];
  error_class: string;
  message: string;
  frame: string;
  target: string;
  file_sha256: string;
  first_at: number;
  last_at: number;
  attempts: number;
  dead: number;
  slots: string;
  mark: string | null;
  delivery_id: string;
  event_id: string;
  error: string;
}

/** Counts the failures of one batch, within the transaction under way. */
export interface CountFailures {
  /** Begins a batch. */
  begin(): FailureBatch;
  /** Writes what it adds. */
  write(batch: FailureBatch, now: number): void;
}

/** Prepares {@linkcode CountFailures}. */
export function prepareCountFailures(db: DatabaseSync): CountFailures {
  const read = prepare<{ slots: string }>(db, "SELECT slots FROM failures WHERE id = ?");
  const size = prepare<{ groups: number }>(
    db,
    "SELECT count(*) AS groups FROM failures WHERE subscription = ?",
  );
  const add = prepare(
    db,
    `INSERT INTO failures
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10, ?11, ?12, NULL, ?13, ?14, ?15)
     ON CONFLICT (id) DO UPDATE SET last_at = max(last_at, ?9), attempts = attempts + ?10,
       dead = dead + ?11, slots = ?12, delivery_id = ?13, event_id = ?14, error = ?15`,
  );
  const known: KnownFailures = {
    isKnown: (id) => read.get(id) !== undefined,
    groups: (subscription) => size.get(subscription)?.groups ?? 0,
  };
  return {
    begin: () => new FailureBatch(known),
    write(batch, now) {
      for (const { sign, subscription, attempts, dead, sample } of batch.additions) {
        const slots = addToSlots(JSON.parse(read.get(sign.id)?.slots ?? "{}"), attempts, now);
        add.run(
          ...[sign.id, subscription, sign.kind, sign.errorClass, sign.message, sign.frame],
          ...[sign.target, sign.fileSha256, now, attempts, dead, JSON.stringify(slots)],
          ...[sample.deliveryId, sample.eventId, sample.error],
        );
      }
    },
  };
}

/** Prepares what reads and marks groups. */
export function prepareFailures(
  db: DatabaseSync,
): OperationsOf<"failures" | "failure" | "markFailure" | "pruneFailures"> {
  const all = prepare<FailureRow>(db, "SELECT * FROM failures");
  const some = prepare<FailureRow>(db, "SELECT * FROM failures WHERE subscription = ?");
  const one = prepare<FailureRow>(db, "SELECT * FROM failures WHERE id = ?");
  const mark = prepare(db, "UPDATE failures SET mark = ? WHERE id = ?");
  const times = prepare<{ id: string; lastAt: number }>(
    db,
    "SELECT id, last_at AS lastAt FROM failures",
  );
  const remove = prepare(db, "DELETE FROM failures WHERE id = ?");

  function find(id: string): FailureGroup | null {
    const row = one.get(id);
    return row ? readGroup(row) : null;
  }

  return {
    failures: (_now, { subscription }) =>
      (subscription === undefined ? all.all() : some.all(subscription)).map(readGroup),
    failure: (_now, id) => find(id),
    markFailure(_now, id, given) {
      mark.run(JSON.stringify(given), id);
      return find(id);
    },
    pruneFailures(_now, options) {
      const old = failuresToPrune(times.all(), options);
      for (const id of old) remove.run(id);
      return old.length;
    },
  };
}

function readGroup(row: FailureRow): FailureGroup {
  return {
    id: row.id,
    subscription: row.subscription,
    kind: row.kind,
    errorClass: row.error_class,
    message: row.message,
    frame: row.frame,
    target: row.target,
    fileSha256: row.file_sha256,
    firstAt: row.first_at,
    lastAt: row.last_at,
    attempts: row.attempts,
    dead: row.dead,
    slots: JSON.parse(row.slots),
    mark: row.mark === null ? null : (JSON.parse(row.mark) as FailureMark),
    sample: { deliveryId: row.delivery_id, eventId: row.event_id, error: row.error },
  };
}
