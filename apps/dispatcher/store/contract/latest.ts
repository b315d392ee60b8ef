import type { Delivery } from "@hookgate/types";
import type { EventQuery } from "./events.ts";

/** The latest of an event's deliveries for each subscription: what it repeats no longer counts. */
export function latestOf(deliveries: readonly Delivery[]): Delivery[] {
  const latest = new Map<string, Delivery>();
  for (const delivery of deliveries) {
    const known = latest.get(delivery.subscription);
    if (!known || known.generation < delivery.generation) {
      latest.set(delivery.subscription, delivery);
    }
  }
  return [...latest.values()];
}

/** Whether one of an event's deliveries is what a query asks for. */
export function hasWanted(
  deliveries: readonly Delivery[],
  { state, subscription }: Pick<EventQuery, "state" | "subscription">,
): boolean {
  if (state === undefined && subscription === undefined) return true;
  return latestOf(deliveries).some(
    (one) =>
      (state === undefined || one.state === state) &&
      (subscription === undefined || one.subscription === subscription),
  );
}
