import type { DatabaseSync } from "node:sqlite";
import { QUEUE_SIZE_MAX } from "@hookgate/types";
import { METRIC_RETENTION_MS } from "../contract/bookkeeping.ts";
import { bucketAt, type MetricCounts, NO_COUNTS, sumsOf } from "../contract/outcomes.ts";
import { prepare } from "./rows.ts";
import type { Waiting } from "./waiting.ts";
import type { OperationsOf } from "./wire.ts";

/** Adds to the bucket of `now`, within the transaction under way. */
export type CountMetrics = (now: number, counts: Partial<MetricCounts>) => void;

/** Prepares {@linkcode CountMetrics}. Old buckets are removed when a new one begins. */
export function prepareCountMetrics(db: DatabaseSync): CountMetrics {
  const add = prepare(
    db,
    `INSERT INTO metrics VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
     ON CONFLICT (bucket) DO UPDATE SET received = received + ?2, processed = processed + ?3,
       failed = failed + ?4, retried = retried + ?5, attempts = attempts + ?6,
       succeeded = succeeded + ?7, succeeded_ms = succeeded_ms + ?8`,
  );
  const remove = prepare(db, "DELETE FROM metrics WHERE bucket < ?");
  let latest = 0;
  return (now, given) => {
    const bucket = bucketAt(now);
    if (bucket !== latest) remove.run(bucket - METRIC_RETENTION_MS);
    latest = bucket;
    const counts = { ...NO_COUNTS, ...given };
    add.run(
      bucket,
      counts.received,
      counts.processed,
      counts.failed,
      counts.retried,
      counts.attempts,
      counts.succeededAttempts,
      counts.succeededMs,
    );
  };
}

/** Prepares `metrics` and `queueState`. */
export function prepareMetrics(
  db: DatabaseSync,
  waiting: Waiting,
): OperationsOf<"metrics" | "queueState"> {
  // A sum of no rows is null, total() of none is 0.
  const sums = prepare<MetricCounts>(
    db,
    `SELECT total(received) AS received, total(processed) AS processed, total(failed) AS failed,
     total(retried) AS retried, total(attempts) AS attempts,
     total(succeeded) AS succeededAttempts, total(succeeded_ms) AS succeededMs
     FROM metrics WHERE bucket > ?`,
  );
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
    metrics: (now, { windowMs }) => sumsOf(sums.get(now - windowMs) ?? NO_COUNTS),
    queueState: (now) => ({
      size: size.get()?.size ?? 0,
      oldestDueAt: waiting.operations.nextDueAt(now, waiting.subscriptions()),
      lastProcessedAt: processed.get()?.last_processed_at ?? null,
    }),
  };
}
