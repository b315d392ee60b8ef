import type { DeliveryState } from "./delivery.ts";

/** The states of a replay. */
export const REPLAY_STATES = ["running", "paused", "cancelled", "done"] as const;

/** `running`: it makes deliveries. `paused`: it can be resumed. `cancelled`, `done`: ended. */
export type ReplayState = (typeof REPLAY_STATES)[number];

/** Which events and deliveries a replay covers; a missing field does not restrict. */
export interface ReplayFilter {
  /** Exactly these events (`evt_…`) or deliveries (`dlv_…`), at most {@linkcode REPLAY_IDS_MAX}; excludes all other fields. */
  ids?: readonly string[];
  source?: string;
  /** Exact type. */
  type?: string;
  subscription?: string;
  /** State of an event's latest delivery for a subscription. @default any state that has ended */
  state?: DeliveryState;
  /** Received at or after, in milliseconds since 1970. */
  from?: number;
  /** Received before. */
  to?: number;
  /** The group of failures that an event's latest delivery for a subscription belongs to, `flr_…`. */
  failure?: string;
}

/** Most ids in one replay. */
export const REPLAY_IDS_MAX = 1_000;

/**
 * A **replay**: makes new deliveries of stored events. The kind `replay` repeats the ended deliveries that match its
 * filter, each for its own subscription; the kind `backfill` gives one subscription the events it wants and never had.
 */
export interface Replay {
  /** `rpl_` and a UUIDv7 in 32 hexadecimal digits. */
  id: string;
  kind: "replay" | "backfill";
  filter: ReplayFilter;
  /** Why, in the operator's words. */
  reason: string;
  /** Most deliveries made per second. */
  perSecond: number;
  state: ReplayState;
  /** In milliseconds since 1970. */
  createdAt: number;
  endedAt: number | null;
  /** Id of the last event looked at, or the last one of the filter's `ids`; null before the first. */
  cursor: string | null;
  /** Events looked at so far. */
  seen: number;
  /** Deliveries made so far. */
  made: number;
  /** Deliveries that matched when it was created, as far as they were counted; null if they were not. */
  expected: number | null;
}
