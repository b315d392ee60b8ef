import { Binary, type Filter } from "mongodb";
import type { DispatcherActivity, SubscriptionActivity } from "../contract/deliveries.ts";
import type { DeliveryDocument, DispatcherDocument } from "./collections.ts";
import type { MongoContext } from "./context.ts";
import { readAll, readFirst } from "./documents.ts";
import { findLastProcessed, lastProcessedIds } from "./metrics.ts";
import { killSessions } from "./transactions/transaction_queue.ts";

/** The index of running deliveries. */
const CLAIMED = "claimed";

/** Deliveries put back in one step. */
const STEP_DELIVERIES_MAX = 500;

/** A dispatcher without a heartbeat for this long (a day), in milliseconds, is removed. */
const FORGET_MS = 86_400_000;

/** Dispatchers removed in one call. */
const FORGET_DISPATCHERS_MAX = 100;

/** `heartbeat`. Also publishes the sessions of this dispatcher's transactions, so that others can end them. */
export async function writeHeartbeat(
  { collections: { dispatchers }, clock, db, ...context }: MongoContext,
  { dispatcherId, activity }: { dispatcherId: string; activity: readonly SubscriptionActivity[] },
): Promise<void> {
  const isOwn = dispatcherId === context.dispatcherId;
  const queues = isOwn ? Object.values(context.queues) : [];
  const sessions = queues.flatMap(({ sessionIds }) => sessionIds);
  const update = {
    $set: { at: clock.now(), activity: [...activity], ...(isOwn ? { sessions } : {}) },
  };
  await Promise.all([
    dispatchers.updateOne({ _id: dispatcherId }, update, { upsert: true }),
    clock.refresh(db),
  ]);
}

/** `activity`. */
export async function readActivity(
  { collections: { dispatchers }, clock }: MongoContext,
  { staleMs }: { staleMs: number },
): Promise<DispatcherActivity[]> {
  const found = dispatchers
    .find({ at: { $gte: clock.now() - staleMs } }, { projection: { activity: 1 } })
    .sort({ _id: 1 });
  return (await readAll(found)).map(({ _id: dispatcherId, activity = [] }) => {
    return { dispatcherId, subscriptions: activity };
  });
}

/**
 * `takeOver`. Looks for dispatchers with running deliveries first, and for their heartbeats second: a new dispatcher
 * writes its heartbeat before anything runs under its id, so it cannot look dead.
 */
export async function takeOver(
  context: MongoContext,
  { dispatcherId, staleMs }: { dispatcherId: string; staleMs: number },
  { signal }: { signal: AbortSignal },
): Promise<number> {
  let taken = 0;
  for (const id of await findRunning(context)) {
    if (id === dispatcherId || !(await isDead(context, { id, staleMs }))) continue;
    await endSessions(context, await readAll(context.collections.dispatchers.find({ _id: id })));
    const $inc = { interruptions: 1 };
    const filter = { "claim.dispatcherId": id };
    for (let count = 1; count > 0; taken += count) {
      signal.throwIfAborted();
      // Checked before each step: it may only have been frozen, and be back.
      count = (await isDead(context, { id, staleMs })) ? await putBack(context, filter, $inc) : 0;
    }
  }
  await forgetDispatchers(context);
  return taken;
}

/**
 * `reclaim`. Claims that began after the caller collected `liveTokens` are not lost: a delivery found under the token of
 * such a call was claimed before it was found, so `begun` has that token by then.
 */
export async function reclaim(
  context: MongoContext,
  { dispatcherId, liveTokens }: { dispatcherId: string; liveTokens: ReadonlySet<string> },
  { signal }: { signal: AbortSignal },
): Promise<number> {
  const { deliveries } = context.collections;
  return context.claimsUnderWay.watch(async (begun) => {
    let reclaimed = 0;
    for (;;) {
      signal.throwIfAborted();
      const live = [...liveTokens, ...begun];
      const own = { state: "running" as const, "claim.dispatcherId": dispatcherId };
      const found = await readAll(
        deliveries
          .find(
            { ...own, "claim.token": { $nin: live } },
            { projection: { claim: 1 }, hint: CLAIMED },
          )
          .limit(STEP_DELIVERIES_MAX),
      );
      if (found.length === 0) return reclaimed;
      const tokens = new Set(found.flatMap(({ claim }) => claim?.token ?? []));
      const lost = [...tokens].filter((token) => !begun.has(token));
      const filter = { "claim.dispatcherId": dispatcherId, "claim.token": { $in: lost } };
      if (lost.length > 0) reclaimed += await putBack(context, filter, {});
    }
  });
}

/** Ids of all dispatchers with running deliveries, one index seek for each. */
async function findRunning({ collections: { deliveries } }: MongoContext): Promise<string[]> {
  const ids: string[] = [];
  for (let last = ""; ; ) {
    const found = await readFirst(
      deliveries
        .find(
          { state: "running", "claim.dispatcherId": { $gt: last } },
          { projection: { "claim.dispatcherId": 1 }, hint: CLAIMED },
        )
        .sort({ "claim.dispatcherId": 1 }),
    );
    if (!found?.claim) return ids;
    last = found.claim.dispatcherId;
    ids.push(last);
  }
}

async function isDead(
  { collections: { dispatchers }, clock }: MongoContext,
  { id, staleMs }: { id: string; staleMs: number },
): Promise<boolean> {
  const found = await dispatchers.findOne({ _id: id });
  // One that lives writes each second: a heartbeat from the future is from before the server's clock was set back.
  return !found || Math.abs(clock.now() - found.at) > staleMs;
}

/**
 * Puts at most STEP_DELIVERIES_MAX running deliveries back to waiting, due now. Each update checks that the delivery
 * still runs there, so two calls at once count each delivery once.
 *
 * One update for each delivery, not one for all: if a transaction has locked one of them the server waits for it, and
 * SecantusDB, which the tests run on, would block that transaction from the whole collection meanwhile.
 */
async function putBack(
  { collections: { deliveries }, clock }: MongoContext,
  filter: Filter<DeliveryDocument>,
  $inc: { interruptions?: number },
): Promise<number> {
  const running = { state: "running" as const, ...filter };
  const found = await readAll(
    deliveries.find(running, { projection: { _id: 1 }, hint: CLAIMED }).limit(STEP_DELIVERIES_MAX),
  );
  if (found.length === 0) return 0;
  const $set = { state: "waiting" as const, nextAttemptAt: clock.now(), claim: null };
  const update = $inc.interruptions ? { $set, $inc } : { $set };
  const writes = found.map(({ _id }) => ({ updateOne: { filter: { _id, ...running }, update } }));
  const { modifiedCount } = await deliveries.bulkWrite(writes, { ordered: false });
  return modifiedCount;
}

/** Removes the documents of dispatchers that have been dead for long. */
async function forgetDispatchers(context: MongoContext): Promise<void> {
  const { dispatchers, gates, metrics } = context.collections;
  const old = await readAll(
    dispatchers
      .find({ at: { $lt: context.clock.now() - FORGET_MS } }, { projection: { _id: 1 } })
      .limit(FORGET_DISPATCHERS_MAX),
  );
  if (old.length === 0) return;
  const ids = old.map(({ _id }) => _id);
  await gates.deleteMany({ _id: { $in: ids } });
  const latest = await findLastProcessed(context);
  const last = ids.flatMap(lastProcessedIds).filter((id) => id !== latest?._id);
  await metrics.deleteMany({ _id: { $in: last } });
  await dispatchers.deleteMany({ _id: { $in: ids } });
}

/**
 * Ends the open transactions of these dispatchers. The server would do so after a minute, and until then nothing they
 * have locked could be claimed or taken over. None of what they were writing has been acknowledged.
 */
export async function endSessions(
  { db, log }: Pick<MongoContext, "db" | "log">,
  dispatchers: readonly DispatcherDocument[],
): Promise<void> {
  const ids = dispatchers.flatMap(({ sessions = [] }) => sessions.map(uuidOf));
  await killSessions(ids, { db, log });
}

/** With the store's options an id is read back as bytes; the server wants a UUID. */
function uuidOf(id: Binary | Uint8Array): Binary {
  return id instanceof Binary ? id : new Binary(id, Binary.SUBTYPE_UUID);
}
