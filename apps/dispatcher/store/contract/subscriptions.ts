import type { Pause, Subscription } from "@hookgate/types";

/** How many subscriptions subscribers can add to the set. */
export const SUBSCRIPTIONS_OPENED_MAX = 1_000;

/** The stored set of subscriptions. */
export interface SubscriptionSet {
  /** 0 in a new store; each change adds one. */
  revision: number;
  /** Sorted by name. */
  subscriptions: readonly StoredSubscription[];
}

/** A subscription as it is stored. */
export interface StoredSubscription {
  definition: Subscription;
  /** Where it comes from: the configuration, or a subscriber that opened a stream of this name. */
  origin: "configuration" | "stream";
  /** Why its deliveries are not claimed; null if they are. */
  paused: Pause | null;
}

/** What `openSubscription` found. */
export interface OpenedSubscription {
  /** Whether this call made it. */
  created: boolean;
  subscription: StoredSubscription;
  set: SubscriptionSet;
}

/** What `pauseSubscription` did. */
export type PauseResult =
  | { outcome: "paused" | "already_paused"; pause: Pause; set: SubscriptionSet }
  | { outcome: "missing" };

/** What `resumeSubscription` did. `removed`: the configuration no longer names it, and has to first. */
export type ResumeResult =
  | { outcome: "resumed"; pause: Pause; set: SubscriptionSet }
  | { outcome: "not_paused" | "removed" | "missing" };

/** What waits for a subscription. */
export interface Backlog {
  /** Waiting deliveries, including those held back, counted up to `deliveriesMax`. */
  deliveries: number;
  /** Bodies of the counted deliveries, in bytes. */
  bytes: number;
  /** The earliest `nextAttemptAt`; null if nothing will be due. */
  oldestDueAt: number | null;
}

/**
 * The set of subscriptions. Each change is atomic, durable, and the next revision. Once a change resolves, no commit that
 * was matched against an older revision succeeds (see `commit`).
 */
export interface Subscriptions {
  /** The current set. */
  subscriptions(): Promise<SubscriptionSet>;

  /**
   * Makes `definitions`, whose names differ, the configuration's part of the set, and returns the current set. Writes
   * nothing if they equal what is stored; their order does not count. A stored one that is missing stays, paused by
   * `configuration`, unless a subscriber opened it: that one stays as it is. One that returns loses that pause; other
   * pauses stay. A name that a subscriber opened becomes the configuration's.
   */
  publishSubscriptions(definitions: readonly Subscription[]): Promise<SubscriptionSet>;

  /**
   * Adds a subscriber's subscription to the set. If the name exists it is returned unchanged, even if its definition
   * differs.
   *
   * @throws {RangeError} if subscribers have added SUBSCRIPTIONS_OPENED_MAX already.
   */
  openSubscription(definition: Subscription): Promise<OpenedSubscription>;

  /**
   * Pauses a subscription. A standing pause stays, except that one by `backlog` replaces one by `operator` or `endpoint`:
   * a subscription paused by those still gets new deliveries, and their number has a bound too.
   */
  pauseSubscription(name: string, pause: Omit<Pause, "at">): Promise<PauseResult>;

  /** Ends a pause. One by `configuration` is refused as `removed`. */
  resumeSubscription(name: string): Promise<ResumeResult>;

  /** What waits for a subscription, counted up to `deliveriesMax`. */
  backlog(name: string, options: { deliveriesMax: number }): Promise<Backlog>;
}
