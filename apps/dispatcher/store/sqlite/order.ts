import type { DatabaseSync } from "node:sqlite";
import type { DeliveryOrder } from "@hookgate/types";
import { prepare, unpackId } from "./rows.ts";
import type { SteadyTime } from "./steady_time.ts";

/** A place in the order of a key, and whether an earlier delivery holds it back. */
export interface Placed {
  order: DeliveryOrder;
  held: boolean;
}

/** A delivery that holds back its key, or is held back. */
export interface InOrder {
  subscription: string;
  order: DeliveryOrder;
}

/**
 * The order of the keys of subscriptions. The row of a key in `order_keys` has the last position that was given, the head,
 * and how many of its deliveries are kept. The head is the position of the first delivery that has not ended, or the next
 * one to be given if all have: only the head is due or running, or is dead and holds back the rest.
 */
export interface Order {
  /** The next place of a key. */
  place(subscription: string, key: string): Placed;
  /** The place of a dead delivery, for the one that replaces it; null if its key no longer waits for it. */
  takePlace(dead: InOrder): Placed | null;
  /** A delivery ended for good. If it was the head the next waiting one is due now: returns its id, else null. */
  leave(one: InOrder, now: number): string | null;
  /** These deliveries were removed. A key of which none is kept is forgotten. */
  forget(removed: readonly InOrder[]): void;
}

/** Prepares {@linkcode Order}. */
export function prepareOrder(db: DatabaseSync, time: SteadyTime): Order {
  const find = prepare<{ last: number; head: number }>(
    db,
    "SELECT last, head FROM order_keys WHERE subscription = ? AND key = ?",
  );
  const begin = prepare(db, "INSERT INTO order_keys VALUES (?, ?, 1, 1, 1)");
  const extend = prepare(
    db,
    "UPDATE order_keys SET last = last + 1, kept = kept + 1 WHERE subscription = ? AND key = ?",
  );
  const keep = prepare(
    db,
    "UPDATE order_keys SET kept = kept + ? WHERE subscription = ? AND key = ?",
  );
  const move = prepare(db, "UPDATE order_keys SET head = ? WHERE subscription = ? AND key = ?");
  const nextHeld = prepare<{ row: number; id: Uint8Array; position: number }>(
    db,
    `SELECT row, id, position FROM deliveries INDEXED BY deliveries_held
     WHERE state = 0 AND next_at IS NULL AND subscription = ? AND order_key = ? AND position > ?
     ORDER BY position LIMIT 1`,
  );
  const makeDue = prepare(db, "UPDATE deliveries SET next_at = ? WHERE row = ?");
  const drop = prepare(
    db,
    "DELETE FROM order_keys WHERE subscription = ? AND key = ? AND kept = 0",
  );

  return {
    place(subscription, key) {
      const found = find.get(subscription, key);
      if (!found) {
        begin.run(subscription, key);
        return { order: { key, position: 1 }, held: false };
      }
      extend.run(subscription, key);
      const position = found.last + 1;
      return { order: { key, position }, held: found.head !== position };
    },

    takePlace({ subscription, order }) {
      if (find.get(subscription, order.key)?.head !== order.position) return null;
      keep.run(1, subscription, order.key);
      return { order, held: false };
    },

    leave({ subscription, order: { key, position } }, now) {
      const found = find.get(subscription, key);
      if (found?.head !== position) return null;
      const next = nextHeld.get(subscription, key, position);
      move.run(next?.position ?? found.last + 1, subscription, key);
      if (!next) return null;
      makeDue.run(time.whenClockShows(now), next.row);
      return unpackId("dlv", next.id);
    },

    forget(removed) {
      for (const { subscription, order } of removed) {
        keep.run(-1, subscription, order.key);
        drop.run(subscription, order.key);
      }
    },
  };
}
