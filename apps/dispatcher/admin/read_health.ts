import type { WebhookHealth } from "@hookgate/types";
import type { Bookkeeping } from "../store/contract/bookkeeping.ts";
import type { StoreTime } from "../store/contract/event_store.ts";

/** The window of attempts that health looks at, in milliseconds. */
export const HEALTH_WINDOW_MS = 300_000;

/** Below this many attempts in the window their failures prove nothing. */
const ATTEMPTS_MIN = 10;

/** From here on things are degraded, and from there on unhealthy. */
const FAILURE_RATE = { degraded: 0.1, unhealthy: 0.5 };

/** How long the oldest due delivery has waited, in milliseconds. */
const OVERDUE_MS = { degraded: 60_000, unhealthy: 600_000 };

/** Deliveries waiting or running. */
const QUEUE_SIZE = { degraded: 10_000 };

/**
 * Reads the specification's health report. It is `unhealthy` when at least half of ten or more attempts in the last
 * five minutes failed, or a due delivery has waited ten minutes; `degraded` from a failure rate of 0.1, a wait of one
 * minute, or 10,000 deliveries waiting or running; else `healthy`. `problems` says why, a sentence each.
 */
export async function readHealth(
  store: StoreTime & Bookkeeping,
): Promise<{ health: WebhookHealth; problems: string[] }> {
  const [sums, queue] = await Promise.all([
    store.metrics({ windowMs: HEALTH_WINDOW_MS }),
    store.queueState(),
  ]);
  const failureRate = sums.attempts === 0 ? 0 : sums.failedAttempts / sums.attempts;
  const overdueMs = queue.oldestDueAt === null ? 0 : Math.max(0, store.now() - queue.oldestDueAt);
  const problems: string[] = [];
  let status: WebhookHealth["status"] = "healthy";
  const report = (severe: boolean, problem: string) => {
    if (severe) status = "unhealthy";
    else if (status === "healthy") status = "degraded";
    problems.push(problem);
  };
  if (sums.attempts >= ATTEMPTS_MIN && failureRate >= FAILURE_RATE.degraded) {
    const share = `${Math.round(failureRate * 100)} % of ${sums.attempts} attempts`;
    report(failureRate >= FAILURE_RATE.unhealthy, `${share} in the last five minutes failed.`);
  }
  if (overdueMs >= OVERDUE_MS.degraded) {
    const waited = `${Math.round(overdueMs / 1_000)} s`;
    report(overdueMs >= OVERDUE_MS.unhealthy, `A due delivery has waited for ${waited}.`);
  }
  if (queue.size >= QUEUE_SIZE.degraded) {
    report(false, `${queue.size} or more deliveries are waiting or running.`);
  }
  const lastProcessed =
    queue.lastProcessedAt === null ? null : new Date(queue.lastProcessedAt).toISOString();
  return { health: { status, lastProcessed, failureRate, queueSize: queue.size }, problems };
}
