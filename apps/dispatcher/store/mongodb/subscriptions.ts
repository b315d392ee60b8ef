import { deadline } from "@hookgate/async";
import type { Pause, Subscription } from "@hookgate/types";
import type { ClientSession } from "mongodb";
import {
  decideChange,
  decideDelete,
  decideExpire,
  decideOpen,
  decidePause,
  decidePublish,
  decideRemove,
  decideResume,
  deletedReason,
  deletionOf,
  hasName,
  nextSet,
  type SubscriptionsChange,
  writes,
} from "../contract/decide_subscriptions.ts";
import {
  type ChangeResult,
  DELETION_STEP_MAX,
  type DeleteResult,
  type DeletionStep,
  type Expired,
  mayWait,
  type OpenedSubscription,
  type OpenSubscriptionOptions,
  type PauseResult,
  type ResumeResult,
  type SubscriptionFilter,
  type SubscriptionSet,
} from "../contract/subscriptions.ts";
import { cancelWaiting } from "./cancel_waiting.ts";
import type { MongoContext } from "./context.ts";
import { readAll, readFirst } from "./documents.ts";
import { endSessions } from "./recovery.ts";

/** How long a changed set waits for earlier commits to end, in milliseconds. */
const BARRIER_MS_MAX = 2_000;

/** `subscriptions`. */
export async function readSubscriptions(context: MongoContext): Promise<SubscriptionSet> {
  const { revision, subscriptions } = await readSet(context);
  return { revision, subscriptions };
}

/** `changedSubscriptions`. */
export async function readChanged(
  context: MongoContext,
  known: number,
): Promise<SubscriptionSet | null> {
  return (await readRevision(context)) === known ? null : readSubscriptions(context);
}

/** The set, and the revision whose writer has waited for all earlier commits. */
async function readSet(context: MongoContext): Promise<SubscriptionSet & { waited: number }> {
  const found = await context.collections.subscriptions.findOne({ _id: "current" });
  const { revision = 0, subscriptions = [], waited = 0 } = found ?? {};
  return { revision, subscriptions, waited };
}

/** The current revision. */
export async function readRevision({ collections }: MongoContext): Promise<number> {
  const projection = { revision: 1 };
  const found = await collections.subscriptions.findOne({ _id: "current" }, { projection });
  return found?.revision ?? 0;
}

/** Names of the paused subscriptions. */
export async function readPaused({ collections }: MongoContext): Promise<Set<string>> {
  const projection = { "subscriptions.definition.name": 1, "subscriptions.paused": 1 };
  const found = await collections.subscriptions.findOne({ _id: "current" }, { projection });
  const paused = found?.subscriptions.filter((one) => one.paused !== null) ?? [];
  return new Set(paused.map(({ definition }) => definition.name));
}

/**
 * Lets a commit's transaction pass if `revision` is current, and makes every later change of the set wait for it.
 *
 * Reading the revision is not enough. A transaction reads from a snapshot, and readers do not conflict with writers, so
 * a commit matched against the old set could land after `publishSubscriptions` has resolved with the new one. If every
 * commit wrote to the set's document, all commits would conflict with each other. So each dispatcher has a document of
 * its own, its gate, which its commits write to, one at a time. A publisher first changes the set, then writes to all
 * gates, outside of any transaction. A commit running at that moment either
 *
 * - has written to its gate: the publisher's write waits until that transaction has ended;
 * - or has not yet: its snapshot is older than the publisher's write, so its own write conflicts, and the transaction is
 *   tried again with a snapshot that has the new revision.
 *
 * Later commits read the new revision at once. So commits of different dispatchers never conflict, and no commit matched
 * against an older set lands after the newer set's publisher has been told.
 */
export async function passGate(
  context: MongoContext,
  { revision, session }: { revision: number; session: ClientSession },
): Promise<"open" | "stale" | "changed"> {
  const { gates, subscriptions } = context.collections;
  const filter = { _id: context.dispatcherId };
  const { matchedCount } = await gates.updateOne(filter, { $inc: { commits: 1 } }, { session });
  if (matchedCount === 0) {
    // It was removed as a dead dispatcher's. Made outside of the transaction, so that no publisher misses it.
    await createGate(context);
    return "changed";
  }
  const current = await subscriptions.findOne(
    { _id: "current" },
    { projection: { revision: 1 }, session },
  );
  return (current?.revision ?? 0) === revision ? "open" : "stale";
}

/**
 * Whether deliveries for the subscription of a name may become due, for as long as the transaction lasts. It writes to the
 * set's document, which commits only read: a change of the set waits for it, or it is tried again and sees that change.
 */
export async function holdSet(
  { collections }: MongoContext,
  session: ClientSession,
): Promise<(name: string) => boolean> {
  const found = await collections.subscriptions.findOneAndUpdate(
    { _id: "current" },
    { $inc: { holds: 1 } },
    { session, returnDocument: "after" },
  );
  const byName = new Map(found?.subscriptions.map((one) => [one.definition.name, one]));
  return (name) => mayWait(byName.get(name));
}

/** Makes this dispatcher's gate unless it exists. */
export async function createGate({ collections, dispatcherId }: MongoContext): Promise<void> {
  const update = { $setOnInsert: { commits: 0, barriers: 0 } };
  await collections.gates.updateOne({ _id: dispatcherId }, update, { upsert: true });
}

/**
 * Writes the next revision of the set, which `decide` makes from the current one; it decides again if another dispatcher
 * was faster. Resolves once every commit matched against the old set has ended: also if there is nothing to write, because the
 * one that wrote the current set may have failed while it waited.
 */
async function changeSubscriptions<T>(
  context: MongoContext,
  decide: (current: SubscriptionSet) => SubscriptionsChange<T>,
  { signal }: { signal: AbortSignal },
): Promise<T> {
  const { subscriptions } = context.collections;
  for (;;) {
    signal.throwIfAborted();
    const { waited, ...current } = await readSet(context);
    const decided = decide(current);
    const { result } = decided;
    if (!writes(decided)) {
      if (waited < current.revision) await waitForCommits(context, current);
      return result(current);
    }
    const set = nextSet(current, decided);
    const filter = { _id: "current" as const, revision: current.revision };
    const $set = { revision: set.revision, subscriptions: [...set.subscriptions] };
    const { matchedCount } = await subscriptions.updateOne(filter, { $set });
    if (matchedCount === 0) continue;
    await waitForCommits(context, set);
    return result(set);
  }
}

/**
 * Writes to all gates. A dispatcher that died or froze in the middle of a commit would block its gate for a minute, so
 * its transaction, which was never acknowledged, is ended. A live dispatcher whose commit is ended too tries it again.
 */
async function waitForCommits(
  context: MongoContext,
  { revision }: Pick<SubscriptionSet, "revision">,
): Promise<void> {
  const { gates, dispatchers, subscriptions } = context.collections;
  const ids = await readAll(gates.find({}, { projection: { _id: 1 } }));
  const update = { $inc: { barriers: 1 } };
  const written = ids.map(({ _id }) => gates.updateOne({ _id }, update));
  const ended = Promise.all(written);
  if ((await deadline(ended, { ms: BARRIER_MS_MAX, late: () => null })) === null) {
    context.log.warn("ended transactions that blocked a change of the subscriptions");
    await endSessions(context, await readAll(dispatchers.find()));
  }
  await ended;
  await subscriptions.updateOne({ _id: "current" }, { $max: { waited: revision } });
}

/** `publishSubscriptions`. */
export function publishSubscriptions(
  context: MongoContext,
  definitions: readonly Subscription[],
  { signal }: { signal: AbortSignal },
): Promise<SubscriptionSet> {
  const now = context.clock.now();
  const decide = (set: SubscriptionSet) => decidePublish(set, { definitions, now });
  return changeSubscriptions(context, decide, { signal });
}

/** `openSubscription`. */
export function openSubscription(
  context: MongoContext,
  definition: Subscription,
  options: OpenSubscriptionOptions & { signal: AbortSignal },
): Promise<OpenedSubscription> {
  const { idleMs = Number.POSITIVE_INFINITY, signal } = options;
  const now = context.clock.now();
  const decide = (set: SubscriptionSet) => decideOpen(set, { definition, now, idleMs });
  return changeSubscriptions(context, decide, { signal });
}

/** `changeSubscription`. */
export function changeSubscription(
  context: MongoContext,
  name: string,
  { filter, signal }: { filter: SubscriptionFilter; signal: AbortSignal },
): Promise<ChangeResult> {
  const now = context.clock.now();
  const decide = (set: SubscriptionSet) => decideChange(set, { name, filter, now });
  return changeSubscriptions(context, decide, { signal });
}

/** `deleteSubscription`. */
export function deleteSubscription(
  context: MongoContext,
  name: string,
  { reason, signal }: { reason: string; signal: AbortSignal },
): Promise<DeleteResult> {
  const now = context.clock.now();
  const decide = (set: SubscriptionSet) => decideDelete(set, { name, reason, now });
  return changeSubscriptions(context, decide, { signal });
}

/** `stepDeletion`: the deliveries in one transaction, which goes through the queue of what ends in an order, as `cancelDelivery`. */
export async function stepDeletion(
  context: MongoContext,
  name: string,
  { signal }: { signal: AbortSignal },
): Promise<DeletionStep> {
  const set = await readSubscriptions(context);
  const pause = deletionOf(set, name);
  if (!pause) return { cancelled: 0, deleted: !hasName(set, name), set };
  const reason = deletedReason(pause);
  const cancelled = await context.queues.ordered.run(signal, (session) =>
    cancelWaiting(
      context,
      { subscription: name, state: "waiting" },
      { hint: "waiting", limit: DELETION_STEP_MAX, reason, session },
    ),
  );
  const running = { state: "running" as const, subscription: name };
  const found = context.collections.deliveries.find(running, { hint: "in_state" });
  if (cancelled > 0 || (await readFirst(found))) {
    return { cancelled, deleted: false, set };
  }
  const decide = (current: SubscriptionSet) => decideRemove(current, name);
  const after = await changeSubscriptions(context, decide, { signal });
  return { cancelled, deleted: true, set: after };
}

/** `expireSubscriptions`. */
export function expireSubscriptions(
  context: MongoContext,
  { signal, ...options }: { connected: readonly string[]; idleMs: number; signal: AbortSignal },
): Promise<Expired> {
  const now = context.clock.now();
  const decide = (set: SubscriptionSet) => decideExpire(set, { ...options, now });
  return changeSubscriptions(context, decide, { signal });
}

/** `pauseSubscription`. */
export function pauseSubscription(
  context: MongoContext,
  name: string,
  { by, reason, signal }: Omit<Pause, "at"> & { signal: AbortSignal },
): Promise<PauseResult> {
  const pause: Pause = { by, reason, at: context.clock.now() };
  return changeSubscriptions(context, (set) => decidePause(set, { name, pause }), { signal });
}

/** `resumeSubscription`. */
export function resumeSubscription(
  context: MongoContext,
  name: string,
  { signal }: { signal: AbortSignal },
): Promise<ResumeResult> {
  return changeSubscriptions(context, (set) => decideResume(set, name), { signal });
}
