import type { Attempt, Delivery, DeliveryOrder, ReceivedEvent } from "@hookgate/types";
import type { FailureSign } from "./failures.ts";

/** Who holds a running delivery. Only the holder of the token may write the outcome. */
export interface Claim {
  /** Id of the dispatcher, made when it starts. */
  dispatcherId: string;
  /** Never used twice: each call that claims makes its own. */
  token: string;
}

/** What a subscription has room for. */
export interface Slots {
  deliveries: number;
  /** How many of `deliveries` may come from replays. */
  replayed: number;
  /** Sum of the bodies, in bytes. The first delivery of a subscription may exceed it. */
  bytes: number;
}

/** A claimed delivery and its event. */
export interface ClaimedDelivery {
  delivery: Delivery;
  event: ReceivedEvent;
  claim: Claim;
}

/** Where a delivery goes after an attempt, decided by `decideNext`. */
export type Next =
  | { state: "delivered" }
  | { state: "waiting"; nextAttemptAt: number }
  | { state: "dead"; reason: string };

/** What to write for a claimed delivery. */
export interface Outcome {
  deliveryId: string;
  /** What the delivery is counted by: source and type of its event, and its subscription. */
  source: string;
  type: string;
  subscription: string;
  claim: Claim;
  next: Next;
  /** The charged attempt; null if none is charged (an interruption, a claim given back). */
  attempt: Attempt | null;
  /** What the attempt is counted as if it failed; null if it did not, or none is charged. */
  failure: FailureSign | null;
  /** The delivery's new count of interruptions. */
  interruptions: number;
  /** Whether the delivery is suspected of losing its handler host. */
  suspect: boolean;
  /** The delivery's place in an order; null if it has none. It does not change, but says what is written together. */
  order: DeliveryOrder | null;
}

/** What `retryDelivery` found. */
export type RetryResult =
  | { outcome: "due"; delivery: Delivery }
  | { outcome: "refused"; delivery: Delivery }
  /** Its subscription was deleted, or is being deleted. */
  | { outcome: "deleted"; delivery: Delivery }
  | { outcome: "missing" };

/** What `cancelDelivery` found. */
export type CancelResult =
  | { outcome: "cancelled"; delivery: Delivery; dueNow: string | null }
  | { outcome: "refused"; delivery: Delivery }
  | { outcome: "missing" };

/** What one dispatcher does for one subscription. */
export interface SubscriptionActivity {
  name: string;
  /** Attempts that run there. */
  running: number;
  /** Streams of subscribers that are connected there. */
  streams: number;
  /** Null if the subscription has none. */
  breaker: "closed" | "open" | "half_open" | null;
  /** Until when its endpoint wants nothing (Retry-After), in milliseconds since 1970; null if it has not said so. */
  heldUntil: number | null;
  /** The backlog when that dispatcher last counted it; null if it has not. */
  counted: { deliveries: number; at: number } | null;
}

/** What one dispatcher does, as it said with its last heartbeat. */
export interface DispatcherActivity {
  dispatcherId: string;
  subscriptions: readonly SubscriptionActivity[];
}

/** Claims deliveries, writes their outcomes, and returns lost ones to the queue. */
export interface Deliveries {
  /**
   * Claims due deliveries and returns them as they are then: `running`.
   *
   * - Fenced: a delivery is claimed by one caller only. Claiming charges nothing.
   * - Order: live deliveries before those of replays, then by `nextAttemptAt`.
   * - Bounds: per named subscription its slots; in all `limit` deliveries and `bytesMax` of bodies, but always at least
   *   one delivery. A body counts once for each delivery. Claiming stops, for that subscription or in all, before the
   *   first delivery that would exceed a bound.
   *
   * Paused subscriptions give nothing. One that is not in the set is not paused.
   */
  claimDue(options: {
    claim: Claim;
    slots: ReadonlyMap<string, Slots>;
    limit: number;
    bytesMax: number;
  }): Promise<ClaimedDelivery[]>;

  /**
   * Writes outcomes, in order. Returns for each whether it was written; if so, its claim has ended. Outcomes that end a turn
   * in an order (see `endsTurn`) come in calls of their own: they may have to wait for other dispatchers.
   *
   * - Durable: a written outcome survives any crash.
   * - Atomic: all outcomes, what they make due, and their counts are one transaction.
   * - Fenced: an outcome is written only if its delivery is `running` under exactly that claim.
   *
   * Appends the attempt and sets `attempt` to its number. Of more than ATTEMPTS_KEPT_MAX attempts the first and the
   * latest are kept, that many in all; only the last one keeps its `response`. If a delivery with an order key ends
   * `delivered`, the next waiting one of the key is due now.
   *
   * Counts what was written, by source, type and subscription: `delivered` as processed, `dead` as failed, `waiting` with an
   * attempt as retried; every attempt, every failed one, and the time of those that succeeded. Adds failures to their groups,
   * and names the group in the delivery; beyond FAILURE_GROUPS_MAX groups of a subscription a new one is counted as its `other`.
   *
   * @throws {TooMuchAtOnceError} if it keeps losing to other dispatchers: parts of it may succeed.
   */
  settle(outcomes: readonly Outcome[]): Promise<boolean[]>;

  /** The earliest `nextAttemptAt` of the waiting deliveries of these subscriptions, paused ones left out; null if there is none. */
  nextDueAt(subscriptions: readonly string[]): Promise<number | null>;

  /**
   * The distinct seconds (`nextAttemptAt` rounded down, in milliseconds) in which deliveries of unpaused subscriptions
   * are due, earliest first, at most `limit`. Alarms are refilled from it at start.
   */
  dueSeconds(options: { limit: number }): Promise<number[]>;

  /** Records that this dispatcher is alive, and what it does. @param activity Replaces the last one. @default {[]} */
  heartbeat(dispatcherId: string, activity?: readonly SubscriptionActivity[]): Promise<void>;

  /** What the dispatchers do whose heartbeat is not older than `staleMs`, by their id. */
  activity(options: { staleMs: number }): Promise<readonly DispatcherActivity[]>;

  /**
   * Returns running deliveries to `waiting`, due now, with one more interruption each, if their dispatcher is another
   * one whose heartbeat is older than `staleMs` or missing. Works in bounded steps, each a transaction; the old claims no
   * longer hold. Returns how many. The embedded store has one owner and does this for all of them when it opens.
   */
  takeOver(options: { dispatcherId: string; staleMs: number }): Promise<number>;

  /**
   * Returns this dispatcher's running deliveries whose token is not in `liveTokens` to `waiting`, due now, charging
   * nothing: their claim's answer was lost, so nobody runs them. What this dispatcher claims while the call is under way is
   * not lost. Returns how many.
   */
  reclaim(options: { dispatcherId: string; liveTokens: ReadonlySet<string> }): Promise<number>;

  /**
   * Makes a dead or waiting delivery due now. A dead one starts over: `attemptBase` becomes its `attempt`, its `reason`
   * is cleared. Refused, without a change, for a delivery in another state, one that is held back, a dead one whose place in
   * an order another has taken, and one whose subscription was deleted.
   */
  retryDelivery(id: string): Promise<RetryResult>;

  /**
   * Ends a waiting or dead delivery as `cancelled`, with this reason; refuses any other without a change. If it held back
   * its order key, the next waiting one is due now, in the same transaction, and `dueNow` is its id.
   */
  cancelDelivery(id: string, options: { reason: string }): Promise<CancelResult>;
}
