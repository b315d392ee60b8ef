import { ATTEMPTS_KEPT_MAX, type Attempt, type DeliveryOrder } from "@hookgate/types";
import { METRIC_BUCKET_MS, type MetricSums } from "./bookkeeping.ts";
import type { Outcome } from "./deliveries.ts";

/** What is added to a metric bucket, or the sum of several buckets. */
export interface MetricCounts {
  received: number;
  processed: number;
  failed: number;
  retried: number;
  attempts: number;
  succeededAttempts: number;
  /** Sum of the durations of the attempts that succeeded, in milliseconds. */
  succeededMs: number;
}

/** Nothing counted. */
export const NO_COUNTS: Readonly<MetricCounts> = {
  received: 0,
  processed: 0,
  failed: 0,
  retried: 0,
  attempts: 0,
  succeededAttempts: 0,
  succeededMs: 0,
};

/** A delivery's attempts with one more: of too many the first and the latest are kept, and only the last has a response. */
export function appendAttempt(earlier: readonly Attempt[], attempt: Attempt): Attempt[] {
  const attempts = [...earlier.map((one) => ({ ...one, response: null })), attempt];
  if (attempts.length > ATTEMPTS_KEPT_MAX) attempts.splice(1, attempts.length - ATTEMPTS_KEPT_MAX);
  return attempts;
}

/** Whether an outcome ends its delivery's turn in an order, so that the next one of the key is due. */
export function endsTurn(outcome: Outcome): outcome is Outcome & { order: DeliveryOrder } {
  return outcome.order !== null && outcome.next.state === "delivered";
}

/** When the metric bucket of a time begins. */
export function bucketAt(now: number): number {
  return Math.floor(now / METRIC_BUCKET_MS) * METRIC_BUCKET_MS;
}

/** What outcomes that were written add to the metrics. */
export function countOutcomes(written: readonly Outcome[]): MetricCounts {
  const counts = { ...NO_COUNTS };
  for (const { next, attempt } of written) {
    if (next.state === "delivered") counts.processed += 1;
    if (next.state === "dead") counts.failed += 1;
    if (!attempt) continue;
    if (next.state === "waiting") counts.retried += 1;
    counts.attempts += 1;
    if (attempt.outcome !== "succeeded") continue;
    counts.succeededAttempts += 1;
    counts.succeededMs += attempt.durationMs;
  }
  return counts;
}

/** The metrics of a window from the sum of its buckets. */
export function sumsOf(counts: MetricCounts): MetricSums {
  const { received, processed, failed, retried, attempts, succeededAttempts, succeededMs } = counts;
  return {
    received,
    processed,
    failed,
    retried,
    avgProcessingTime: succeededAttempts === 0 ? 0 : succeededMs / succeededAttempts,
    failedAttempts: attempts - succeededAttempts,
    attempts,
  };
}
