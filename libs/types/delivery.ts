import type { Attempt } from "./attempt.ts";

/** The states of a delivery. */
export const DELIVERY_STATES = ["waiting", "running", "delivered", "dead", "cancelled"] as const;

/**
 * `waiting`: due at `nextAttemptAt`. `running`: claimed by one dispatcher. `delivered`, `dead` (out of attempts, kept),
 * `cancelled`: ended.
 */
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** A **delivery**: one event for one subscription, the unit of work and of retry. */
export interface Delivery {
  /** `dlv_` and a UUIDv7 in 32 hexadecimal digits, stable across retries. */
  id: string;
  eventId: string;
  /** Name of the subscription. */
  subscription: string;
  /** 1 for the first delivery of the event to the subscription, one more for each replay. */
  generation: number;
  /** The delivery this one repeats; null for the first generation. */
  replayOf: string | null;
  state: DeliveryState;
  /**
   * When a waiting delivery is due, in milliseconds since 1970; null in every other state, and where it is held back: an
   * earlier delivery of its order key has not ended yet.
   */
  nextAttemptAt: number | null;
  /** Attempts that were charged so far. */
  attempt: number;
  /** Value of `attempt` when the delivery last got a fresh budget of retries: 0, or what it was when an operator revived it. */
  attemptBase: number;
  /** Interruptions since the last charged attempt that were not the delivery's fault. */
  interruptions: number;
  /** It ran in a handler host that died: it is tried alone until an attempt of it ends without losing its host. */
  suspect: boolean;
  /** Why it is dead or cancelled; empty otherwise. */
  reason: string;
  /** The attempts that are kept, oldest first. */
  attempts: readonly Attempt[];
  /** Its place among those of the same key, where its subscription keeps an order; null where it does not. */
  order: DeliveryOrder | null;
  /** The replay that made it, `rpl_…`; null where none did. Live deliveries go before those of replays. */
  replay: string | null;
}

/** A place in the order of one key of a subscription. */
export interface DeliveryOrder {
  /** What the subscription's `orderBy` found in the body, as JSON text; empty where it found nothing. */
  key: string;
  /** 1 for the first of the key, in the order of commit. */
  position: number;
}

/** Longest order key, in characters; of a longer one its SHA-256 in hexadecimal digits is the key. */
export const ORDER_KEY_CHARS_MAX = 200;
