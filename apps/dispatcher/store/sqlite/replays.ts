import type { DatabaseSync } from "node:sqlite";
import type { Replay, ReplayFilter, ReplayState } from "@hookgate/types";
import {
  REPLAY_CANCELLED_MAX,
  REPLAYS_KEPT_MAX,
  type ReplayedDelivery,
  type ReplayStep,
} from "../contract/replays.ts";
import type { NewDeliveries, StoredPart } from "./new_delivery.ts";
import type { Order } from "./order.ts";
import { isId, packId, type Row, readOrder, STATE_CODES, unpackId } from "./rows.ts";

/** Why deliveries are cancelled together with their replay. */
const CANCELLED_REASON = "its replay was cancelled";

/** What a step did, as the worker says it: of its deliveries those that were made, by their place in it. */
export type StepAnswer =
  | { outcome: "written"; replay: Replay; made: ({ index: number } & StoredPart)[] }
  | { outcome: "refused"; replay: Replay }
  | { outcome: "missing" };

/** The replays that are kept. */
export interface Replays {
  create(replay: Replay): void;
  all(): Replay[];
  setState(input: { id: string; state: ReplayState }, now: number): Replay | null;
  step(input: { id: string; step: ReplayStep }, now: number): StepAnswer;
  backlog(input: { id: string; limit: number }): number;
}

/** Prepares {@linkcode Replays}. */
export function prepareReplays(
  db: DatabaseSync,
  { deliveries, order }: { deliveries: NewDeliveries; order: Order },
): Replays {
  const count = db.prepare("SELECT count(*) AS n FROM replays");
  const oldestEnded = db.prepare(
    "SELECT id FROM replays WHERE ended_at IS NOT NULL ORDER BY id LIMIT 1",
  );
  const remove = db.prepare("DELETE FROM replays WHERE id = ?");
  const insert = db.prepare("INSERT INTO replays VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const list = db.prepare("SELECT * FROM replays ORDER BY id DESC");
  const find = db.prepare("SELECT * FROM replays WHERE id = ?");
  const setState = db.prepare("UPDATE replays SET state = ?, ended_at = ? WHERE id = ?");
  const advance = db.prepare(`UPDATE replays SET cursor = ?, seen = seen + ?, made = made + ?,
    state = ?, ended_at = ? WHERE id = ?`);
  const event = db.prepare("SELECT row, id, length(body) AS body_bytes FROM events WHERE id = ?");
  const handled = db.prepare("UPDATE events SET unhandled = 0 WHERE row = ? AND unhandled = 1");
  const untried = `deliveries INDEXED BY deliveries_replay
    WHERE replay = ? AND state = ${STATE_CODES.waiting} AND attempt = 0`;
  const countUntried = db.prepare(`SELECT count(*) AS n FROM (SELECT 1 FROM ${untried} LIMIT ?)`);
  const findUntried = db.prepare(
    `SELECT row, subscription, order_key, position FROM ${untried} LIMIT ${REPLAY_CANCELLED_MAX}`,
  );
  const cancel = db.prepare(`UPDATE deliveries SET state = ${STATE_CODES.cancelled}, next_at = NULL,
    reason = '${CANCELLED_REASON}' WHERE row = ?`);

  function get(id: string): Replay | null {
    const row = isId(id, "rpl") ? (find.get(packId(id)) as Row | undefined) : undefined;
    return row ? readReplay(row) : null;
  }

  function cancelUntried(id: string, now: number): void {
    const left = findUntried.all(packId(id)) as Row[];
    for (const row of left) cancel.run(row["row"] as number);
    // Once all of them are cancelled, so that none of them is the next of its key.
    for (const row of left) {
      const place = readOrder(row);
      if (place) order.leave({ subscription: row["subscription"] as string, order: place }, now);
    }
  }

  function make(
    { id, eventId, subscription, replayOf, orderKey }: ReplayedDelivery,
    { replay, now }: { replay: Uint8Array; now: number },
  ): StoredPart | null {
    const found = isId(eventId, "evt") ? event.get(packId(eventId)) : undefined;
    if (!found) return null;
    const row = found["row"] as number;
    const latest = deliveries.latest(row, subscription);
    if ((latest ? unpackId("dlv", latest.id) : null) !== replayOf) return null;
    if (latest && latest.state < STATE_CODES.delivered) return null;
    const key = { row, id: found["id"] as Uint8Array, bodyBytes: found["body_bytes"] as number };
    const delivery = { id, subscription, claim: null, orderKey };
    if (!latest) handled.run(row);
    return deliveries.store(delivery, key, { latest, replay, now });
  }

  return {
    create(replay) {
      if ((count.get()?.["n"] as number) >= REPLAYS_KEPT_MAX) {
        const oldest = oldestEnded.get()?.["id"] as Uint8Array | undefined;
        if (!oldest) {
          const problem = `${REPLAYS_KEPT_MAX} are kept and none of them has ended`;
          throw new RangeError(`Cannot keep the replay: ${problem}`);
        }
        remove.run(oldest);
      }
      const { id, kind, filter, reason, perSecond, state, createdAt } = replay;
      const { endedAt, cursor, seen, made, expected } = replay;
      insert.run(
        packId(id),
        kind,
        JSON.stringify(filter),
        reason,
        perSecond,
        state,
        createdAt,
        endedAt,
        cursor,
        seen,
        made,
        expected,
      );
    },

    all: () => (list.all() as Row[]).map(readReplay),

    setState({ id, state }, now) {
      const replay = get(id);
      if (!replay || replay.endedAt !== null) return replay;
      const endedAt = state === "cancelled" || state === "done" ? now : null;
      setState.run(state, endedAt, packId(id));
      if (state === "cancelled") cancelUntried(id, now);
      return { ...replay, state, endedAt };
    },

    step({ id, step }, now) {
      const replay = get(id);
      if (!replay) return { outcome: "missing" };
      if (replay.state !== "running" || replay.cursor !== step.from) {
        return { outcome: "refused", replay };
      }
      const made = step.deliveries.flatMap((delivery, index) => {
        const part = make(delivery, { replay: packId(id), now });
        return part ? { index, ...part } : [];
      });
      const state = step.done ? "done" : replay.state;
      const endedAt = step.done ? now : null;
      advance.run(step.to, step.seen, made.length, state, endedAt, packId(id));
      const after: Replay = {
        ...replay,
        cursor: step.to,
        seen: replay.seen + step.seen,
        made: replay.made + made.length,
        state,
        endedAt,
      };
      return { outcome: "written", replay: after, made };
    },

    backlog({ id, limit }) {
      if (!isId(id, "rpl")) return 0;
      return countUntried.get(packId(id), limit)?.["n"] as number;
    },
  };
}

function readReplay(row: Row): Replay {
  return {
    id: unpackId("rpl", row["id"]),
    kind: row["kind"] as Replay["kind"],
    filter: JSON.parse(row["filter"] as string) as ReplayFilter,
    reason: row["reason"] as string,
    perSecond: row["per_second"] as number,
    state: row["state"] as ReplayState,
    createdAt: row["created_at"] as number,
    endedAt: row["ended_at"] as number | null,
    cursor: row["cursor"] as string | null,
    seen: row["seen"] as number,
    made: row["made"] as number,
    expected: row["expected"] as number | null,
  };
}
