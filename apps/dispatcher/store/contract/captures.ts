import type { CapturedEvent, Delivery, Skipped } from "@hookgate/types";
import type { Claim } from "./deliveries.ts";

/** A delivery to store together with its event. */
export interface NewDelivery {
  id: string;
  subscription: string;
  /**
   * Set if the committing dispatcher attempts it at once: it is stored `running`. Null stores it `waiting`, due now. A
   * delivery that its order key holds back is stored `waiting` and not due, with or without a claim.
   */
  claim: Claim | null;
  /** Key to keep it in order by; null if its subscription keeps no order. */
  orderKey: string | null;
}

/** A delivery that was never attempted. */
export const UNTRIED = {
  attempt: 0,
  attemptBase: 0,
  interruptions: 0,
  suspect: false,
  failure: null,
  reason: "",
  attempts: [],
} as const satisfies Partial<Delivery>;

/** An event and the deliveries that its subscriptions want. An event without deliveries is unhandled. */
export interface Capture {
  event: CapturedEvent;
  deliveries: readonly NewDelivery[];
  /** Stored with a new event, unchanged. */
  skipped: readonly Skipped[];
}

/** What became of one capture. */
export interface CaptureResult {
  /** Id of the stored event; for a duplicate, of the first one. */
  eventId: string;
  duplicate: boolean;
  /**
   * The deliveries that were stored, as they are stored: `running` under the claim of the capture, `waiting`, or held
   * back. All of a new event; of a duplicate only those that replace a dead delivery of the same subscription, as its
   * next generation, or all if the stored event is unhandled.
   */
  deliveries: readonly Delivery[];
  /** Whether a new event was stored with the flag `seen_before`, which it did not come with. @default {false} */
  seenBefore?: boolean;
}

/** Stores what was captured. */
export interface Captures {
  /**
   * Stores events and their deliveries.
   *
   * - Durable: once it resolves, every event and delivery it returns is on disk.
   * - Atomic: the whole batch, and its count of `received` and `duplicates` by source and type, is one transaction.
   * - Fenced by `revision`: returns null and stores nothing if that is not the current revision of the subscription set.
   *   The captures were matched against an older set and must be matched again. Subscriptions are not checked otherwise,
   *   neither that they exist nor that they are not paused: the caller has matched.
   *
   * Results are in the order of `captures`; no captures, no results.
   *
   * **Duplicates.** What tells an event apart is in `dedupe`; the store does not guess. Earlier events are those that are
   * stored, and those before it in this call, of the same source. A capture is a duplicate
   *
   * - `id`: of the first event known by the same `providerEventId`, whatever its body;
   * - `id_and_body`: of the event known by the same `providerEventId` with the same body;
   * - `body`: of the newest event without an id that has the same body and a time in its id at most `bodyWindowMs` before or
   *   after `receivedAt`;
   * - `none`: never.
   *
   * Known by an id are events that were stored by one of the first two rules. Of those that were stored by `none` with the
   * same body only the first is known. Nothing is stored of a duplicate, except that a
   * delivery whose subscription's latest delivery of that event is dead is stored as the next generation: with the id and the
   * claim of the capture, and `replayOf` naming the dead one; without the claim if the body is another one, because the
   * stored body is delivered. If the stored event is unhandled, all deliveries are stored as its first: nobody wanted it then,
   * and a provider that sends it again is told that it was received. A new event is flagged `seen_before` if its rule is `id_and_body` and another body came with
   * its id, or `none` and its body, if it has one, came before. An event that comes again under its own id (a capture sent twice) is answered
   * as the first time: `duplicate: false`, no deliveries. A removed event is known until `pruneKeys` removes its key.
   *
   * **Order.** A delivery with an order key gets the next position of that key within its subscription. It is held back
   * (`waiting`, no `nextAttemptAt`) while an earlier one of the key has not ended `delivered` or `cancelled`. A dead one
   * holds back the rest until it is retried, replaced or cancelled; a delivery that replaces or repeats it takes its
   * position. Positions follow the order of commits, across dispatchers.
   *
   * @throws {RangeError} for a malformed id or digest; nothing is stored.
   * @throws {TooMuchAtOnceError} for more than one transaction can do, or if it keeps losing to other dispatchers: nothing is
   * stored, and parts of it may succeed.
   */
  commit(captures: readonly Capture[], options: CommitOptions): Promise<CaptureResult[] | null>;
}

/** Options for {@linkcode Captures.commit}. */
export interface CommitOptions {
  /** Revision of the set that the captures were matched against. */
  revision: number;
  /** Called if it loses to other dispatchers' writes again and again: it may take seconds, and others should not wait for it. */
  losing?: () => void;
}
