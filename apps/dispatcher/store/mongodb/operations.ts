import type { ClientSession } from "mongodb";
import type { CancelResult, RetryResult } from "../contract/deliveries.ts";
import type { MongoContext } from "./context.ts";
import { deliveryOf } from "./documents.ts";
import { leaveOrder, leftOf } from "./order.ts";

/** `retryDelivery`: one update, which says what it was done to. */
export async function retryDelivery(
  { collections: { deliveries }, clock }: MongoContext,
  id: string,
): Promise<RetryResult> {
  const now = clock.now();
  const after = { returnDocument: "after" } as const;
  // One that is held back has no such time.
  const waiting = await deliveries.findOneAndUpdate(
    { _id: id, state: "waiting", nextAttemptAt: { $gte: 0 } },
    { $min: { nextAttemptAt: now } },
    after,
  );
  if (waiting) return { outcome: "due", delivery: deliveryOf(waiting) };
  const dead = await deliveries.findOneAndUpdate(
    // One whose place in an order another has taken would run beside it, or after those that followed.
    { _id: id, state: "dead", $or: [{ order: null }, { replaced: { $ne: true } }] },
    [{ $set: { state: "waiting", nextAttemptAt: now, reason: "", attemptBase: "$attempt" } }],
    after,
  );
  if (dead) return { outcome: "due", delivery: deliveryOf(dead) };
  const other = await deliveries.findOne({ _id: id });
  return other ? { outcome: "refused", delivery: deliveryOf(other) } : { outcome: "missing" };
}

/** `cancelDelivery`, in the lane of outcomes, as it is one that nobody attempts. */
export function cancelDelivery(
  context: MongoContext,
  id: string,
  { reason, signal }: { reason: string; signal: AbortSignal },
): Promise<CancelResult> {
  const lane = context.settleLane;
  return lane.enter(signal, () =>
    lane.transaction(signal, (session) => writeCancelled(context, id, { reason, session })),
  );
}

async function writeCancelled(
  context: MongoContext,
  id: string,
  { reason, session }: { reason: string; session: ClientSession },
): Promise<CancelResult> {
  const { deliveries } = context.collections;
  const found = await deliveries.findOne({ _id: id }, { session });
  if (!found) return { outcome: "missing" };
  if (found.state !== "waiting" && found.state !== "dead") {
    return { outcome: "refused", delivery: deliveryOf(found) };
  }
  const $set = { state: "cancelled" as const, nextAttemptAt: null, reason };
  await deliveries.updateOne({ _id: id }, { $set }, { session });
  const now = context.clock.now();
  const [dueNow = null] = await leaveOrder(context, leftOf([found]), { now, session });
  return { outcome: "cancelled", delivery: deliveryOf({ ...found, ...$set }), dueNow };
}
