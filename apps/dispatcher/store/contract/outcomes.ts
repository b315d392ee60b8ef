import { ATTEMPTS_KEPT_MAX, type Attempt, type DeliveryOrder, timeBucketOf } from "@hookgate/types";
import type { Tally } from "./buckets.ts";
import type { Outcome } from "./deliveries.ts";
import type { MetricCounts, MetricSums } from "./metrics.ts";

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

/** What {@linkcode countOutcomes} reads of an outcome. */
type CountedOutcome = Pick<Outcome, "source" | "type" | "subscription" | "next" | "attempt">;

/** Counts outcomes that were written, each in the series of its delivery. */
export function countOutcomes(tally: Tally, written: readonly CountedOutcome[]): void {
  for (const { source, type, subscription, next, attempt } of written) {
    const counts = tally.of({ source, type, subscription, outcome: "" });
    if (next.state === "delivered") counts.processed += 1;
    if (next.state === "dead") counts.failed += 1;
    if (!attempt) continue;
    if (next.state === "waiting") counts.retried += 1;
    counts.attempts += 1;
    if (attempt.outcome !== "succeeded") continue;
    counts.succeeded += 1;
    countTime(counts, attempt.durationMs);
  }
}

/** Counts that something took so long. */
function countTime(counts: MetricCounts, ms: number): void {
  const index = timeBucketOf(ms);
  counts.times[index] = (counts.times[index] ?? 0) + 1;
  counts.timedMs += ms;
}

/** The metrics of a window from the sum of its buckets. */
export function sumsOf(counts: MetricCounts): MetricSums {
  const { received, processed, failed, retried, attempts, succeeded, timedMs } = counts;
  return {
    received,
    processed,
    failed,
    retried,
    avgProcessingTime: succeeded === 0 ? 0 : timedMs / succeeded,
    failedAttempts: attempts - succeeded,
    attempts,
  };
}
