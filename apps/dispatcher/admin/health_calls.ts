import { type AdminHandlers, RpcError } from "@hookgate/rpc";
import { QUEUE_SIZE_MAX, type WebhookHealth } from "@hookgate/types";
import { type Bookkeeping, METRIC_RETENTION_MS } from "../store/contract/bookkeeping.ts";
import type { StoreTime } from "../store/contract/event_store.ts";
import { toRpcError } from "./rpc_errors.ts";

/** The window of attempts that health looks at, in milliseconds. */
const HEALTH_WINDOW_MS = 300_000;

/** Longest window of metrics, in milliseconds: 7 days, within what the store keeps. */
const WINDOW_MS_MAX = METRIC_RETENTION_MS - 86_400_000;

/** With fewer attempts in the window, failures prove nothing. */
const ATTEMPTS_MIN = 10;

/** Share of failed attempts from which on health is degraded or unhealthy. */
const FAILURE_RATE = { degraded: 0.1, unhealthy: 0.5 };

/** How long the oldest due delivery has waited, in milliseconds. */
const OVERDUE_MS = { degraded: 60_000, unhealthy: 600_000 };

/** Deliveries waiting or running. */
const QUEUE_SIZE = { degraded: 10_000 };

/** Options for {@linkcode healthCalls}. */
export interface HealthCallsOptions {
  store: StoreTime & Pick<Bookkeeping, "metrics" | "queueState">;
}

/** The operator's calls about metrics and health. */
export function healthCalls({
  store,
}: HealthCallsOptions): Pick<AdminHandlers, "getMetrics" | "getHealth"> {
  return {
    async getMetrics(request) {
      const windowMs = request.windowMs || HEALTH_WINDOW_MS;
      if (windowMs < 0 || windowMs > WINDOW_MS_MAX) {
        throw new RpcError("INVALID_ARGUMENT", `window_ms must be 1 to ${WINDOW_MS_MAX}`);
      }
      const { received, processed, failed, retried, avgProcessingTime } = await store
        .metrics({ windowMs })
        .catch(toRpcError);
      const avgProcessingTimeMs = avgProcessingTime;
      return { received, processed, failed, retried, avgProcessingTimeMs, windowMs };
    },

    async getHealth() {
      const { health, problems } = await readHealth(store).catch(toRpcError);
      return {
        status: `HEALTH_STATUS_${health.status.toUpperCase() as Uppercase<typeof health.status>}`,
        ...(health.lastProcessed && { lastProcessedAtMs: Date.parse(health.lastProcessed) }),
        failureRate: health.failureRate,
        queueSize: health.queueSize,
        problems,
        queueCountedMax: QUEUE_SIZE_MAX,
      };
    },
  };
}

/**
 * The specification's health report. `unhealthy` if at least half of ten or more attempts in the last five minutes
 * failed, or a due delivery has waited ten minutes; `degraded` from a failure rate of 0.1, a wait of one minute, or
 * 10,000 deliveries waiting or running; else `healthy`. `problems` says why, a sentence each.
 */
async function readHealth(
  store: HealthCallsOptions["store"],
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
