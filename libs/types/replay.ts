import type { DeliveryState } from "./delivery.ts";

/** The states of a replay. */
export const REPLAY_STATES = ["running", "paused", "cancelled", "done"] as const;

/** `running`: it makes deliveries. `paused`: it can go on. `cancelled`, `done`: ended. */
export type ReplayState = (typeof REPLAY_STATES)[number];

/** Which events and deliveries a replay is about; what is left out does not restrict. */
export interface ReplayFilter {
  /** Exactly these events (`evt_…`) or deliveries (`dlv_…`), at most {@linkcode REPLAY_IDS_MAX}; then nothing else. */
  ids?: readonly string[];
  source?: string;
  /** Exact type. */
  type?: string;
  subscription?: string;
  /** State of the latest delivery of an event for a subscription; without it all that have ended. */
  state?: DeliveryState;
  /** Received at or after, in milliseconds since 1970. */
  from?: number;
  /** Received before. */
  to?: number;
}

/** Ids that one replay can name. */
export const REPLAY_IDS_MAX = 1_000;

/**
 * A **replay**: makes new deliveries of stored events. Of kind `replay` it repeats ended deliveries that match its filter,
 * each for its own subscription; of kind `backfill` it gives one subscription the events that it wants and never had.
 */
export interface Replay {
  /** `rpl_` and a UUIDv7 in 32 hexadecimal digits. */
  id: string;
  kind: "replay" | "backfill";
  filter: ReplayFilter;
  /** Why, in the words of whoever asked for it. */
  reason: string;
  /** Deliveries that are made in a second at most. */
  perSecond: number;
  state: ReplayState;
  /** In milliseconds since 1970. */
  createdAt: number;
  endedAt: number | null;
  /** Id of the last event that was looked at, or of the filter's `ids` the last one; null before the first. */
  cursor: string | null;
  /** Events that were looked at. */
  seen: number;
  /** Deliveries that were made. */
  made: number;
  /** Deliveries that matched when it was asked for, as far as they were counted; null where they were not. */
  expected: number | null;
}
