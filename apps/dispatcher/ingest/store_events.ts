import { type Delivery, newId, type ReceivedEvent } from "@hookgate/types";
import type { DeliveryLoop } from "../delivery/delivery_loop.ts";
import type { Capture, NewDelivery } from "../store/contract/captures.ts";
import type { Matching } from "../subscriptions/match_subscriptions.ts";

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
    const { wanted, skipped } = match(event);
    const bytes = event.body.length;
    const deliveries = wanted.map(({ subscription, orderKey }): NewDelivery => {
      const id = newId("dlv");
      const reserved = loop.reserve(subscription, bytes);
      return { id, subscription, orderKey, claim: reserved ? claim : null };
    });
    return { event, deliveries, skipped };
  });
  /** Gives back the slots of deliveries that do not run: they were not stored, or are held back. */
  const releaseUnused = ({ event, deliveries }: Capture, stored: readonly Delivery[]) => {
    const running = new Set(stored.flatMap(({ id, state }) => (state === "running" ? id : [])));
    for (const { id, subscription, claim: reserved } of deliveries) {
      if (reserved && !running.has(id)) loop.release(subscription, event.body.length);
    }
  };
  let result: Result | null = null;
  try {
    result = await commit(captures, { revision });
  } catch (error) {
    loop.forget(claim, { answered: false });
    for (const capture of captures) releaseUnused(capture, []);
    throw error;
  }
  captures.forEach((capture, index) => {
    const { event } = capture;
    const stored = result === null ? [] : storedOf(result, index);
    for (const delivery of stored) {
      // Deliveries that replace dead ones are of the event that was stored first.
      const of = delivery.eventId === event.id ? event : { ...event, id: delivery.eventId };
      if (delivery.state === "running") loop.run({ delivery, event: of, claim });
      else if (delivery.nextAttemptAt !== null) loop.expectBacklog(delivery.subscription);
    }
    releaseUnused(capture, stored);
  });
  loop.forget(claim, { answered: true });
  return result;
}
