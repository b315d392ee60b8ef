import type { Log } from "@hookgate/telemetry";
import type { WebhookMetrics } from "@hookgate/types";
import type { Bookkeeping } from "../store/contract/bookkeeping.ts";

/** The specification's interval between metrics lines, in milliseconds. */
export const METRICS_EVERY_MS = 300_000;

/** The specification's bound: more failures than this in one interval are a warning. */
const FAILED_WARN_ABOVE = 10;

/** Logs the metrics of the last interval; with a warning where more than ten deliveries ended dead in it. */
export async function logMetrics(store: Bookkeeping, { log }: { log: Log }): Promise<void> {
  const sums = await store.metrics({ windowMs: METRICS_EVERY_MS });
  const { received, processed, failed, retried, avgProcessingTime } = sums;
  const metrics: WebhookMetrics = { received, processed, failed, retried, avgProcessingTime };
  log.info({ metrics, windowMs: METRICS_EVERY_MS }, "metrics of the last five minutes");
  if (failed > FAILED_WARN_ABOVE) {
    log.warn({ failed, windowMs: METRICS_EVERY_MS }, "more than 10 deliveries ended dead");
  }
}
