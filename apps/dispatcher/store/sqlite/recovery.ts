import type { DatabaseSync } from "node:sqlite";
import { STATE_CODES } from "./rows.ts";

/** Deliveries that one step of `takeOver` gives back. */
export const TAKE_OVER_STEP_MAX = 1_000;

/** Heartbeats that are kept: each start of a dispatcher makes one. */
const HEARTBEATS_KEPT_MAX = 1_000;

const RUNNING = `state <> 2 AND state = ${STATE_CODES.running}`;
const GIVE_BACK = `state = ${STATE_CODES.waiting}, dispatcher = NULL, token = NULL, next_at = ?`;

/** What finds deliveries that run nowhere. */
export interface Recovery {
  /** For the only owner, when it opens the store: whatever runs is an earlier owner's. */
  takeOverAll(now: number): number;
  /** One step; there may be more where it returns {@linkcode TAKE_OVER_STEP_MAX}. */
  takeOver(input: { dispatcherId: string; staleMs: number }, now: number): number;
  reclaim(input: { dispatcherId: string; liveTokens: ReadonlySet<string> }, now: number): number;
  heartbeat(dispatcherId: string, now: number): void;
}

/** Prepares {@linkcode Recovery}. */
export function prepareRecovery(db: DatabaseSync): Recovery {
  const takeAll = db.prepare(
    `UPDATE deliveries SET ${GIVE_BACK}, interruptions = interruptions + 1 WHERE ${RUNNING}`,
  );
  const takeStale =
    db.prepare(`UPDATE deliveries SET ${GIVE_BACK}, interruptions = interruptions + 1
    WHERE row IN (SELECT row FROM deliveries WHERE ${RUNNING} AND dispatcher <> ?
      AND dispatcher NOT IN (SELECT dispatcher FROM heartbeats WHERE at >= ?)
      LIMIT ${TAKE_OVER_STEP_MAX})`);
  const own = db.prepare(`SELECT row, token FROM deliveries WHERE ${RUNNING} AND dispatcher = ?`);
  const giveBack = db.prepare(`UPDATE deliveries SET ${GIVE_BACK} WHERE row = ?`);
  const beat = db.prepare(`INSERT INTO heartbeats VALUES (?1, ?2)
    ON CONFLICT (dispatcher) DO UPDATE SET at = ?2`);
  const forget = db.prepare(`DELETE FROM heartbeats WHERE dispatcher IN
    (SELECT dispatcher FROM heartbeats ORDER BY at DESC LIMIT -1 OFFSET ${HEARTBEATS_KEPT_MAX})`);

  return {
    takeOverAll(now) {
      return Number(takeAll.run(now).changes);
    },
    takeOver({ dispatcherId, staleMs }, now) {
      return Number(takeStale.run(now, dispatcherId, now - staleMs).changes);
    },
    reclaim({ dispatcherId, liveTokens }, now) {
      const lost = own.all(dispatcherId).filter((row) => !liveTokens.has(row["token"] as string));
      for (const row of lost) giveBack.run(now, row["row"] as number);
      return lost.length;
    },
    heartbeat(dispatcherId, now) {
      beat.run(dispatcherId, now);
      forget.run();
    },
  };
}
