import type { Delivery, DeliveryState } from "@hookgate/types";
import { latestOf } from "../store/contract/latest.ts";

/** Options for {@linkcode repeatable}. */
export interface RepeatableOptions {
  /** The subscription to repeat for; undefined for all. */
  subscription: string | undefined;
  /** The state to repeat; undefined for all that have ended. */
  state: DeliveryState | undefined;
  /** The group of failures to repeat; undefined for all. */
  failure: string | undefined;
  /** Id of the replay: it does not repeat deliveries that it made itself. Null if it is not created yet. */
  replay: string | null;
}

/**
 * The deliveries of one event that a replay repeats: the latest generation of each subscription, if it has ended. If it
 * waits or runs, earlier generations are not repeated either.
 */
export function repeatable(
  deliveries: readonly Delivery[],
  { subscription, state, failure, replay }: RepeatableOptions,
): Delivery[] {
  return latestOf(deliveries).filter((delivery) => {
    if (delivery.state === "waiting" || delivery.state === "running") return false;
    if (subscription !== undefined && delivery.subscription !== subscription) return false;
    if (state !== undefined && delivery.state !== state) return false;
    if (failure !== undefined && delivery.failure !== failure) return false;
    return replay === null || delivery.replay !== replay;
  });
}
