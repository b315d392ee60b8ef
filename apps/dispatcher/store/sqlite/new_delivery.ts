import type { DatabaseSync } from "node:sqlite";
import type { DeliveryOrder } from "@hookgate/types";
import type { Claim } from "../contract/deliveries.ts";
import type { Order, Placed } from "./order.ts";
import { packId, type Row, readOrder, STATE_CODES, unpackId } from "./rows.ts";

/** A delivery to store. */
export interface DeliveryToStore {
  id: string;
  subscription: string;
  claim: Claim | null;
  orderKey: string | null;
}

/** Options for {@linkcode NewDeliveries.store}. */
export interface StoreDeliveryOptions {
  /** The latest delivery of the event for the subscription; null where there is none. */
  latest: LatestDelivery | null;
  /** Bytes of {@linkcode packId} of the replay that makes it. @default {null} */
  replay?: Uint8Array | null;
  now: number;
}

/** How rows and ids name one event. */
export interface EventKey {
  row: number;
  id: Uint8Array;
  bodyBytes: number;
}

/** The latest delivery of an event for a subscription. */
export interface LatestDelivery {
  id: Uint8Array;
  generation: number;
  state: number;
  order: DeliveryOrder | null;
}

/** What became of a delivery when it was stored. */
export interface StoredPart {
  generation: number;
  replayOf: string | null;
  order: DeliveryOrder | null;
  /** It waits for an earlier one of its key, whatever claim was given. */
  held: boolean;
}

/** Stores new deliveries. */
export interface NewDeliveries {
  latest(eventRow: number, subscription: string): LatestDelivery | null;
  /** Stores a delivery of the generation after `latest`; in the place of a dead one that holds back its key. */
  store(delivery: DeliveryToStore, event: EventKey, options: StoreDeliveryOptions): StoredPart;
}

/** Prepares {@linkcode NewDeliveries}. */
export function prepareNewDeliveries(db: DatabaseSync, order: Order): NewDeliveries {
  const insert = db.prepare(`INSERT INTO deliveries (id, event, event_id, subscription,
    generation, replay_of, state, next_at, dispatcher, token, body_bytes, order_key, position, replay)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const findLatest = db.prepare(`SELECT id, generation, state, order_key, position FROM deliveries
    WHERE event = ? AND subscription = ? ORDER BY generation DESC LIMIT 1`);

  function placeOf(
    { subscription, orderKey }: DeliveryToStore,
    latest: LatestDelivery | null,
  ): Placed | null {
    if (latest?.order && latest.state === STATE_CODES.dead) {
      const taken = order.takePlace({ subscription, order: latest.order });
      if (taken) return taken;
    }
    return orderKey === null ? null : order.place(subscription, orderKey);
  }

  return {
    latest(eventRow, subscription) {
      const found = findLatest.get(eventRow, subscription) as Row | undefined;
      if (!found) return null;
      return {
        id: found["id"] as Uint8Array,
        generation: found["generation"] as number,
        state: found["state"] as number,
        order: readOrder(found),
      };
    },

    store(delivery, event, { latest, replay = null, now }) {
      const { id, subscription } = delivery;
      const placed = placeOf(delivery, latest);
      const held = placed?.held ?? false;
      const claim = held ? null : delivery.claim;
      const generation = (latest?.generation ?? 0) + 1;
      insert.run(
        packId(id),
        event.row,
        event.id,
        subscription,
        generation,
        latest?.id ?? null,
        claim ? STATE_CODES.running : STATE_CODES.waiting,
        claim || held ? null : now,
        claim?.dispatcherId ?? null,
        claim?.token ?? null,
        event.bodyBytes,
        placed?.order.key ?? null,
        placed?.order.position ?? null,
        replay,
      );
      const replayOf = latest ? unpackId("dlv", latest.id) : null;
      return { generation, replayOf, order: placed?.order ?? null, held };
    },
  };
}
