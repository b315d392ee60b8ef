import { ATTEMPTS_KEPT_MAX } from "@hookgate/types";
import type { AnyBulkWriteOperation, ClientSession, UpdateFilter } from "mongodb";
import { Tally } from "../contract/buckets.ts";
import type { FailureAddition } from "../contract/decide_failures.ts";
import type { CancelResult, Outcome, RetryResult } from "../contract/deliveries.ts";
import { appendAttempt, countOutcomes, endsTurn } from "../contract/outcomes.ts";
import type { DeliveryDocument, MetricKind } from "./collections.ts";
import type { MongoContext } from "./context.ts";
import { deliveryOf, holds, readAll } from "./documents.ts";
import { beginFailures, rememberFailures, writeFailures } from "./failures.ts";
import { countMetrics, noteProcessed } from "./metrics.ts";
import { leaveOrder, leftOf } from "./order.ts";
import { holdSet } from "./subscriptions.ts";
import { triesFor } from "./transactions/transaction_queue.ts";

/** A delivery before its outcome: enough to check its claim, to append to its attempts and to free its order key. */
type Held = Pick<
  DeliveryDocument,
  "_id" | "eventId" | "state" | "claim" | "attempts" | "subscription" | "order" | "nextAttemptAt"
>;

const HELD = {
  eventId: 1,
  state: 1,
  claim: 1,
  attempts: 1,
  subscription: 1,
  order: 1,
  nextAttemptAt: 1,
} as const;

/**
 * `settle`, in one transaction: reads the deliveries, writes those whose claim still stands, counts them. A take-over at
 * the same time conflicts with it, so one of the two sees what the other did. Outcomes that end a turn in an order have a
 * queue of their own, so that no others wait while they lose to the commits of another dispatcher.
 *
 * @throws {TooMuchAtOnceError} if it keeps losing.
 */
export async function settleOutcomes(
  context: MongoContext,
  outcomes: readonly Outcome[],
  { signal }: { signal: AbortSignal },
): Promise<boolean[]> {
  if (outcomes.length === 0) return [];
  const keys = outcomes.flatMap((outcome) => (endsTurn(outcome) ? outcome.order.key : []));
  const kind = keys.length > 0 ? "ordered" : "settled";
  const queue = keys.length > 0 ? context.queues.ordered : context.queues.settle;
  const attempt = async () => {
    const now = context.clock.now();
    const { written, failures } = await context.orderLocks.during(keys, () =>
      queue.transaction((session) => writeOutcomes(context, outcomes, { now, kind, session })),
    );
    rememberFailures(context, failures, now);
    return written;
  };
  return queue.insist(signal, attempt, { triesMax: triesFor(outcomes) });
}

async function writeOutcomes(
  context: MongoContext,
  outcomes: readonly Outcome[],
  { now, kind, session }: { now: number; kind: MetricKind; session: ClientSession },
): Promise<{ written: boolean[]; failures: readonly FailureAddition[] }> {
  const { deliveries } = context.collections;
  const ids = outcomes.map(({ deliveryId }) => deliveryId);
  const found = await readAll(
    deliveries.find({ _id: { $in: ids } }, { projection: HELD, session }),
  );
  const held = new Map<string, Held>(found.map((document) => [document._id, document]));
  const stands = outcomes.map(({ deliveryId, claim }) => {
    const document = held.get(deliveryId);
    // An outcome ends the claim, so of two for one delivery only the first is written.
    return document && holds(document, claim) && held.delete(deliveryId) ? document : null;
  });
  const pairs = outcomes.flatMap((outcome, index) => {
    const document = stands[index];
    return document ? { outcome, document } : [];
  });
  const batch = await beginFailures(context, pairs, { now, session });
  const writes = pairs.map(({ outcome, document }) =>
    writeOf(outcome, document, batch.add(outcome, document)),
  );
  if (writes.length > 0) {
    await deliveries.bulkWrite(writes, { session });
    const delivered = stands.filter((_, index) => outcomes[index]?.next.state === "delivered");
    await leaveOrder(context, leftOf(delivered.filter((one) => one !== null)), { now, session });
    const settled = outcomes.filter((_, index) => stands[index]);
    await writeFailures(context, batch.additions, { now, kind, session });
    const tally = new Tally(context.series, now);
    countOutcomes(tally, settled);
    await countMetrics(context, tally, { now, kind, session });
    if (delivered.some((one) => one !== null)) await noteProcessed(context, { now, kind, session });
  }
  return { written: stands.map((document) => document !== null), failures: batch.additions };
}

function writeOf(
  { deliveryId, claim, next, attempt, interruptions, suspect }: Outcome,
  { attempts }: Held,
  failure: string | null,
): AnyBulkWriteOperation<DeliveryDocument> {
  const fence = {
    _id: deliveryId,
    state: "running" as const,
    "claim.dispatcherId": claim.dispatcherId,
    "claim.token": claim.token,
  };
  const $set = {
    state: next.state,
    nextAttemptAt: next.state === "waiting" ? next.nextAttemptAt : null,
    reason: next.state === "dead" ? next.reason : "",
    claim: null,
    interruptions,
    suspect,
  };
  if (!attempt) return { updateOne: { filter: fence, update: { $set } } };
  const charged = { ...$set, attempt: attempt.number, failure };
  // Usually appended, so that earlier attempts are not written again.
  const isPlain = attempts.length < ATTEMPTS_KEPT_MAX && !attempts.at(-1)?.response;
  const update: UpdateFilter<DeliveryDocument> = isPlain
    ? { $set: charged, $push: { attempts: attempt } }
    : { $set: { ...charged, attempts: appendAttempt(attempts, attempt) } };
  return { updateOne: { filter: fence, update } };
}

/** `retryDelivery`, in one transaction with a look at the set, so that nothing becomes due for a deleted subscription. */
export function retryDelivery(
  context: MongoContext,
  id: string,
  { signal }: { signal: AbortSignal },
): Promise<RetryResult> {
  return context.queues.ordered.run(signal, (session) => writeRetried(context, id, session));
}

async function writeRetried(
  context: MongoContext,
  id: string,
  session: ClientSession,
): Promise<RetryResult> {
  const { deliveries } = context.collections;
  const found = await deliveries.findOne({ _id: id }, { session });
  if (!found) return { outcome: "missing" };
  const now = context.clock.now();
  const { state, nextAttemptAt, attempt, order = null, replaced = false } = found;
  const isDue = state === "waiting" && nextAttemptAt !== null;
  // If another delivery has taken its place in the order, this one would run out of order.
  const isDead = state === "dead" && (order === null || !replaced);
  if (!isDue && !isDead) return { outcome: "refused", delivery: deliveryOf(found) };
  const mayWait = await holdSet(context, session);
  if (!mayWait(found.subscription)) return { outcome: "deleted", delivery: deliveryOf(found) };
  const $set = isDue
    ? { nextAttemptAt: Math.min(nextAttemptAt, now) }
    : { state: "waiting" as const, nextAttemptAt: now, reason: "", attemptBase: attempt };
  await deliveries.updateOne({ _id: id }, { $set }, { session });
  return { outcome: "due", delivery: deliveryOf({ ...found, ...$set }) };
}

/** `cancelDelivery`: it may end a turn in an order. */
export function cancelDelivery(
  context: MongoContext,
  id: string,
  { reason, signal }: { reason: string; signal: AbortSignal },
): Promise<CancelResult> {
  return context.queues.ordered.run(signal, (session) =>
    writeCancelled(context, id, { reason, session }),
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
