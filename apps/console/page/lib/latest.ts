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

/** The subscription that an edited copy is most likely for: one whose latest delivery ended dead, else the first; "" if there is none. */
export function likelyFor(deliveries: readonly Delivery[]): string {
  const latest = latestOf(deliveries);
  return (latest.find(({ state }) => state === "dead") ?? latest[0])?.subscription ?? "";
}
