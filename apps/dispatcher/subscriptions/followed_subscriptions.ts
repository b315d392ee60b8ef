import type { Subscription, Target } from "@hookgate/types";
import type { Matching } from "../ingest/store_events.ts";
import type {
  EventStore,
  StoredSubscription,
  SubscriptionSet,
} from "../store/contract/event_store.ts";
import { matchSubscriptions } from "./match_subscriptions.ts";

/** Options for {@linkcode FollowedSubscriptions}. */
export interface FollowedSubscriptionsOptions {
  store: Pick<EventStore, "subscriptions" | "publishSubscriptions">;
  /** Is told what to serve, at the start and after every change. */
  serve: (subscriptions: readonly Subscription[]) => void;
  /** A target as the store has it: the same whatever folder the configuration is in, and without secrets. */
  storedTarget: (target: Target) => Target;
}

/**
 * The stored set of subscriptions, followed. A changed configuration is published as the next revision; a set that
 * another dispatcher published is followed. What is served is what is in both the set and the own configuration, and
 * every stream: whoever reads it may be connected anywhere.
 */
export class FollowedSubscriptions {
  readonly #options: FollowedSubscriptionsOptions;
  readonly #own = new Map<string, Subscription>();
  #matching: Matching = { revision: -1, match: () => ({ wanted: [], skipped: [] }) };
  #subscriptions: readonly StoredSubscription[] = [];

  constructor(options: FollowedSubscriptionsOptions) {
    this.#options = options;
  }

  /** What events are matched against now. */
  get matching(): Matching {
    return this.#matching;
  }

  /** The set of that revision. */
  get subscriptions(): readonly StoredSubscription[] {
    return this.#subscriptions;
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
    this.take(set);
  }

  /** Looks whether the stored set has changed, and takes it over. */
  async follow(): Promise<void> {
    const set = await this.#options.store.subscriptions();
    if (set.revision !== this.#matching.revision) this.take(set);
  }

  /** Takes over a set that an operation of the store returned; an older one than that which is followed changes nothing. */
  take({ revision, subscriptions }: SubscriptionSet): void {
    if (revision < this.#matching.revision) return;
    this.#subscriptions = subscriptions;
    this.#matching = { revision, match: matchSubscriptions(subscriptions) };
    const served = subscriptions.flatMap(({ definition, paused }) => {
      if (paused !== null) return [];
      if (definition.target.kind === "stream") return [definition];
      const own = this.#own.get(definition.name);
      return own ? [{ ...definition, target: own.target }] : [];
    });
    this.#options.serve(served);
  }
}
