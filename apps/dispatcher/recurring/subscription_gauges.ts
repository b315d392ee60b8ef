import type { Metrics } from "@hookgate/telemetry";
import type { StoredSubscription } from "../store/contract/subscriptions.ts";
import type { WatchBacklogsOptions } from "./watch_backlogs.ts";

/** Options for {@linkcode subscriptionGauges}. */
export interface SubscriptionGaugesOptions {
  metrics: Metrics;
  /** The set of subscriptions as it is followed. */
  subscriptions: () => readonly StoredSubscription[];
}

/** Adds the gauges of what is paused and of what waits. Returns what the watch over backlogs tells of its counts. */
export function subscriptionGauges({
  metrics,
  subscriptions,
}: SubscriptionGaugesOptions): Required<Pick<WatchBacklogsOptions, "onBacklog">> {
  const counted = new Map<string, number>();
  metrics.gauge({
    name: "hookgate_subscription_paused",
    help: "1 for each subscription that is paused, by whom it is.",
    labels: ["subscription", "by"],
    collect(gauge) {
      gauge.reset();
      for (const { definition, paused } of subscriptions()) {
        if (paused) gauge.set({ subscription: definition.name, by: paused.by }, 1);
      }
    },
  });
  metrics.gauge({
    name: "hookgate_subscription_backlog",
    help: "Deliveries that wait for a subscription, as they were last counted, up to its bound.",
    labels: ["subscription"],
    collect(gauge) {
      gauge.reset();
      const names = new Set(subscriptions().map(({ definition }) => definition.name));
      for (const [subscription, deliveries] of counted) {
        if (names.has(subscription)) gauge.set({ subscription }, deliveries);
        else counted.delete(subscription);
      }
    },
  });
  return { onBacklog: (name, { deliveries }) => void counted.set(name, deliveries) };
}
