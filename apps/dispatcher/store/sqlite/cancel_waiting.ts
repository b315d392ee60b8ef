import type { DatabaseSync } from "node:sqlite";
import type { Order } from "./order.ts";
import { type OrderRow, prepare, readOrder, STATE_CODES } from "./rows.ts";

/** A delivery that waits. */
export interface WaitingRow extends OrderRow {
  row: number;
  subscription: string;
}

/** Cancels deliveries that wait, and makes those they held back due. */
export type CancelWaiting = (
  waiting: readonly WaitingRow[],
  options: { reason: string; now: number },
) => void;

/** Prepares {@linkcode CancelWaiting}. */
export function prepareCancelWaiting(db: DatabaseSync, order: Order): CancelWaiting {
  const cancel = prepare(
    db,
    `UPDATE deliveries SET state = ${STATE_CODES.cancelled}, next_at = NULL, reason = ?
     WHERE row = ?`,
  );
  return (waiting, { reason, now }) => {
    for (const { row } of waiting) cancel.run(reason, row);
    // After all of them are cancelled, so that none of them is the next of its key.
    for (const row of waiting) {
      const place = readOrder(row);
      if (place) order.leave({ subscription: row.subscription, order: place }, now);
    }
  };
}
