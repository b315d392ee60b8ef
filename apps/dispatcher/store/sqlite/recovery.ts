import type { DatabaseSync } from "node:sqlite";
import type { SubscriptionActivity } from "../contract/deliveries.ts";
import { prepare, STATE_CODES } from "./rows.ts";
import type { SteadyTime } from "./steady_time.ts";
import type { OperationsOf } from "./wire.ts";

/** Deliveries that one step of `takeOver` returns to the queue. */
const TAKE_OVER_STEP_MAX = 1_000;

/** Heartbeats that are kept: each start of a dispatcher makes one. */
const HEARTBEATS_KEPT_MAX = 1_000;

/** A clock that is behind the last heartbeat by more than this was set back, in milliseconds. */
const STEP_BACK_MS_MIN = 1_000;

const RUNNING = `state <> 2 AND state = ${STATE_CODES.running}`;
const GIVE_BACK = `state = ${STATE_CODES.waiting}, dispatcher = NULL, token = NULL, next_at = ?`;

/** Prepares heartbeats, and what finds deliveries that run nowhere. `takeOver` is one step: it is called until it returns 0. */
export function prepareRecovery(
  db: DatabaseSync,
  time: SteadyTime,
): OperationsOf<"heartbeat" | "activity" | "takeOver" | "takeOverAll" | "rebase" | "reclaim"> {
  const takeAll = prepare(
    db,
    `UPDATE deliveries SET ${GIVE_BACK}, interruptions = interruptions + 1 WHERE ${RUNNING}`,
  );
  const takeStale = prepare(
    db,
    `UPDATE deliveries SET ${GIVE_BACK}, interruptions = interruptions + 1
     WHERE row IN (SELECT row FROM deliveries WHERE ${RUNNING} AND dispatcher <> ?
       AND dispatcher NOT IN (SELECT dispatcher FROM heartbeats WHERE at >= ?)
       LIMIT ${TAKE_OVER_STEP_MAX})`,
  );
  // Nearly always none: thousands may run.
  const findLost = prepare<{ row: number }>(
    db,
    `SELECT row FROM deliveries WHERE ${RUNNING} AND dispatcher = ?
     AND token NOT IN (SELECT value FROM json_each(?))`,
  );
  const giveBack = prepare(db, `UPDATE deliveries SET ${GIVE_BACK} WHERE row = ?`);
  const beat = prepare(
    db,
    `INSERT INTO heartbeats VALUES (?1, ?2)
     ON CONFLICT (dispatcher) DO UPDATE SET at = ?2`,
  );
  const forget = prepare(
    db,
    `DELETE FROM heartbeats WHERE dispatcher IN
     (SELECT dispatcher FROM heartbeats ORDER BY at DESC LIMIT -1 OFFSET ${HEARTBEATS_KEPT_MAX})`,
  );
  const young = prepare<{ dispatcher: string }>(
    db,
    `SELECT dispatcher FROM heartbeats WHERE at >= ? ORDER BY dispatcher`,
  );
  const moveBeats = prepare(db, "UPDATE heartbeats SET at = at + ?1");
  const moveEnrolments = prepare(
    db,
    "UPDATE enrolments SET open_until = open_until + ?1 WHERE open_until > 0",
  );
  const latestBeat = prepare<{ at: number | null }>(db, "SELECT max(at) AS at FROM heartbeats");
  // The rest of what the clock's time decides: few rows, other than what waits.
  const move = (stepMs: number) => {
    if (stepMs === 0) return;
    moveBeats.run(stepMs);
    moveEnrolments.run(stepMs);
  };
  // In memory: this process is the only one that uses the file, and nothing here has to survive it.
  const activity = new Map<string, readonly SubscriptionActivity[]>();

  return {
    takeOverAll(now) {
      // The clock stepped back while nobody ran. A step forward cannot be told from a long stop.
      const behindMs = now - (latestBeat.get()?.at ?? now);
      const stepMs = behindMs < -STEP_BACK_MS_MIN ? behindMs : 0;
      move(stepMs);
      time.changeOwner(stepMs);
      return Number(takeAll.run(time.whenClockShows(now)).changes);
    },
    rebase: (_now, steps) => move(time.follow(steps)),
    takeOver: (now, { dispatcherId, staleMs }) =>
      Number(takeStale.run(time.whenClockShows(now), dispatcherId, now - staleMs).changes),
    reclaim(now, { dispatcherId, liveTokens }) {
      const lost = findLost.all(dispatcherId, JSON.stringify([...liveTokens]));
      for (const { row } of lost) giveBack.run(time.whenClockShows(now), row);
      return lost.length;
    },
    heartbeat(now, dispatcherId, subscriptions = []) {
      beat.run(dispatcherId, now);
      forget.run();
      activity.set(dispatcherId, subscriptions);
    },
    activity(now, { staleMs }) {
      return young.all(now - staleMs).map(({ dispatcher: dispatcherId }) => {
        return { dispatcherId, subscriptions: activity.get(dispatcherId) ?? [] };
      });
    },
  };
}
