import type { Metrics } from "@hookgate/telemetry";
import type { BreakerState } from "./breaker.ts";

/** Counts how often the breakers of endpoints change their state. Returns what tells of a change. */
export function countBreakers(
  metrics: Metrics,
): (subscription: string, state: BreakerState) => void {
  const changes = metrics.counter({
    name: "hookgate_breaker_changes_total",
    help: "Changes of an endpoint's breaker, by the state that it has then.",
    labels: ["subscription", "state"],
  });
  return (subscription, state) => changes.inc({ subscription, state });
}
