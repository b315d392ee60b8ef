import type { Delivery, Replay, ReplayState } from "@hookgate/types";

/** How many deliveries are cancelled together with their replay. */
export const REPLAY_CANCELLED_MAX = 2_000;

/** How many replays are kept. */
export const REPLAYS_KEPT_MAX = 1_000;

/** A delivery for a replay to make. */
export interface ReplayedDelivery {
  id: string;
  eventId: string;
  subscription: string;
  /**
   * The delivery it repeats: stored only if that is still the event's latest for the subscription, and has ended. Null:
   * stored only if there is none.
   */
  replayOf: string | null;
  orderKey: string | null;
}

/** One step of a replay. */
export interface ReplayStep {
  /** The replay's cursor when the step was planned: the step is written only if that is still its cursor. */
  from: string | null;
  /** The cursor after it. */
  to: string | null;
  /** How many events the step looked at. */
  seen: number;
  deliveries: readonly ReplayedDelivery[];
  /** Nothing is left: the replay is done. */
  done: boolean;
}

/** What a step did. */
export type ReplayStepResult =
  /** Deliveries as they are stored: `waiting`, due now or held back. */
  | { outcome: "written"; replay: Replay; deliveries: readonly Delivery[] }
  /** The replay is not running, or another dispatcher took the step; as it is now. */
  | { outcome: "refused"; replay: Replay }
  | { outcome: "missing" };

/** Keeps replays and takes their steps. Each call is one durable transaction. */
export interface Replays {
  /**
   * Keeps a new replay. If REPLAYS_KEPT_MAX are kept, the oldest ended one is removed.
   *
   * @throws {RangeError} if none has ended.
   */
  createReplay(replay: Replay): Promise<void>;

  /** All replays, or those in a state, newest first. There may be a thousand, with a thousand ids each. */
  replays(options?: { state?: ReplayState }): Promise<Replay[]>;

  /**
   * Changes the state of a replay and returns it; one that has ended is returned unchanged; null if there is none.
   * `cancelled` also cancels its deliveries that wait for their first attempt, at most REPLAY_CANCELLED_MAX, in the same
   * transaction.
   */
  setReplayState(id: string, state: ReplayState): Promise<Replay | null>;

  /**
   * Takes a step of a running replay: stores the deliveries that can be made, leaves out the rest, such as those for
   * subscriptions that were deleted since the step was planned, and moves the cursor.
   * Fenced by `step.from`, so that of several dispatchers one takes the step.
   */
  stepReplay(id: string, step: ReplayStep): Promise<ReplayStepResult>;

  /** How many deliveries of a replay wait for their first attempt, counted up to `limit`. */
  replayBacklog(id: string, options: { limit: number }): Promise<number>;
}
