import type { DatabaseSync } from "node:sqlite";
import { ClaimRoom } from "../contract/claim_room.ts";
import { type ClaimedRow, packClaims } from "./packed_claims.ts";
import { DELIVERY_COLUMNS, prepare, STATE_CODES, SUMMARY_COLUMNS } from "./rows.ts";
import type { SteadyTime } from "./steady_time.ts";
import type { Waiting } from "./waiting.ts";
import type { OperationsOf } from "./wire.ts";

/** A delivery that is due. */
interface Due {
  row: number;
  dueAt: number;
  subscription: string;
  replayed: boolean;
}

/** Prepares `claimDue`. */
export function prepareClaimDue(
  db: DatabaseSync,
  { waiting, time }: { waiting: Waiting; time: SteadyTime },
): OperationsOf<"claimDue"> {
  // All of it is in the index: rows are read one by one, as far as there is room for them.
  const due = prepare<{ row: number; next_at: number }>(
    db,
    `SELECT row, next_at FROM deliveries INDEXED BY deliveries_due
     WHERE state = 0 AND subscription = ? AND replayed = ? AND next_at <= ?
     ORDER BY next_at, row LIMIT ?`,
  );
  const claimRow = prepare(
    db,
    `UPDATE deliveries SET state = ${STATE_CODES.running}, next_at = NULL,
     dispatcher = ?, token = ? WHERE row = ?`,
  );
  const read = prepare<ClaimedRow>(
    db,
    `SELECT ${DELIVERY_COLUMNS}, d.attempts, ${SUMMARY_COLUMNS}, e.headers, e.body
     FROM deliveries d JOIN events e ON e.row = d.event WHERE d.row = ?`,
  );

  // The file was damaged, or changed by hand: it would stay due for ever, in the way of others.
  const endLost = prepare(
    db,
    `UPDATE deliveries SET state = ${STATE_CODES.dead}, next_at = NULL,
     reason = 'its event is not stored' WHERE row = ?`,
  );

  function findDue(room: ClaimRoom, names: Iterable<string>, now: number): Due[] {
    const unpaused = new Set(waiting.unpaused(names));
    return room
      .wanted()
      .filter(({ subscription }) => unpaused.has(subscription))
      .flatMap(({ subscription, replayed, count }) =>
        due
          .all(subscription, replayed ? 1 : 0, time.whenClockShows(now), count)
          .map(({ row, next_at }) => ({ row, dueAt: next_at, subscription, replayed })),
      )
      .sort(
        (a, b) => Number(a.replayed) - Number(b.replayed) || a.dueAt - b.dueAt || a.row - b.row,
      );
  }

  return {
    claimDue(now, { claim, ...options }) {
      const room = new ClaimRoom(options);
      const claimed: ClaimedRow[] = [];
      for (const { row, subscription, replayed } of findDue(room, options.slots.keys(), now)) {
        if (!room.hasSlot(subscription, replayed)) continue;
        const found = read.get(row);
        if (!found) {
          endLost.run(row);
          continue;
        }
        const bodyBytes = found.body.length;
        const answer = room.offer({ subscription, replayed, bodyBytes });
        if (answer === "stop") break;
        if (answer === "skip") continue;
        claimRow.run(claim.dispatcherId, claim.token, row);
        claimed.push(found);
      }
      return packClaims(claimed);
    },
  };
}
