import type { Delivery } from "./wire.ts";

/** The latest delivery for each subscription: what it repeats no longer counts. */
export function latestOf(deliveries: readonly Delivery[]): Delivery[] {
  const latest = new Map<string, Delivery>();
  for (const delivery of deliveries) {
    const known = latest.get(delivery.subscription);
    if (!known || known.generation < delivery.generation)
      latest.set(delivery.subscription, delivery);
  }
  return [...latest.values()];
}
