import { relative } from "node:path";
import type { Subscription, Target } from "@hookgate/types";
import type {
  StoredSubscription,
  SubscriptionSet,
  Subscriptions,
} from "../store/contract/subscriptions.ts";
import type { ReadFieldsElsewhere } from "./body_fields.ts";
import { type Matching, matchSubscriptions } from "./match_subscriptions.ts";

/** Options for {@linkcode FollowedSubscriptions}. */
export interface FollowedSubscriptionsOptions {
  store: Pick<Subscriptions, "changedSubscriptions" | "publishSubscriptions">;
  /** Called with the subscriptions to serve, at the start and after every change. */
  serve: (subscriptions: readonly Subscription[]) => void;
  /** Called with the names that are no longer there, or are being deleted. */
  drop: (names: readonly string[]) => void;
  /** A target as the store keeps it: independent of the configuration's folder, and without secrets. */
  storedTarget: (target: Target) => Target;
  /** Looks into large bodies. @default {at once, like into all others} */
  readElsewhere?: ReadFieldsElsewhere;
}

/**
 * Follows the stored set of subscriptions. A changed configuration is published as the next revision; sets that other
 * dispatchers publish are followed.
 *
 * This dispatcher serves what is in both the newest set and its own configuration, plus every stream, because
 * subscribers may connect to any dispatcher. Calls may overlap in any order: the newest set and the last published
 * configuration win.
 */
export class FollowedSubscriptions {
  readonly #options: FollowedSubscriptionsOptions;
  #configured: ReadonlyMap<string, Subscription> = new Map();
  #matching: Matching = { revision: -1, match: () => ({ wanted: [], skipped: [] }) };
  #subscriptions: readonly StoredSubscription[] = [];
  #publishing: Promise<unknown> = Promise.resolve();

  constructor(options: FollowedSubscriptionsOptions) {
    this.#options = options;
  }

  /** What new events are matched against. */
  get matching(): Matching {
    return this.#matching;
  }

  /** The set of that revision. */
  get subscriptions(): readonly StoredSubscription[] {
    return this.#subscriptions;
  }

  /** Makes this configuration the stored set. Calls that overlap are carried out one after the other. */
  publish(subscriptions: readonly Subscription[]): Promise<void> {
    const published = this.#publishing.then(() => this.#publish(subscriptions));
    this.#publishing = published.catch(() => {});
    return published;
  }

  /**
   * Reads the stored set, and adopts it if it has changed.
   *
   * @throws {Error} with a message for an operator if the store has an older set than the one that was followed: no event could be
   * stored any more, because a commit needs the current revision.
   */
  async follow(): Promise<void> {
    const known = this.#matching.revision;
    const set = await this.#options.store.changedSubscriptions(known);
    if (set === null) return;
    if (set.revision < known) {
      throw new Error(
        "Cannot follow the subscriptions: the store was emptied, or restored from a backup, while in use; restart every dispatcher",
      );
    }
    this.adopt(set);
  }

  /** Follows a set that a store operation returned. Ignores a set that is older than the one followed now. */
  adopt({ revision, subscriptions }: SubscriptionSet): void {
    if (revision < this.#matching.revision) return;
    const kept = new Set(
      subscriptions.filter(isNotDeleted).map(({ definition }) => definition.name),
    );
    const known = this.#subscriptions.map(({ definition }) => definition.name);
    this.#subscriptions = subscriptions;
    const dropped = known.filter((name) => !kept.has(name));
    if (dropped.length > 0) this.#options.drop(dropped);
    const { readElsewhere } = this.#options;
    this.#matching = { revision, match: matchSubscriptions(subscriptions, { readElsewhere }) };
    this.#serve();
  }

  async #publish(subscriptions: readonly Subscription[]): Promise<void> {
    const { store, storedTarget } = this.#options;
    const definitions = subscriptions.map((subscription) => ({
      ...subscription,
      target: storedTarget(subscription.target),
    }));
    const set = await store.publishSubscriptions(definitions);
    this.#configured = new Map(subscriptions.map((one) => [one.name, one]));
    // A newer set may have been adopted while the store answered: then that one is served with this configuration.
    if (set.revision < this.#matching.revision) this.#serve();
    else this.adopt(set);
  }

  #serve(): void {
    const served = this.#subscriptions.flatMap(({ definition, paused }) => {
      if (paused !== null) return [];
      if (definition.target.kind === "stream") return [definition];
      const configured = this.#configured.get(definition.name);
      return configured ? [{ ...definition, target: configured.target }] : [];
    });
    this.#options.serve(served);
  }
}

function isNotDeleted({ paused }: StoredSubscription): boolean {
  return paused?.by !== "deletion";
}

/** A target as the store keeps it: handlers relative to the configuration's folder `dir`, endpoints without secrets and headers. */
export function storedTarget(target: Target, { dir }: { dir: string }): Target {
  if (target.kind === "handler") return { ...target, path: relative(dir, target.path) };
  return target.kind === "endpoint" ? { ...target, secrets: [], headers: [] } : target;
}
