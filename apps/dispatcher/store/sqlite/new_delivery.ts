import type { DatabaseSync } from "node:sqlite";
import type { DeliveryOrder } from "@hookgate/types";
import type { NewDelivery } from "../contract/captures.ts";
import type { Order, Placed } from "./order.ts";
import { type OrderRow, packId, prepare, readOrder, STATE_CODES, unpackId } from "./rows.ts";
import type { SteadyTime } from "./steady_time.ts";
import type { StoredPart } from "./wire.ts";

/** Options for {@linkcode NewDeliveries.store}. */
export interface StoreDeliveryOptions {
  /** The latest delivery of the event for the subscription; null if there is none. */
  latest: LatestDelivery | null;
  /** Bytes of the id of the replay that makes it. @default {null} */
  replay?: Uint8Array | null;
  now: number;
}

/** What a delivery needs to know of its event. */
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

/** Stores new deliveries. */
export interface NewDeliveries {
  latest(eventRow: number, subscription: string): LatestDelivery | null;
  /** Stores a delivery of the generation after `latest`; in the place of a dead one that holds back its key. */
  store(delivery: NewDelivery, event: EventKey, options: StoreDeliveryOptions): StoredPart;
}

/** Prepares {@linkcode NewDeliveries}. */
export function prepareNewDeliveries(
  db: DatabaseSync,
  { order, time }: { order: Order; time: SteadyTime },
): NewDeliveries {
  const insert = prepare(
    db,
    `INSERT INTO deliveries (id, event, event_id, subscription,
     generation, replay_of, state, next_at, dispatcher, token, body_bytes, order_key, position, replay)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const findLatest = prepare<Omit<LatestDelivery, "order"> & OrderRow>(
    db,
    `SELECT id, generation, state, order_key, position FROM deliveries
     WHERE event = ? AND subscription = ? ORDER BY generation DESC LIMIT 1`,
  );

  function placeOf(
    { subscription, orderKey }: NewDelivery,
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
      const found = findLatest.get(eventRow, subscription);
      if (!found) return null;
      const { id, generation, state } = found;
      return { id, generation, state, order: readOrder(found) };
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
        claim || held ? null : time.whenClockShows(now),
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
