import type { DatabaseSync } from "node:sqlite";
import type { DeliveryOrder } from "@hookgate/types";
import { STATE_CODES, unpackId } from "./sqlite_rows.ts";

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
 * The order of the keys of subscriptions. Of each key its row in `order_keys` knows the last position that was given, and
 * the head: the position of the first delivery that has not ended, or the next one to be given where all have. Only the
 * head is due or running, or is dead and holds back the rest.
 */
export interface Order {
  /** The next place of a key. */
  place(subscription: string, key: string): Placed;
  /** Whether a delivery is the one that its key waits for. */
  isHead(one: InOrder): boolean;
  /** A delivery ended for good: where it was the head, the next one that waits is due. Returns its id; null where none is. */
  leave(one: InOrder, now: number): string | null;
  /** Forgets keys of which no delivery is stored any more. */
  forget(removed: readonly InOrder[]): void;
}

/** Prepares {@linkcode Order}. */
export function prepareOrder(db: DatabaseSync): Order {
  const find = db.prepare("SELECT last, head FROM order_keys WHERE subscription = ? AND key = ?");
  const begin = db.prepare("INSERT INTO order_keys VALUES (?, ?, 1, 1)");
  const extend = db.prepare(
    "UPDATE order_keys SET last = last + 1 WHERE subscription = ? AND key = ?",
  );
  const move = db.prepare("UPDATE order_keys SET head = ? WHERE subscription = ? AND key = ?");
  const nextHeld = db.prepare(`SELECT row, id, position FROM deliveries INDEXED BY deliveries_order
    WHERE subscription = ? AND order_key = ? AND position > ? AND state = ${STATE_CODES.waiting}
      AND order_key IS NOT NULL ORDER BY position LIMIT 1`);
  const makeDue = db.prepare("UPDATE deliveries SET next_at = ? WHERE row = ?");
  const drop =
    db.prepare(`DELETE FROM order_keys WHERE subscription = ?1 AND key = ?2 AND NOT EXISTS
    (SELECT 1 FROM deliveries INDEXED BY deliveries_order
      WHERE subscription = ?1 AND order_key = ?2 AND order_key IS NOT NULL)`);

  const read = (subscription: string, key: string) =>
    find.get(subscription, key) as { last: number; head: number } | undefined;

  return {
    place(subscription, key) {
      const found = read(subscription, key);
      if (!found) {
        begin.run(subscription, key);
        return { order: { key, position: 1 }, held: false };
      }
      extend.run(subscription, key);
      const position = found.last + 1;
      return { order: { key, position }, held: found.head !== position };
    },

    isHead({ subscription, order: { key, position } }) {
      return read(subscription, key)?.head === position;
    },

    leave({ subscription, order: { key, position } }, now) {
      const found = read(subscription, key);
      if (found?.head !== position) return null;
      const next = nextHeld.get(subscription, key, position);
      move.run(next ? (next["position"] as number) : found.last + 1, subscription, key);
      if (!next) return null;
      makeDue.run(now, next["row"] as number);
      return unpackId("dlv", next["id"]);
    },

    forget(removed) {
      for (const { subscription, order } of removed) drop.run(subscription, order.key);
    },
  };
}
