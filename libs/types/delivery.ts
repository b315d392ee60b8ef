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
   * When a waiting delivery is due, in milliseconds since 1970. Null in all other states, and while it is held back by an
   * earlier delivery of its order key.
   */
  nextAttemptAt: number | null;
  /** Attempts charged so far. */
  attempt: number;
  /** Value of `attempt` when the delivery last got a fresh budget of retries: 0, or its value when an operator retried it. */
  attemptBase: number;
  /** Interruptions since the last charged attempt that were not the delivery's fault. */
  interruptions: number;
  /** It ran in a handler host that died: it runs alone until one of its attempts ends without losing the host. */
  suspect: boolean;
  /** Why it is dead or cancelled; empty otherwise. */
  reason: string;
  /** The kept attempts, oldest first. */
  attempts: readonly Attempt[];
  /** Its place among deliveries of the same key; null if its subscription keeps no order. */
  order: DeliveryOrder | null;
  /** The replay that made it, `rpl_…`, or null. Live deliveries go before replayed ones. */
  replay: string | null;
  /** The group of failures that its latest attempt belongs to, `flr_…`; null if that did not fail. */
  failure: string | null;
}

/** A place in the order of one key of a subscription. */
export interface DeliveryOrder {
  /** What the subscription's `orderBy` found in the body, as JSON text; empty if it found nothing. */
  key: string;
  /** 1 for the first of the key, in the order of commit. */
  position: number;
}

/** Longest order key, in characters; a longer one is replaced by its SHA-256 in hexadecimal digits. */
export const ORDER_KEY_CHARS_MAX = 200;

/** How an attempt ended. */
export const ATTEMPT_OUTCOMES = [
  "succeeded",
  "failed",
  "timed_out",
  "host_lost",
  "interrupted",
] as const;

/**
 * `failed`: the target refused it. `timed_out`: it did not end in time. `host_lost`: its handler host died.
 * `interrupted`: the dispatcher, or the subscriber's stream, ended too often during it.
 */
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** An **attempt**: one try of a delivery, as stored with it. */
export interface Attempt {
  /** 1 for the first try. */
  number: number;
  /** In milliseconds since 1970. */
  startedAt: number;
  durationMs: number;
  outcome: AttemptOutcome;
  /** What went wrong, at most {@linkcode ATTEMPT_ERROR_CHARS_MAX} characters; empty if nothing did. */
  error: string;
  /** An endpoint's answer, or null. Only the latest attempt of a delivery keeps it. */
  response: AttemptResponse | null;
}

/** An endpoint's answer, as kept for the operator. */
export interface AttemptResponse {
  status: number;
  /** The first {@linkcode ATTEMPT_RESPONSE_BYTES_MAX} bytes of its body, read as UTF-8. */
  body: string;
}

/** Bytes of an answer's body kept with an attempt. */
export const ATTEMPT_RESPONSE_BYTES_MAX = 4_096;

/** Longest error text kept with an attempt. */
export const ATTEMPT_ERROR_CHARS_MAX = 2_000;

/** Attempts kept with a delivery: the first and the latest ones. */
export const ATTEMPTS_KEPT_MAX = 50;
