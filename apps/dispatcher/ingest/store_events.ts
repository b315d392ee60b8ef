import { type CapturedEvent, type Delivery, newId, type ReceivedEvent } from "@hookgate/types";
import type { Capture, NewDelivery } from "../store/contract/captures.ts";
import type { Claim } from "../store/contract/deliveries.ts";
import type { Matching } from "../subscriptions/match_subscriptions.ts";

/** The way into delivery for the deliveries of one commit. Disposing frees the slots that were not needed. */
export interface Admission extends Disposable {
  /** The claim to store a new delivery with, so that it starts at once; null if it has to wait its turn in the store. */
  reserve(deliveryId: string, subscription: string, bytes: number): Claim | null;
  /** The store has answered: starts what was stored for these events. */
  start(events: readonly ReceivedEvent[], storedOf: (index: number) => readonly Delivery[]): void;
}

/** What events are matched against, and who runs their deliveries. */
export interface Matched {
  entrance: {
    /** Called once for each commit. */
    admit(): Admission;
  };
  /** The set that events are matched against. */
  matching: () => Matching;
  /** Reads the set again, after a commit that was matched against an older one. */
  refreshMatching: () => Promise<void>;
}

/** Options for {@linkcode storeEvents}. */
export interface StoreEventsOptions<Result> extends Matched {
  /** One transaction of the store; null if the set of subscriptions has another revision by now. */
  commit: (captures: readonly Capture[], options: { revision: number }) => Promise<Result | null>;
  /** The deliveries that were stored for the event at this index. */
  storedOf: (result: Result, index: number) => readonly Delivery[];
}

/**
 * Stores events in one transaction, each with the deliveries that its subscriptions want, and starts those that were
 * stored. Matches again for as long as the set of subscriptions changes meanwhile.
 */
export async function storeEvents<Result>(
  events: readonly CapturedEvent[],
  options: StoreEventsOptions<Result>,
): Promise<Result> {
  for (;;) {
    const result = await tryStore(events, options);
    if (result !== null) return result;
    await options.refreshMatching();
  }
}

async function tryStore<Result>(
  events: readonly CapturedEvent[],
  { entrance, matching, commit, storedOf }: StoreEventsOptions<Result>,
): Promise<Result | null> {
  const { revision, match } = matching();
  using admission = entrance.admit();
  const captures = events.map((event): Capture => {
    const { wanted, skipped } = match(event);
    const bytes = event.body.length;
    const deliveries = wanted.map(({ subscription, orderKey }): NewDelivery => {
      const id = newId("dlv");
      const claim = admission.reserve(id, subscription, bytes);
      return { id, subscription, orderKey, claim };
    });
    return { event, deliveries, skipped };
  });
  const result = await commit(captures, { revision });
  admission.start(events, (index) => (result === null ? [] : storedOf(result, index)));
  return result;
}
