import type { DatabaseSync } from "node:sqlite";
import type { Delivery, Replay, ReplayState } from "@hookgate/types";
import {
  afterStep,
  canRepeat,
  decideReplayState,
  REPLAY_CANCELLED_REASON,
  replaysFull,
  takesStep,
} from "../contract/decide_replay.ts";
import { isId } from "../contract/ids.ts";
import {
  REPLAY_CANCELLED_MAX,
  REPLAYS_KEPT_MAX,
  type ReplayedDelivery,
  type Replays,
} from "../contract/replays.ts";
import { prepareCancelWaiting, type WaitingRow } from "./cancel_waiting.ts";
import type { NewDeliveries } from "./new_delivery.ts";
import type { Order } from "./order.ts";
import { packId, prepare, readState, STATE_CODES, unpackId } from "./rows.ts";
import { prepareMayWait } from "./subscriptions.ts";
import { type OperationsOf, storedDelivery } from "./wire.ts";

interface ReplayRow {
  id: Uint8Array;
  kind: Replay["kind"];
  filter: string;
  reason: string;
  per_second: number;
  state: ReplayState;
  created_at: number;
  ended_at: number | null;
  cursor: string | null;
  seen: number;
  made: number;
  expected: number | null;
}

/** Prepares the role {@linkcode Replays}. */
export function prepareReplays(
  db: DatabaseSync,
  { deliveries, order }: { deliveries: NewDeliveries; order: Order },
): OperationsOf<keyof Replays> {
  const count = prepare<{ n: number }>(db, "SELECT count(*) AS n FROM replays");
  const oldestEnded = prepare<{ id: Uint8Array }>(
    db,
    "SELECT id FROM replays WHERE ended_at IS NOT NULL ORDER BY id LIMIT 1",
  );
  const remove = prepare(db, "DELETE FROM replays WHERE id = ?");
  const insert = prepare(db, "INSERT INTO replays VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const list = prepare<ReplayRow>(db, "SELECT * FROM replays ORDER BY id DESC");
  const listOf = prepare<ReplayRow>(db, "SELECT * FROM replays WHERE state = ? ORDER BY id DESC");
  const find = prepare<ReplayRow>(db, "SELECT * FROM replays WHERE id = ?");
  const write = prepare(
    db,
    "UPDATE replays SET cursor = ?, seen = ?, made = ?, state = ?, ended_at = ? WHERE id = ?",
  );
  const event = prepare<{ row: number; id: Uint8Array; bodyBytes: number }>(
    db,
    "SELECT row, id, length(body) AS bodyBytes FROM events WHERE id = ?",
  );
  const handled = prepare(db, "UPDATE events SET unhandled = 0 WHERE row = ? AND unhandled = 1");
  const untried = `deliveries INDEXED BY deliveries_replay
    WHERE replay = ? AND state = ${STATE_CODES.waiting} AND attempt = 0`;
  const countUntried = prepare<{ n: number }>(
    db,
    `SELECT count(*) AS n FROM (SELECT 1 FROM ${untried} LIMIT ?)`,
  );
  const findUntried = prepare<WaitingRow>(
    db,
    `SELECT row, subscription, order_key, position FROM ${untried} LIMIT ${REPLAY_CANCELLED_MAX}`,
  );
  const cancelWaiting = prepareCancelWaiting(db, order);
  const mayWait = prepareMayWait(db);

  function get(id: string): Replay | null {
    const row = isId(id, "rpl") ? find.get(packId(id)) : undefined;
    return row ? readReplay(row) : null;
  }

  function update({ id, cursor, seen, made, state, endedAt }: Replay): void {
    write.run(cursor, seen, made, state, endedAt, packId(id));
  }

  function make(
    { id, eventId, subscription, replayOf, orderKey }: ReplayedDelivery,
    { replay, now }: { replay: string; now: number },
  ): Delivery[] {
    const found = isId(eventId, "evt") ? event.get(packId(eventId)) : undefined;
    if (!found) return [];
    const latest = deliveries.latest(found.row, subscription);
    const before = latest && { id: unpackId("dlv", latest.id), state: readState(latest.state) };
    if (!canRepeat(before, replayOf) || !mayWait(subscription)) return [];
    if (!latest) handled.run(found.row);
    const delivery = { id, subscription, claim: null, orderKey };
    const part = deliveries.store(delivery, found, { latest, replay: packId(replay), now });
    return [storedDelivery(delivery, { ...part, eventId, replay, now })];
  }

  return {
    createReplay(_now, replay) {
      if ((count.get()?.n ?? 0) >= REPLAYS_KEPT_MAX) {
        const oldest = oldestEnded.get();
        if (!oldest) throw replaysFull();
        remove.run(oldest.id);
      }
      const { id, kind, filter, reason, perSecond, state, createdAt } = replay;
      const { endedAt, cursor, seen, made, expected } = replay;
      const first = [packId(id), kind, JSON.stringify(filter), reason, perSecond, state] as const;
      insert.run(...first, createdAt, endedAt, cursor, seen, made, expected);
    },

    replays: (_now, { state } = {}) =>
      (state === undefined ? list.all() : listOf.all(state)).map(readReplay),

    setReplayState(now, id, state) {
      const replay = get(id);
      if (!replay) return null;
      const changed = decideReplayState(replay, { state, now });
      if (changed === replay) return replay;
      update(changed);
      if (state === "cancelled") {
        cancelWaiting(findUntried.all(packId(id)), { reason: REPLAY_CANCELLED_REASON, now });
      }
      return changed;
    },

    stepReplay(now, id, step) {
      const replay = get(id);
      if (!replay) return { outcome: "missing" };
      if (!takesStep(replay, step)) return { outcome: "refused", replay };
      const made = step.deliveries.flatMap((delivery) => make(delivery, { replay: id, now }));
      const after = afterStep(replay, step, { made: made.length, now });
      update(after);
      return { outcome: "written", replay: after, deliveries: made };
    },

    replayBacklog: (_now, id, { limit }) =>
      isId(id, "rpl") ? (countUntried.get(packId(id), limit)?.n ?? 0) : 0,
  };
}

function readReplay(row: ReplayRow): Replay {
  return {
    id: unpackId("rpl", row.id),
    kind: row.kind,
    filter: JSON.parse(row.filter),
    reason: row.reason,
    perSecond: row.per_second,
    state: row.state,
    createdAt: row.created_at,
    endedAt: row.ended_at,
    cursor: row.cursor,
    seen: row.seen,
    made: row.made,
    expected: row.expected,
  };
}
