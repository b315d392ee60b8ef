import { newId, type Replay } from "@hookgate/types";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { Events } from "../store/contract/events.ts";
import type { Replays } from "../store/contract/replays.ts";
import { replayEnd } from "./replay_end.ts";

/**
 * How far an event's id may be from the time in question, in milliseconds: ids hold the time of the edge, whose clock may
 * differ, and the commit comes later. Looking at too many events is harmless, as none gets a second delivery.
 */
export const BACKFILL_MARGIN_MS = 300_000;

/** Deliveries per second: faster than other replays, because the subscriber is waiting for what it missed. */
const PER_SECOND_DEFAULT = 1_000;

/** Options for {@linkcode createBackfill}. */
export interface CreateBackfillOptions {
  store: StoreTime & Pick<Events, "listEvents"> & Pick<Replays, "createReplay">;
  /** Why. */
  reason: string;
  /** Events received from then on, in milliseconds since 1970; null for all. */
  from: number | null;
  /** @default {1_000} */
  perSecond?: number;
}

/**
 * Creates a backfill: the subscription gets the stored events that it wants and has no delivery for. It can be created
 * shortly before the subscription is opened or resumed, and waits until then, so that nothing is lost by a crash in
 * between.
 *
 * @throws {RangeError} if too many replays have not ended.
 */
export async function createBackfill(
  subscription: string,
  { store, reason, from, perSecond = PER_SECOND_DEFAULT }: CreateBackfillOptions,
): Promise<Replay> {
  const createdAt = store.now();
  const end = Math.max(createdAt, await replayEnd(store)) + BACKFILL_MARGIN_MS;
  const replay: Replay = {
    id: newId("rpl"),
    kind: "backfill",
    filter: {
      subscription,
      ...(from !== null && { from }),
      to: end,
    },
    reason,
    perSecond,
    state: "running",
    createdAt,
    endedAt: null,
    cursor: null,
    seen: 0,
    made: 0,
    expected: null,
  };
  await store.createReplay(replay);
  return replay;
}
