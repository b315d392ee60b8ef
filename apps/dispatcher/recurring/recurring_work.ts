import type { Config } from "@hookgate/config";
import type { Log } from "@hookgate/telemetry";
import type { WebhookMetrics } from "@hookgate/types";
import type { DeliveryLoop } from "../delivery/delivery_loop.ts";
import { NOTIFY_EVERY_MS, type Notifier } from "../notify/notifier.ts";
import type { RecurringWork } from "../schedule/scheduler.ts";
import type { PassedTime } from "../sources/passed_time.ts";
import type { EventStore } from "../store/contract/event_store.ts";
import type { Metrics } from "../store/contract/metrics.ts";
import { type Activity, HEARTBEAT_STALE_MS } from "../subscriptions/activity.ts";
import type { FollowedSubscriptions } from "../subscriptions/followed_subscriptions.ts";
import { EXPIRE_SUBSCRIPTIONS_EVERY_MS, expireSubscriptions } from "./expire_subscriptions.ts";
import { HANDSHAKES_EVERY_MS, watchHandshakes } from "./handshakes.ts";
import type { Heartbeats } from "./heartbeats.ts";
import {
  PRUNE_BUCKETS_EVERY_MS,
  PRUNE_DATA_KEYS_EVERY_MS,
  PRUNE_EVENTS_EVERY_MS,
  PRUNE_FAILURES_EVERY_MS,
  PRUNE_KEYS_EVERY_MS,
  PRUNE_LOGS_EVERY_MS,
  PRUNE_QUARANTINE_EVERY_MS,
  pruneBuckets,
  pruneDataKeys,
  pruneEvents,
  pruneFailures,
  pruneKeys,
  pruneLogs,
  pruneQuarantine,
} from "./retention.ts";
import { WATCH_BACKLOGS_EVERY_MS, watchBacklogs } from "./watch_backlogs.ts";

/** Between two looks for dead dispatchers, in milliseconds. */
const TAKE_OVER_EVERY_MS = 1_000;

/** The specification's interval between metrics lines, in milliseconds. */
const METRICS_EVERY_MS = 300_000;

/** The specification's bound: more failures than this in one interval are a warning. */
const FAILED_WARN_ABOVE = 10;

/** Options for {@linkcode recurringWork}. */
export interface RecurringWorkOptions {
  store: EventStore;
  dispatcherId: string;
  heartbeats: Pick<Heartbeats, "steadyMs">;
  passed: Pick<PassedTime, "ago" | "since">;
  /** The current configuration. */
  config: () => Config;
  loop: Pick<DeliveryLoop, "lookEverywhere">;
  subscriptions: Pick<FollowedSubscriptions, "adopt">;
  activity: Pick<Activity, "count" | "all">;
  notifier: Pick<Notifier, "look">;
  log: Log;
}

/** All recurring work. Of several dispatchers one does it each time. */
export function recurringWork(options: RecurringWorkOptions): RecurringWork[] {
  const { store, passed, config, subscriptions, activity, notifier, log } = options;
  return [
    {
      name: "take over",
      everyMs: TAKE_OVER_EVERY_MS,
      work: () => takeOver(options),
    },
    { name: "metrics", everyMs: METRICS_EVERY_MS, work: () => logMetrics(store, { log }) },
    {
      name: "prune quarantine",
      everyMs: PRUNE_QUARANTINE_EVERY_MS,
      work: () => {
        const { quarantineMs } = config().retention;
        return pruneQuarantine(store, { passed, quarantineMs, log });
      },
    },
    {
      name: "prune failures",
      everyMs: PRUNE_FAILURES_EVERY_MS,
      work: () => pruneFailures(store, { passed, log }),
    },
    {
      name: "prune logs",
      everyMs: PRUNE_LOGS_EVERY_MS,
      work: () => pruneLogs(store, { passed, log }),
    },
    {
      name: "prune metrics",
      everyMs: PRUNE_BUCKETS_EVERY_MS,
      work: () => pruneBuckets({ store, passed }),
    },
    {
      name: "prune data keys",
      everyMs: PRUNE_DATA_KEYS_EVERY_MS,
      work: () => pruneDataKeys(store, { passed, log }),
    },
    {
      name: "prune events",
      everyMs: PRUNE_EVENTS_EVERY_MS,
      work: pruneEvents({ store, passed, retention: () => config().retention, log }),
    },
    {
      name: "prune keys",
      everyMs: PRUNE_KEYS_EVERY_MS,
      work: pruneKeys({ store, passed, config, log }),
    },
    {
      name: "watch backlogs",
      everyMs: WATCH_BACKLOGS_EVERY_MS,
      work: watchBacklogs({
        store,
        // What waits in the embedded store moves along with its clock, so its clock alone says it.
        dueForMs: store.shared ? (at) => passed.since(at) : (at) => store.now() - at,
        adopt: (set) => subscriptions.adopt(set),
        onBacklog: (name, { deliveries }) => activity.count(name, { deliveries, at: store.now() }),
        log,
      }),
    },
    {
      name: "expire subscriptions",
      everyMs: EXPIRE_SUBSCRIPTIONS_EVERY_MS,
      work: expireSubscriptions({
        store,
        passed,
        activity,
        idleMs: () => config().retention.subscriptionsMs,
        adopt: (set) => subscriptions.adopt(set),
        log,
      }),
    },
    {
      name: "watch handshakes",
      everyMs: HANDSHAKES_EVERY_MS,
      work: watchHandshakes({ store, passed, sources: () => config().sources, log }),
    },
    { name: "notify", everyMs: NOTIFY_EVERY_MS, work: () => notifier.look() },
  ];
}

/**
 * Takes over from dispatchers whose heartbeat is old. After an outage of the store every heartbeat is old, also those of
 * living dispatchers: this one's own have to have succeeded long enough for the others to have written theirs again.
 */
async function takeOver(options: RecurringWorkOptions): Promise<void> {
  const { store, dispatcherId, heartbeats, loop, log } = options;
  if (heartbeats.steadyMs < HEARTBEAT_STALE_MS) return;
  const taken = await store.takeOver({ dispatcherId, staleMs: HEARTBEAT_STALE_MS });
  if (taken === 0) return;
  log.warn({ deliveries: taken }, "took over from a dead dispatcher");
  loop.lookEverywhere();
}

/** Logs the metrics of the last interval, with a warning if more than ten deliveries ended dead in it. */
async function logMetrics(store: Pick<Metrics, "metrics">, { log }: { log: Log }): Promise<void> {
  const sums = await store.metrics({ windowMs: METRICS_EVERY_MS });
  const { received, processed, failed, retried, avgProcessingTime } = sums;
  const metrics: WebhookMetrics = { received, processed, failed, retried, avgProcessingTime };
  log.info({ metrics, windowMs: METRICS_EVERY_MS }, "metrics of the last five minutes");
  if (failed > FAILED_WARN_ABOVE) {
    log.warn({ failed, windowMs: METRICS_EVERY_MS }, "more than 10 deliveries ended dead");
  }
}
