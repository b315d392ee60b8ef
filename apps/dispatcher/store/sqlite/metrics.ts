import type { DatabaseSync } from "node:sqlite";
import { QUEUE_SIZE_MAX, TIME_BUCKETS } from "@hookgate/types";
import {
  ALL_SOURCES,
  BUCKET_LEVELS,
  BUCKET_MS,
  bucketAt,
  COUNT_NAMES,
  countRequests,
  levelOf,
  noCounts,
  readsSums,
  type SeriesRoom,
  Tally,
} from "../contract/buckets.ts";
import type { BucketLevel, BucketQuery, MetricCounts } from "../contract/metrics.ts";
import { sumsOf } from "../contract/outcomes.ts";
import { prepare, type Statement } from "./rows.ts";
import type { Waiting } from "./waiting.ts";
import type { OperationsOf } from "./wire.ts";

/** Levels as the file has them. */
const LEVEL_CODES: Readonly<Record<BucketLevel, number>> = { minute: 0, hour: 1 };

/** Buckets that are added up in one call, 4 to 20 µs each, or those of one time if they are more: commits wait for it. */
const READ_MAX = 500;

const TIMES = Array.from({ length: TIME_BUCKETS }, (_, index) => `t${index}`);

/** The columns of counts. */
const COLUMNS: readonly string[] = [
  ...COUNT_NAMES.map((name) => (name === "timedMs" ? "timed_ms" : name)),
  ...TIMES,
];

/** What a capture counts; all else of its series is 0. */
const RECEIVED: readonly string[] = ["received", "duplicates"];

/**
 * Every start of a bucket from ?2 until before ?3, in steps of ?4: a look-up each finds the sums of all, where a walk through the
 * window would pass every series of every minute.
 */
const STARTS = `(WITH RECURSIVE starts (at) AS
  (SELECT ?2 WHERE ?2 < ?3 UNION ALL SELECT at + ?4 FROM starts WHERE at + ?4 < ?3) SELECT at FROM starts)`;

/** The table of buckets. What was counted in the same minute is side by side, so that a commit writes one page of it or two. */
export const BUCKETS_TABLE = `
CREATE TABLE buckets (
  level INTEGER NOT NULL,
  start INTEGER NOT NULL,
  source TEXT NOT NULL,
  type TEXT NOT NULL,
  subscription TEXT NOT NULL,
  outcome TEXT NOT NULL,
  ${COLUMNS.map((name) => `${name} ${name === "timed_ms" ? "REAL" : "INTEGER"} NOT NULL DEFAULT 0`).join(",\n  ")},
  PRIMARY KEY (level, start, source, type, subscription, outcome)
) STRICT, WITHOUT ROWID;`;

/** Adds what was counted to the buckets of `now`, within the transaction under way. */
export type CountMetrics = (now: number, tally: Tally) => void;

/** Prepares {@linkcode CountMetrics}. */
export function prepareCountMetrics(db: DatabaseSync): CountMetrics {
  const addOf = (columns: readonly string[]) => {
    const values = columns.map((_, index) => `?${index + 7}`);
    const sums = columns.map((name, index) => `${name} = ${name} + ?${index + 7}`);
    return prepare(
      db,
      `INSERT INTO buckets (level, start, source, type, subscription, outcome, ${columns.join(", ")})
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ${values.join(", ")})
       ON CONFLICT DO UPDATE SET ${sums.join(", ")}`,
    );
  };
  const add = addOf(COLUMNS);
  // What a commit counts, so that it does not bind and add forty zeros.
  const addReceived = addOf(RECEIVED);
  return (now, tally) => {
    const entries = tally.entries();
    if (entries.length === 0) return;
    for (const level of BUCKET_LEVELS) {
      const code = LEVEL_CODES[level];
      const start = bucketAt(now, level);
      for (const { source, type, subscription, outcome, counts } of entries) {
        const key = [code, start, source, type, subscription, outcome] as const;
        const isCommit = counts.attempts + counts.processed + counts.failed + counts.requests === 0;
        if (isCommit) addReceived.run(...key, counts.received, counts.duplicates);
        else add.run(...key, ...COUNT_NAMES.map((name) => counts[name]), ...counts.times);
      }
    }
  };
}

type SumRow = Record<(typeof COLUMNS)[number], number> & { step: number; name: string };

/** Prepares what counts requests and reads buckets. */
export function prepareMetrics(
  db: DatabaseSync,
  { count, series }: { count: CountMetrics; series: SeriesRoom },
): OperationsOf<"metrics" | "readBuckets" | "recordRequests" | "pruneBuckets"> {
  // A sum of no rows is null, total() of none is 0.
  const totalsOf = (columns: readonly string[]) =>
    columns.map((name) => `total(${name}) AS ${name}`).join(", ");
  const ofAll = `${STARTS} CROSS JOIN buckets WHERE level = ?1 AND start = at AND source = '${ALL_SOURCES}'`;
  const ofEach = `buckets WHERE level = ?1 AND start >= ?2 AND start < ?3 AND source <> '${ALL_SOURCES}'`;
  const sums = prepare<SumRow>(db, `SELECT ${totalsOf(COLUMNS)} FROM ${ofAll} AND outcome = ''`);
  const ends = prepare<{ start: number }>(
    db,
    `SELECT start FROM buckets WHERE level = ? AND start >= ? AND start < ? ORDER BY start LIMIT 1 OFFSET ${READ_MAX}`,
  );
  // Whole times: the key begins with them.
  const remove = prepare(
    db,
    `DELETE FROM buckets WHERE level = ?1 AND start <= (SELECT max(start) FROM
       (SELECT start FROM buckets WHERE level = ?1 AND start < ?2 ORDER BY start LIMIT ?3))`,
  );
  const prepared = new Map<string, Statement<SumRow>>();
  const statementOf = (query: BucketQuery) => {
    const name = query.by === "source_type" ? "source || char(10) || type" : (query.by ?? "''");
    const isOf = query.of === "events" ? "outcome = ''" : "outcome <> ''";
    const columns = query.of === "events" && query.subscription === "" ? RECEIVED : COLUMNS;
    const sql = `SELECT CAST((start - ?5) / ?6 AS INTEGER) AS step, ${name} AS name, ${totalsOf(columns)}
       FROM ${readsSums(query) ? ofAll : ofEach}
       AND ${isOf} AND (?7 IS NULL OR source = ?7) AND (?8 IS NULL OR type = ?8)
       AND (?9 IS NULL OR subscription = ?9) AND (?10 IS NULL OR outcome = ?10) GROUP BY 1, 2`;
    const statement = prepared.get(sql) ?? prepare<SumRow>(db, sql);
    prepared.set(sql, statement);
    return statement;
  };
  /** Where a part of the window ends that begins at `low`. */
  const endOf = (query: BucketQuery, low: number) => {
    const { level, to } = query;
    const lengthMs = BUCKET_MS[level];
    if (readsSums(query)) return Math.min(to, low + READ_MAX * lengthMs);
    const end = ends.get(LEVEL_CODES[level], low, to)?.start ?? to;
    return Math.max(end, Math.min(to, low + lengthMs));
  };
  return {
    metrics(now, { windowMs }) {
      const level = levelOf(windowMs);
      const lengthMs = BUCKET_MS[level];
      const from = bucketAt(now - windowMs, level) + lengthMs;
      const row = sums.get(LEVEL_CODES[level], from, now + 1, lengthMs);
      return sumsOf(row ? countsOf(row) : noCounts());
    },
    readBuckets(_now, { after, ...query }) {
      const { level, from, to, stepMs, source = null, type = null } = query;
      const { subscription = null, outcome = null } = query;
      const lengthMs = BUCKET_MS[level];
      const low = bucketAt((after ?? from) + lengthMs - 1, level);
      const end = endOf(query, low);
      const rows = statementOf(query).all(
        ...[LEVEL_CODES[level], low, end, lengthMs, from, stepMs],
        ...[source, type, subscription, outcome],
      );
      const sums = rows.map((row) => ({
        at: from + row.step * stepMs,
        name: row.name,
        counts: countsOf(row),
      }));
      return { sums, next: end < to ? end : null };
    },
    pruneBuckets: (_now, { level, startBefore, limit }) =>
      Number(remove.run(LEVEL_CODES[level], startBefore, limit).changes),
    recordRequests(now, requests) {
      const tally = new Tally(series, now);
      countRequests(tally, requests);
      count(now, tally);
    },
  };
}

function countsOf(row: SumRow): MetricCounts {
  return {
    received: row["received"] ?? 0,
    duplicates: row["duplicates"] ?? 0,
    processed: row["processed"] ?? 0,
    failed: row["failed"] ?? 0,
    retried: row["retried"] ?? 0,
    attempts: row["attempts"] ?? 0,
    succeeded: row["succeeded"] ?? 0,
    requests: row["requests"] ?? 0,
    timedMs: row["timed_ms"] ?? 0,
    times: TIMES.map((name) => row[name] ?? 0),
  };
}

/** Prepares `queueState`. */
export function prepareQueueState(db: DatabaseSync, waiting: Waiting): OperationsOf<"queueState"> {
  const size = prepare<{ size: number }>(
    db,
    `SELECT count(*) AS size FROM (SELECT 1 FROM deliveries
     INDEXED BY deliveries_open WHERE state <> 2 AND state <= 1 LIMIT ${QUEUE_SIZE_MAX})`,
  );
  const processed = prepare<{ last_processed_at: number | null }>(
    db,
    "SELECT last_processed_at FROM facts",
  );
  return {
    queueState: (now) => ({
      size: size.get()?.size ?? 0,
      oldestDueAt: waiting.operations.nextDueAt(now, waiting.subscriptions()),
      lastProcessedAt: processed.get()?.last_processed_at ?? null,
    }),
  };
}
