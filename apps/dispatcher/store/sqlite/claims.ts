import type { DatabaseSync } from "node:sqlite";
import type { Delivery } from "@hookgate/types";
import { ClaimRoom } from "../contract/claim_room.ts";
import type { ClaimedDelivery } from "../contract/deliveries.ts";
import {
  type BytesRow,
  DELIVERY_COLUMNS,
  type DeliveryRow,
  prepare,
  readDelivery,
  readEvent,
  STATE_CODES,
  SUMMARY_COLUMNS,
  type SummaryRow,
} from "./rows.ts";
import type { Waiting } from "./waiting.ts";
import type { OperationsOf } from "./wire.ts";

/** A delivery that is due. */
interface DueRow {
  row: number;
  subscription: string;
  next_at: number;
  /** 1 if a replay made it, else 0. */
  replayed: number;
  body_bytes: number;
}

/** Prepares `claimDue`. */
export function prepareClaimDue(db: DatabaseSync, waiting: Waiting): OperationsOf<"claimDue"> {
  const due = prepare<DueRow>(
    db,
    `SELECT row, subscription, next_at, replayed, body_bytes
     FROM deliveries INDEXED BY deliveries_due
     WHERE state = 0 AND subscription = ? AND replayed = ? AND next_at <= ?
     ORDER BY next_at, row LIMIT ?`,
  );
  const claimRow = prepare(
    db,
    `UPDATE deliveries SET state = ${STATE_CODES.running}, next_at = NULL,
     dispatcher = ?, token = ? WHERE row = ?`,
  );
  const read = prepare<DeliveryRow & SummaryRow & BytesRow>(
    db,
    `SELECT ${DELIVERY_COLUMNS}, d.attempts, ${SUMMARY_COLUMNS}, e.headers, e.body
     FROM deliveries d JOIN events e ON e.row = d.event WHERE d.row = ?`,
  );

  function findDue(room: ClaimRoom, names: Iterable<string>, now: number): DueRow[] {
    const unpaused = new Set(waiting.unpaused(names));
    return room
      .wanted()
      .filter(({ subscription }) => unpaused.has(subscription))
      .flatMap(({ subscription, replayed, count }) =>
        due.all(subscription, replayed ? 1 : 0, now, count),
      )
      .sort((a, b) => a.replayed - b.replayed || a.next_at - b.next_at || a.row - b.row);
  }

  return {
    claimDue(now, { claim, ...options }) {
      const room = new ClaimRoom(options);
      const claimed: ClaimedDelivery[] = [];
      for (const { row, subscription, replayed, body_bytes } of findDue(
        room,
        options.slots.keys(),
        now,
      )) {
        const answer = room.offer({
          subscription,
          replayed: replayed === 1,
          bodyBytes: body_bytes,
        });
        if (answer === "stop") break;
        const found = answer === "claim" ? read.get(row) : undefined;
        if (!found) continue;
        claimRow.run(claim.dispatcherId, claim.token, row);
        const delivery: Delivery = {
          ...readDelivery(found),
          state: "running",
          nextAttemptAt: null,
        };
        claimed.push({ delivery, event: readEvent(found), claim });
      }
      return claimed;
    },
  };
}
