import type { DatabaseSync } from "node:sqlite";
import { QUEUE_SIZE_MAX } from "@hookgate/types";
import {
  METRIC_BUCKET_MS,
  METRIC_RETENTION_MS,
  type MetricSums,
  type QueueState,
} from "../contract/bookkeeping.ts";
import type { Waiting } from "./waiting.ts";

/** What one call adds to the bucket of its minute. */
export interface MetricCounts {
  received?: number;
  processed?: number;
  failed?: number;
  retried?: number;
  attempts?: number;
  succeeded?: number;
  succeededMs?: number;
}

/** Adds to the bucket of `now`, within the transaction under way. */
export type CountMetrics = (now: number, counts: MetricCounts) => void;

/** Prepares the writing side: buckets that are too old go when a new one begins. */
export function prepareCountMetrics(db: DatabaseSync): CountMetrics {
  const add = db.prepare(`INSERT INTO metrics VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    ON CONFLICT (bucket) DO UPDATE SET received = received + ?2, processed = processed + ?3,
      failed = failed + ?4, retried = retried + ?5, attempts = attempts + ?6,
      succeeded = succeeded + ?7, succeeded_ms = succeeded_ms + ?8`);
  const remove = db.prepare("DELETE FROM metrics WHERE bucket < ?");
  let latest = 0;
  return (now, counts) => {
    const bucket = now - (now % METRIC_BUCKET_MS);
    if (bucket !== latest) remove.run(bucket - METRIC_RETENTION_MS);
    latest = bucket;
    const { received = 0, processed = 0, failed = 0, retried = 0 } = counts;
    const { attempts = 0, succeeded = 0, succeededMs = 0 } = counts;
    add.run(bucket, received, processed, failed, retried, attempts, succeeded, succeededMs);
  };
}

/** Prepares `metrics`. */
export function prepareMetrics(db: DatabaseSync): (windowMs: number, now: number) => MetricSums {
  const sums = db.prepare(`SELECT sum(received) AS received, sum(processed) AS processed,
    sum(failed) AS failed, sum(retried) AS retried, sum(attempts) AS attempts,
    sum(succeeded) AS succeeded, sum(succeeded_ms) AS succeeded_ms
    FROM metrics WHERE bucket > ?`);
  return (windowMs, now) => {
    const row = sums.get(now - windowMs) ?? {};
    const read = (name: string) => Number(row[name] ?? 0);
    const [attempts, succeeded] = [read("attempts"), read("succeeded")];
    return {
      received: read("received"),
      processed: read("processed"),
      failed: read("failed"),
      retried: read("retried"),
      avgProcessingTime: succeeded === 0 ? 0 : read("succeeded_ms") / succeeded,
      failedAttempts: attempts - succeeded,
      attempts,
    };
  };
}

/** Prepares `queueState`. */
export function prepareQueueState(db: DatabaseSync, waiting: Waiting): () => QueueState {
  const size = db.prepare(`SELECT count(*) AS size FROM (SELECT 1 FROM deliveries
    INDEXED BY deliveries_open WHERE state <> 2 AND state <= 1 LIMIT ${QUEUE_SIZE_MAX})`);
  const processed = db.prepare("SELECT last_processed_at FROM facts");
  return () => ({
    size: size.get()?.["size"] as number,
    oldestDueAt: waiting.nextDueAt(waiting.subscriptions()),
    lastProcessedAt: processed.get()?.["last_processed_at"] as number | null,
  });
}
