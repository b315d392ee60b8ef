import { deadline } from "@hookgate/async";
import type { Log, Metrics } from "@hookgate/telemetry";
import type { StoredSubscription } from "../store/contract/subscriptions.ts";
import type { Activity } from "../subscriptions/activity.ts";

/** How long a scrape of metrics waits for the store, in milliseconds. */
const MEASURE_MS_MAX = 1_000;

/** Options for {@linkcode subscriptionGauges}. */
export interface SubscriptionGaugesOptions {
  /** The followed set of subscriptions. */
  subscriptions: () => readonly StoredSubscription[];
  activity: Pick<Activity, "all">;
  log: Log;
}

/** Adds the gauges of paused subscriptions and of backlogs. Every dispatcher shows the latest count, whichever made it. */
export function subscriptionGauges(metrics: Metrics, options: SubscriptionGaugesOptions): void {
  const { subscriptions, activity, log } = options;
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
    async collect(gauge) {
      gauge.reset();
      try {
        const all = await deadline(activity.all(), {
          ms: MEASURE_MS_MAX,
          late: () => {
            throw new Error(`Cannot measure backlogs: no answer within ${MEASURE_MS_MAX} ms`);
          },
        });
        gauge.reset();
        for (const { definition } of subscriptions()) {
          const { name: subscription } = definition;
          const counted = all.get(subscription)?.counted ?? null;
          if (counted) gauge.set({ subscription }, counted.deliveries);
        }
      } catch (error) {
        log.warn({ err: error }, "backlogs not measured, leaving them out of this scrape");
      }
    },
  });
}
