import type { DatabaseSync } from "node:sqlite";
import type { Delivery } from "@hookgate/types";
import type { Claim, ClaimedDelivery } from "./event_store.ts";
import {
  DELIVERY_COLUMNS,
  type Row,
  readDelivery,
  readEvent,
  STATE_CODES,
  SUMMARY_COLUMNS,
} from "./sqlite_rows.ts";
import type { Waiting } from "./sqlite_waiting.ts";

/** What `claimDue` is given. */
export interface ClaimInput {
  claim: Claim;
  slots: ReadonlyMap<string, number>;
  limit: number;
  bytesMax: number;
}

/** A delivery that is due: its row and since when. */
interface Candidate {
  row: number;
  dueAt: number;
}

/** Prepares `claimDue`. */
export function prepareClaimDue(
  db: DatabaseSync,
  waiting: Waiting,
): (input: ClaimInput, now: number) => ClaimedDelivery[] {
  const due = db.prepare(`SELECT row, next_at FROM deliveries INDEXED BY deliveries_due
    WHERE state = 0 AND subscription = ? AND next_at <= ? ORDER BY next_at, row LIMIT ?`);
  const claimRow = db.prepare(`UPDATE deliveries SET state = ${STATE_CODES.running}, next_at = NULL,
    dispatcher = ?, token = ? WHERE row = ?`);
  const read =
    db.prepare(`SELECT ${DELIVERY_COLUMNS}, d.attempts, ${SUMMARY_COLUMNS}, e.headers, e.body
    FROM deliveries d JOIN events e ON e.row = d.event WHERE d.row = ?`);

  function findDue({ slots, limit }: ClaimInput, now: number): Candidate[] {
    const found: Candidate[] = [];
    for (const name of waiting.unpaused(slots.keys())) {
      const count = Math.min(slots.get(name) ?? 0, limit);
      for (const row of count > 0 ? due.all(name, now, count) : []) {
        found.push({ row: row["row"] as number, dueAt: row["next_at"] as number });
      }
    }
    return found.sort((a, b) => a.dueAt - b.dueAt || a.row - b.row).slice(0, limit);
  }

  return function claimDue(input, now) {
    const { claim, bytesMax } = input;
    const claimed: ClaimedDelivery[] = [];
    let bytes = 0;
    for (const { row } of findDue(input, now)) {
      const found = read.get(row) as Row;
      const event = readEvent(found);
      bytes += event.body.length;
      if (claimed.length > 0 && bytes > bytesMax) break;
      claimRow.run(claim.dispatcherId, claim.token, row);
      const delivery: Delivery = { ...readDelivery(found), state: "running", nextAttemptAt: null };
      claimed.push({ delivery, event, claim });
    }
    return claimed;
  };
}
