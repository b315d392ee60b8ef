import type { Subscription, Target } from "@hookgate/types";
import type { Matching } from "../ingest/store_events.ts";
import type { EventStore, SubscriptionSet } from "../store/event_store.ts";
import { matchSubscriptions } from "./match_subscriptions.ts";

/** Options for {@linkcode FollowedSubscriptions}. */
export interface FollowedSubscriptionsOptions {
  store: Pick<EventStore, "subscriptions" | "publishSubscriptions">;
  /** Is told what to serve, at the start and after every change. */
  serve: (subscriptions: readonly Subscription[]) => void;
  /** How the store names a target, so that the same configuration in another folder is the same set. */
  storedTarget: (target: Target) => Target;
}

/**
 * The stored set of subscriptions, followed. A changed configuration is published as the next revision; a set that
 * another dispatcher published is followed; what is served is what is in both the set and the own configuration.
 */
export class FollowedSubscriptions {
  readonly #options: FollowedSubscriptionsOptions;
  readonly #own = new Map<string, Subscription>();
  #matching: Matching = { revision: -1, match: () => [] };

  constructor(options: FollowedSubscriptionsOptions) {
    this.#options = options;
  }

  /** What events are matched against now. */
  get matching(): Matching {
    return this.#matching;
  }

  /** Makes the own configuration the stored set. */
  async publish(subscriptions: readonly Subscription[]): Promise<void> {
    const { store, storedTarget } = this.#options;
    const definitions = subscriptions.map((subscription) => ({
      ...subscription,
      target: storedTarget(subscription.target),
    }));
    const set = await store.publishSubscriptions(definitions);
    this.#own.clear();
    for (const subscription of subscriptions) this.#own.set(subscription.name, subscription);
    this.#apply(set);
  }

  /** Looks whether the stored set has changed, and takes it over. */
  async follow(): Promise<void> {
    const set = await this.#options.store.subscriptions();
    if (set.revision !== this.#matching.revision) this.#apply(set);
  }

  #apply({ revision, subscriptions }: SubscriptionSet): void {
    this.#matching = { revision, match: matchSubscriptions(subscriptions) };
    const served = subscriptions.flatMap(({ definition, paused }) => {
      const own = this.#own.get(definition.name);
      return own && paused === null ? [{ ...definition, target: own.target }] : [];
    });
    this.#options.serve(served);
  }
}
