import type { DeliveryOrder } from "@hookgate/types";
import type { ClientSession } from "mongodb";
import type { DeliveryDocument, OrderDocument } from "./collections.ts";
import type { MongoContext } from "./context.ts";
import { readAll, readFirst } from "./documents.ts";

/**
 * One small document holds the order of a subscription's key. Giving a place, or ending the delivery whose turn it is,
 * writes to it. So of two calls at once, on any dispatcher, one conflicts, tries again and sees what the other did:
 * positions follow the order of commits, and no delivery is held back by one that has ended.
 *
 * At most one delivery of a key is not held back, the one whose turn it is; all others that have not ended wait for it.
 */

/** A delivery to store, before it has a place. */
export interface Unplaced {
  /** As stored if nothing holds it back. */
  document: DeliveryDocument;
  orderKey: string | null;
  /** The place of the dead delivery it replaces; null if it gets a new one. */
  place: DeliveryOrder | null;
}

/** A delivery that no longer holds back its key. */
export interface Left {
  subscription: string;
  order: DeliveryOrder;
  /** Whether it was held back itself. */
  wasHeld: boolean;
}

/** A key's document, or what to add to it. */
type OrderCounts = Omit<OrderDocument, "_id">;

/** Gives each new delivery its place and returns their documents. Without order keys nothing is read or written. */
export async function placeInOrder(
  context: MongoContext,
  unplaced: readonly Unplaced[],
  session: ClientSession,
): Promise<DeliveryDocument[]> {
  const added = new Map<string, OrderCounts>();
  for (const { document, orderKey, place } of unplaced) {
    const key = place?.key ?? orderKey;
    if (key === null) continue;
    const isNew = place ? 0 : 1;
    count(added, orderId(document.subscription, key), { last: isNew, open: isNew, kept: 1 });
  }
  if (added.size === 0) return unplaced.map(({ document }) => document);
  const orders = await addToOrders(context, added, session);
  const next = new Map(
    [...orders].map(([id, { last, open }]) => {
      const given = added.get(id)?.last ?? 0;
      return [id, { position: last - given + 1, isFree: open === given }];
    }),
  );
  return unplaced.map(({ document, orderKey, place }) => {
    if (place) return { ...document, order: place };
    const turn = orderKey === null ? null : next.get(orderId(document.subscription, orderKey));
    if (orderKey === null || !turn) return document;
    const order = { key: orderKey, position: turn.position };
    const isHeld = !turn.isFree;
    turn.position += 1;
    turn.isFree = false;
    return isHeld ? heldBack({ ...document, order }) : { ...document, order };
  });
}

/** Takes deliveries out of their keys' order, makes the next ones due, and returns the ids of these. */
export async function leaveOrder(
  context: MongoContext,
  left: readonly Left[],
  { now, session }: { now: number; session: ClientSession },
): Promise<string[]> {
  if (left.length === 0) return [];
  const { deliveries } = context.collections;
  const added = new Map<string, OrderCounts>();
  const ended = new Map<string, Left>();
  for (const one of left) {
    const id = orderId(one.subscription, one.order.key);
    count(added, id, { last: 0, open: -1, kept: 0 });
    if (!one.wasHeld) ended.set(id, one);
  }
  const orders = await addToOrders(context, added, session);
  const due: string[] = [];
  for (const [id, { subscription, order }] of ended) {
    if ((orders.get(id)?.open ?? 0) <= 0) continue;
    const next = await readFirst(
      deliveries
        .find(
          { subscription, "order.key": order.key, state: "waiting" },
          { projection: { nextAttemptAt: 1 }, hint: "waiting", session },
        )
        .sort({ "order.position": 1 }),
    );
    if (next?.nextAttemptAt === null) due.push(next._id);
  }
  if (due.length > 0) {
    await deliveries.updateMany(
      { _id: { $in: due } },
      { $set: { nextAttemptAt: now } },
      { session },
    );
  }
  return due;
}

/** Uncounts removed deliveries, and removes the keys that have none left. */
export async function forgetInOrder(
  context: MongoContext,
  removed: readonly Pick<DeliveryDocument, "subscription" | "order">[],
  session: ClientSession,
): Promise<void> {
  const added = new Map<string, OrderCounts>();
  for (const { subscription, order } of removed) {
    if (order) count(added, orderId(subscription, order.key), { last: 0, open: 0, kept: -1 });
  }
  if (added.size === 0) return;
  const orders = await addToOrders(context, added, session);
  const unused = [...orders].flatMap(([id, { kept }]) => (kept <= 0 ? id : []));
  if (unused.length === 0) return;
  await context.collections.orders.deleteMany({ _id: { $in: unused } }, { session });
}

/** The deliveries, as they were before they ended for good, that held back their keys or were held back. */
export function leftOf(
  ended: readonly Pick<
    DeliveryDocument,
    "subscription" | "order" | "state" | "nextAttemptAt" | "replaced"
  >[],
): Left[] {
  return ended.flatMap(({ subscription, order, state, nextAttemptAt, replaced }) => {
    // Another delivery has its place, or it left the order when it was delivered or cancelled.
    if (!order || replaced || state === "delivered" || state === "cancelled") return [];
    return { subscription, order, wasHeld: state === "waiting" && nextAttemptAt === null };
  });
}

function heldBack(document: DeliveryDocument): DeliveryDocument {
  return { ...document, state: "waiting", nextAttemptAt: null, claim: null };
}

function orderId(subscription: string, key: string): string {
  return JSON.stringify([subscription, key]);
}

function count(added: Map<string, OrderCounts>, id: string, more: OrderCounts): void {
  const { last, open, kept } = added.get(id) ?? { last: 0, open: 0, kept: 0 };
  added.set(id, { last: last + more.last, open: open + more.open, kept: kept + more.kept });
}

/** Adds to the documents of these keys and reads them: two round trips for any number. */
async function addToOrders(
  { collections: { orders } }: MongoContext,
  added: ReadonlyMap<string, OrderCounts>,
  session: ClientSession,
): Promise<Map<string, OrderDocument>> {
  const writes = [...added].map(([_id, $inc]) => ({
    updateOne: { filter: { _id }, update: { $inc }, upsert: true },
  }));
  await orders.bulkWrite(writes, { session });
  const found = await readAll(orders.find({ _id: { $in: [...added.keys()] } }, { session }));
  return new Map(found.map((document) => [document._id, document]));
}
