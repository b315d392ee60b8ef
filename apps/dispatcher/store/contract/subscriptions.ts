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
  /** When a subscriber was last seen on it, to within {@linkcode touchAfterMs}. Only for `stream`, and not in older stores. */
  usedAt?: number;
}

/** Whether a subscription gets no new deliveries and serves no subscriber: it left the configuration, or is being deleted. */
export function isRetired({ paused }: Pick<StoredSubscription, "paused">): boolean {
  return paused?.by === "configuration" || paused?.by === "deletion";
}

/**
 * Whether deliveries for a subscription may become due: it was not deleted and is not being deleted, else they would wait for
 * nobody. `undefined`: there is none of the name.
 */
export function mayWait(stored: Pick<StoredSubscription, "paused"> | undefined): boolean {
  return stored !== undefined && stored.paused?.by !== "deletion";
}

/** The types and sources that a subscription selects. */
export type SubscriptionFilter = Pick<Subscription, "events" | "sources">;

/** Options for `openSubscription`. */
export interface OpenSubscriptionOptions {
  /** After how long without a subscriber a name expires, in milliseconds. @default {Infinity} */
  idleMs?: number;
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

/**
 * What `changeSubscription` did. `configured`: the configuration decides its filter. `other_kind`: it is a handler's or an
 * endpoint's. `deleting`: it is being deleted.
 */
export type ChangeResult =
  | { outcome: "changed" | "same"; subscription: StoredSubscription; set: SubscriptionSet }
  | { outcome: "configured" | "other_kind" | "deleting" | "missing" };

/** What `deleteSubscription` did. `configured`: it has to be removed from the configuration first. */
export type DeleteResult =
  | { outcome: "deleting"; set: SubscriptionSet }
  | { outcome: "configured" | "missing" };

/** What a step of a deletion did. */
export interface DeletionStep {
  /** Waiting deliveries that this step cancelled. */
  cancelled: number;
  /** Whether the name is not in the set any more: nothing waits or runs. */
  deleted: boolean;
  set: SubscriptionSet;
}

/** Waiting deliveries that one step of a deletion cancels. */
export const DELETION_STEP_MAX = 500;

/** What `expireSubscriptions` did. */
export interface Expired {
  /** Names whose deletion has begun, each with the reason. */
  expired: readonly { name: string; reason: string }[];
  set: SubscriptionSet;
}

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

  /** The current set; null if its revision is this one. Each dispatcher asks every second, and a set may be large. */
  changedSubscriptions(revision: number): Promise<SubscriptionSet | null>;

  /**
   * Makes `definitions`, whose names differ, the configuration's part of the set, and returns the current set. Writes
   * nothing if they equal what is stored; their order does not count. A stored one that is missing stays, paused by
   * `configuration`, unless a subscriber opened it: that one stays as it is. One that returns loses that pause; other
   * pauses stay. A name that a subscriber opened becomes the configuration's.
   */
  publishSubscriptions(definitions: readonly Subscription[]): Promise<SubscriptionSet>;

  /**
   * Adds a subscriber's subscription to the set. If the name exists its definition is returned unchanged, even if it
   * differs. Records the use, unless one was recorded a short time ago (see {@linkcode touchAfterMs}).
   *
   * @throws {RangeError} if subscribers have added SUBSCRIPTIONS_OPENED_MAX already.
   */
  openSubscription(
    definition: Subscription,
    options?: OpenSubscriptionOptions,
  ): Promise<OpenedSubscription>;

  /**
   * Replaces the filter of a subscription that is not in the configuration: one that a subscriber opened, or a stream
   * that was taken out of the configuration, which becomes a subscriber's and is no longer paused. Stored deliveries stay.
   */
  changeSubscription(name: string, filter: SubscriptionFilter): Promise<ChangeResult>;

  /**
   * Begins to delete a subscription that is not in the configuration: it is paused by `deletion` and gets nothing new.
   * Its end is `stepDeletion`. If the configuration names it before that, it stays. Repeating it changes nothing.
   */
  deleteSubscription(name: string, options: { reason: string }): Promise<DeleteResult>;

  /**
   * Cancels at most DELETION_STEP_MAX of the waiting deliveries of a subscription that is being deleted, in one
   * transaction. If none waits or runs the name is removed from the set. Repeated until `deleted`. Of any other
   * subscription it cancels nothing.
   */
  stepDeletion(name: string): Promise<DeletionStep>;

  /**
   * Records that the `connected` names are in use, and begins to delete what nobody has used for `idleMs`: names that
   * subscribers opened, and those that left the configuration that long ago.
   */
  expireSubscriptions(options: { connected: readonly string[]; idleMs: number }): Promise<Expired>;

  /**
   * Pauses a subscription. A standing pause stays, except that one by `backlog` replaces one by `operator` or `endpoint`:
   * a subscription paused by those still gets new deliveries, and their number has a bound too.
   */
  pauseSubscription(name: string, pause: Omit<Pause, "at">): Promise<PauseResult>;

  /** Ends a pause. One by `configuration` or `deletion` is refused as `removed`. */
  resumeSubscription(name: string): Promise<ResumeResult>;

  /** Names of the subscriptions for which something waits, held back or not, paused or not, in order. */
  waitingSubscriptions(): Promise<string[]>;

  /** What waits for a subscription, counted up to `deliveriesMax`. */
  backlog(name: string, options: { deliveriesMax: number }): Promise<Backlog>;
}
