import { type Delivery, newId, type ReceivedEvent } from "@hookgate/types";
import type { DeliveryLoop } from "../delivery/delivery_loop.ts";
import type { Capture, NewDelivery } from "../store/event_store.ts";

/** The current set of subscriptions, as a commit needs it. */
export interface Matching {
  revision: number;
  match: (type: string) => readonly string[];
}

/** What events are matched against, and who runs their deliveries. */
export interface Matched {
  loop: Pick<DeliveryLoop, "newClaim" | "forget" | "reserve" | "release" | "run" | "expectBacklog">;
  /** The set that events are matched against. */
  matching: () => Matching;
  /** Reads the set anew, after a commit that was matched against an older one. */
  refreshMatching: () => Promise<void>;
}

/** Options for {@linkcode storeEvents}. */
export interface StoreEventsOptions<Result> extends Matched {
  /** One transaction of the store; null where the set of subscriptions is not that of this revision any more. */
  commit: (captures: readonly Capture[], options: { revision: number }) => Promise<Result | null>;
  /** The deliveries that were stored for the event at this index. */
  storedOf: (result: Result, index: number) => readonly Delivery[];
}

/**
 * Stores events in one transaction, each with the deliveries that its subscriptions want, and starts those that were
 * stored; matched again for as long as the set of subscriptions changes under it.
 */
export async function storeEvents<Result>(
  events: readonly ReceivedEvent[],
  options: StoreEventsOptions<Result>,
): Promise<Result> {
  for (;;) {
    const result = await tryStore(events, options);
    if (result !== null) return result;
    await options.refreshMatching();
  }
}

async function tryStore<Result>(
  events: readonly ReceivedEvent[],
  { loop, matching, commit, storedOf }: StoreEventsOptions<Result>,
): Promise<Result | null> {
  const { revision, match } = matching();
  const claim = loop.newClaim();
  const captures = events.map((event): Capture => {
    const deliveries = match(event.type).map((subscription): NewDelivery => {
      const id = newId("dlv");
      return { id, subscription, claim: loop.reserve(subscription) ? claim : null };
    });
    return { event, deliveries };
  });
  /** Gives back the slots of deliveries that were not stored. */
  const releaseUnused = (deliveries: readonly NewDelivery[], stored: readonly Delivery[]) => {
    for (const { id, subscription, claim: reserved } of deliveries) {
      if (reserved && !stored.some((one) => one.id === id)) loop.release(subscription);
    }
  };
  let result: Result | null = null;
  try {
    result = await commit(captures, { revision });
  } catch (error) {
    loop.forget(claim, { answered: false });
    for (const { deliveries } of captures) releaseUnused(deliveries, []);
    throw error;
  }
  captures.forEach(({ event, deliveries }, index) => {
    const stored = result === null ? [] : storedOf(result, index);
    for (const delivery of stored) {
      // Deliveries that replace dead ones are of the event that was stored first.
      const of = delivery.eventId === event.id ? event : { ...event, id: delivery.eventId };
      if (delivery.state === "running") loop.run({ delivery, event: of, claim });
      else loop.expectBacklog(delivery.subscription);
    }
    releaseUnused(deliveries, stored);
  });
  loop.forget(claim, { answered: true });
  return result;
}
