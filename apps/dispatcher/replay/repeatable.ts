import type { Delivery, DeliveryState } from "@hookgate/types";

/** Options for {@linkcode repeatable}. */
export interface RepeatableOptions {
  /** The only subscription that is meant; undefined where all are. */
  subscription: string | undefined;
  /** The state that is meant; undefined where all are. */
  state: DeliveryState | undefined;
  /** Id of the replay that asks: what it has made itself is not repeated. Null where there is none yet. */
  replay: string | null;
}

/**
 * The deliveries of one event that a replay repeats: of each subscription the latest generation, where it has ended. A
 * latest one that waits or runs is left alone, whatever became of those before it.
 */
export function repeatable(
  deliveries: readonly Delivery[],
  { subscription, state, replay }: RepeatableOptions,
): Delivery[] {
  const latest = new Map<string, Delivery>();
  for (const delivery of deliveries) {
    const known = latest.get(delivery.subscription);
    if (!known || known.generation < delivery.generation) {
      latest.set(delivery.subscription, delivery);
    }
  }
  return [...latest.values()].filter((delivery) => {
    if (delivery.state === "waiting" || delivery.state === "running") return false;
    if (subscription !== undefined && delivery.subscription !== subscription) return false;
    if (state !== undefined && delivery.state !== state) return false;
    return replay === null || delivery.replay !== replay;
  });
}
