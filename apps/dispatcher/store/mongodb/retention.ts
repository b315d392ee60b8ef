import type { ClientSession } from "mongodb";
import { isPrunable, pruneBorder } from "../contract/decide_prune.ts";
import type {
  PrunedEvents,
  PrunedKeys,
  PruneEventsOptions,
  PruneKeysOptions,
} from "../contract/events.ts";
import { eventIdAt } from "../contract/ids.ts";
import { deleteParts } from "./body_parts.ts";
import type { DeliveryDocument } from "./collections.ts";
import type { MongoContext } from "./context.ts";
import { readAll } from "./documents.ts";
import { forgetInOrder, leaveOrder, leftOf } from "./order.ts";
import { DELIVERIES_MAX } from "./transactions/transaction_queue.ts";

/** The fields that decide whether an event can be removed, and which deliveries it held back. */
type Ended = Pick<
  DeliveryDocument,
  "_id" | "eventId" | "subscription" | "state" | "order" | "nextAttemptAt" | "replaced"
>;

const ENDED = {
  eventId: 1,
  subscription: 1,
  state: 1,
  order: 1,
  nextAttemptAt: 1,
  replaced: 1,
} as const;

/**
 * `pruneEvents`, in one transaction. Retrying, replacing or repeating one of the deliveries at the same time, or giving
 * the event to another subscription, writes to one of the removed documents and so conflicts.
 */
export function pruneEvents(
  context: MongoContext,
  options: PruneEventsOptions,
  { signal }: { signal: AbortSignal },
): Promise<PrunedEvents> {
  return context.queues.step.run(signal, (session) => removeOld(context, options, session));
}

/** `pruneKeys`. An event's id says when it was received, so old keys are found by an index, and there is no cursor. */
export async function pruneKeys(
  { collections: { keys } }: MongoContext,
  { receivedBefore, limit }: PruneKeysOptions,
): Promise<PrunedKeys> {
  const event = { $lt: eventIdAt(receivedBefore) };
  const found = await readAll(
    keys
      .find({ event }, { projection: { _id: 1 } })
      .sort({ event: 1 })
      .limit(limit),
  );
  // A newer event may have taken one over in the meantime.
  const filter = { _id: { $in: found.map(({ _id }) => _id) }, event };
  const { deletedCount } = await keys.deleteMany(filter);
  return { removed: deletedCount, cursor: found.length === limit ? "more" : null };
}

async function removeOld(
  context: MongoContext,
  options: PruneEventsOptions,
  session: ClientSession,
): Promise<PrunedEvents> {
  const { cursor, limit, ...times } = options;
  const { events, deliveries } = context.collections;
  const before = pruneBorder(times);
  const found = await readAll(
    events
      .find({ _id: { $gt: cursor ?? "", $lt: before } }, { projection: { bodyBytes: 1 }, session })
      .sort({ _id: 1 })
      .limit(limit),
  );
  const ids = found.map(({ _id }) => _id);
  const next = ids.length === limit ? (ids.at(-1) ?? null) : null;
  if (ids.length === 0) return { removed: 0, cursor: next };
  const isOne = ids.length === 1;
  const of = deliveries.find({ eventId: { $in: ids } }, { projection: ENDED, session });
  const all: Ended[] = await readAll(isOne ? of : of.limit(DELIVERIES_MAX + 1));
  if (!isOne && all.length > DELIVERIES_MAX) {
    return removeOld(context, { ...options, limit: Math.ceil(ids.length / 2) }, session);
  }
  const byEvent = Map.groupBy(all, ({ eventId }) => eventId);
  const old = ids.filter((id) => {
    const states = (byEvent.get(id) ?? []).map(({ state }) => state);
    return isPrunable(id, states, times);
  });
  if (old.length === 0) return { removed: 0, cursor: next };
  const removed = old.flatMap((id) => byEvent.get(id) ?? []);
  await deliveries.deleteMany({ _id: { $in: removed.map(({ _id }) => _id) } }, { session });
  await events.deleteMany({ _id: { $in: old } }, { session });
  const isOld = new Set(old);
  await deleteParts(
    context.collections,
    found.filter(({ _id }) => isOld.has(_id)),
    session,
  );
  // A removed dead delivery no longer holds back its key.
  await leaveOrder(context, leftOf(removed), { now: context.clock.now(), session });
  await forgetInOrder(context, removed, session);
  return { removed: old.length, cursor: next };
}
