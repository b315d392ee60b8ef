import type { Config } from "@hookgate/config";
import type { Log, Metrics } from "@hookgate/telemetry";
import { logMetrics, METRICS_EVERY_MS } from "./admin/log_metrics.ts";
import { PRUNE_EVENTS_EVERY_MS, pruneEvents } from "./admin/prune_events.ts";
import { PRUNE_EVERY_MS, pruneQuarantine } from "./admin/prune_quarantine.ts";
import { subscriptionGauges } from "./admin/subscription_gauges.ts";
import { WATCH_BACKLOGS_EVERY_MS, watchBacklogs } from "./admin/watch_backlogs.ts";
import { WATCH_EVERY_MS, watchHandshakes } from "./admin/watch_handshakes.ts";
import type { DeliveryLoop } from "./delivery/delivery_loop.ts";
import type { RecurringWork } from "./schedule/scheduler.ts";
import type { EventStore } from "./store/contract/event_store.ts";
import type { FollowedSubscriptions } from "./subscriptions/followed_subscriptions.ts";

/** A dispatcher whose heartbeat is older than this is dead: others take over what it ran. */
const HEARTBEAT_STALE_MS = 8_000;

/** Between two looks for dead dispatchers. */
const TAKE_OVER_EVERY_MS = 2_000;

/** Options for {@linkcode recurringWork}. */
export interface RecurringWorkOptions {
  store: EventStore;
  dispatcherId: string;
  /** The configuration of now. */
  config: () => Config;
  loop: Pick<DeliveryLoop, "lookEverywhere">;
  subscriptions: Pick<FollowedSubscriptions, "subscriptions" | "adopt">;
  metrics: Metrics;
  log: Log;
}

/** What Agenda has a dispatcher do again and again; of several dispatchers one does it each time. */
export function recurringWork(options: RecurringWorkOptions): RecurringWork[] {
  const { store, dispatcherId, config, loop, subscriptions, metrics, log } = options;
  const takeOver = async () => {
    const taken = await store.takeOver({ dispatcherId, staleMs: HEARTBEAT_STALE_MS });
    if (taken === 0) return;
    log.warn({ deliveries: taken }, "took over from a dead dispatcher");
    loop.lookEverywhere();
  };
  return [
    { name: "take over", everyMs: TAKE_OVER_EVERY_MS, work: takeOver },
    { name: "metrics", everyMs: METRICS_EVERY_MS, work: () => logMetrics(store, { log }) },
    {
      name: "prune quarantine",
      everyMs: PRUNE_EVERY_MS,
      work: () => pruneQuarantine(store, { quarantineMs: config().retention.quarantineMs, log }),
    },
    {
      name: "prune events",
      everyMs: PRUNE_EVENTS_EVERY_MS,
      work: pruneEvents({ store, retention: () => config().retention, log }),
    },
    {
      name: "watch backlogs",
      everyMs: WATCH_BACKLOGS_EVERY_MS,
      work: watchBacklogs({
        store,
        adopt: (set) => subscriptions.adopt(set),
        ...subscriptionGauges({ metrics, subscriptions: () => subscriptions.subscriptions }),
        log,
      }),
    },
    {
      name: "watch handshakes",
      everyMs: WATCH_EVERY_MS,
      work: watchHandshakes({ store, sources: () => config().sources, log }),
    },
  ];
}
