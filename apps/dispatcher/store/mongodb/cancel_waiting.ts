import type { ClientSession, Filter } from "mongodb";
import type { DeliveryDocument } from "./collections.ts";
import type { MongoContext } from "./context.ts";
import { readAll } from "./documents.ts";
import { leaveOrder, leftOf } from "./order.ts";

/** Options for {@linkcode cancelWaiting}. */
export interface CancelWaitingOptions {
  /** The index that finds them. */
  hint: string;
  limit: number;
  reason: string;
  session: ClientSession;
}

/** Cancels deliveries that wait, and makes those they held back due; returns how many. */
export async function cancelWaiting(
  context: MongoContext,
  filter: Filter<DeliveryDocument>,
  { hint, limit, reason, session }: CancelWaitingOptions,
): Promise<number> {
  const { deliveries } = context.collections;
  const projection = { subscription: 1, order: 1, state: 1, nextAttemptAt: 1 };
  const found = deliveries.find(filter, { projection, hint, session });
  const waiting = await readAll(found.limit(limit));
  if (waiting.length === 0) return 0;
  const ids = waiting.map(({ _id }) => _id);
  const $set = { state: "cancelled" as const, nextAttemptAt: null, reason };
  await deliveries.updateMany({ _id: { $in: ids } }, { $set }, { session });
  await leaveOrder(context, leftOf(waiting), { now: context.clock.now(), session });
  return waiting.length;
}
