import type { ConfiguredSource } from "@hookgate/config";
import { type AdminHandlers, RpcError } from "@hookgate/rpc";
import type { Log } from "@hookgate/telemetry";
import { QUEUE_SIZE_MAX } from "@hookgate/types";
import type { Matched } from "../ingest/store_events.ts";
import { METRIC_RETENTION_MS } from "../store/contract/bookkeeping.ts";
import type { EventStore } from "../store/contract/event_store.ts";
import type { StoredSubscription } from "../store/contract/subscriptions.ts";
import { asked } from "./asked.ts";
import { deliveryCalls } from "./delivery_calls.ts";
import { eventCalls } from "./event_calls.ts";
import { quarantineCalls } from "./quarantine_calls.ts";
import { HEALTH_WINDOW_MS, readHealth } from "./read_health.ts";
import { replayCalls } from "./replay_calls.ts";
import { secretCalls } from "./secret_calls.ts";
import { type SubscriptionCallsOptions, subscriptionCalls } from "./subscription_calls.ts";

/** Longest window of metrics, in milliseconds: 7 days, within what the store keeps. */
const WINDOW_MS_MAX = METRIC_RETENTION_MS - 86_400_000;

/** Options for {@linkcode createAdmin}. */
export interface CreateAdminOptions
  extends Matched,
    Pick<SubscriptionCallsOptions, "statusOf" | "adoptSubscriptions" | "lookForReplays"> {
  store: EventStore;
  /** The sources of the configuration of now. */
  sources: () => readonly ConfiguredSource[];
  /** The set of subscriptions as it is followed. */
  subscriptions: () => readonly StoredSubscription[];
  /** Has due deliveries claimed at once, after an operator made one due. */
  wake: (subscription: string) => void;
  log: Log;
}

/** The operator's calls, over the store. */
export function createAdmin(options: CreateAdminOptions): AdminHandlers {
  const { store } = options;
  return {
    ...eventCalls(options),
    ...deliveryCalls(options),
    ...subscriptionCalls(options),
    ...replayCalls(options),
    ...quarantineCalls(options),
    ...secretCalls(options),

    async getMetrics(request) {
      const windowMs = request.windowMs || HEALTH_WINDOW_MS;
      if (windowMs < 0 || windowMs > WINDOW_MS_MAX) {
        throw new RpcError("INVALID_ARGUMENT", `window_ms must be 1 to ${WINDOW_MS_MAX}`);
      }
      const { received, processed, failed, retried, avgProcessingTime } = await asked(
        store.metrics({ windowMs }),
      );
      const avgProcessingTimeMs = avgProcessingTime;
      return { received, processed, failed, retried, avgProcessingTimeMs, windowMs };
    },

    async getHealth() {
      const { health, problems } = await asked(readHealth(store));
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
