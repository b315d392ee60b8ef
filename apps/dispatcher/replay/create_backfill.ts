import { newId, type Replay } from "@hookgate/types";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { Events } from "../store/contract/events.ts";
import type { Replays } from "../store/contract/replays.ts";
import { replayEnd } from "./replay_end.ts";

/**
 * An id bears the time of the edge that received the event, whose clock may differ, and the commit came later: so much
 * before and after a time, in milliseconds, an event may belong to it. What has a delivery already gets no other, so that
 * looking at more costs only the look.
 */
export const BACKFILL_MARGIN_MS = 300_000;

/** Deliveries made in a second at most: what was missed is awaited. */
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
 * Makes a backfill: the subscription of this name gets the stored events that it wants and has no delivery for. It may be
 * made shortly before the subscription is opened or resumed, so that nothing is lost whatever happens between the two: it
 * waits until then.
 *
 * @throws {RangeError} where too many replays are kept that have not ended.
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
