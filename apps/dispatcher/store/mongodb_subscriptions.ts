import { setTimeout as delay } from "node:timers/promises";
import type { Subscription } from "@hookgate/types";
import type { ClientSession } from "mongodb";
import type { StoredSubscription, SubscriptionSet } from "./event_store.ts";
import type { MongoContext } from "./mongodb_context.ts";
import { endSessions } from "./mongodb_sessions.ts";

/** How long a changed set waits for commits that began before, in milliseconds. */
const BARRIER_MS_MAX = 2_000;

const REMOVED = "removed";

/** `subscriptions`. */
export async function readSubscriptions(context: MongoContext): Promise<SubscriptionSet> {
  const found = await context.collections.subscriptions.findOne({ _id: "current" });
  return { revision: found?.revision ?? 0, subscriptions: found?.subscriptions ?? [] };
}

/** The current revision. */
export async function readRevision({ collections }: MongoContext): Promise<number> {
  const projection = { revision: 1 };
  const found = await collections.subscriptions.findOne({ _id: "current" }, { projection });
  return found?.revision ?? 0;
}

/** Names of the subscriptions that are paused. */
export async function readPaused({ collections }: MongoContext): Promise<Set<string>> {
  const projection = { "subscriptions.definition.name": 1, "subscriptions.paused": 1 };
  const found = await collections.subscriptions.findOne({ _id: "current" }, { projection });
  const paused = found?.subscriptions.filter((one) => one.paused !== null) ?? [];
  return new Set(paused.map(({ definition }) => definition.name));
}

/**
 * Lets a commit's transaction through where `revision` is current, and makes it one that a change of the set waits for.
 *
 * Reading the revision alone would not do. A transaction reads from a snapshot, and a reader does not conflict with a
 * writer: a set could be published and its publisher told so, and a commit that was matched against the one before could
 * land after that. If each commit wrote to the set's document they would all conflict with each other. So each
 * dispatcher has a document of its own, its gate, that its commits (one at a time) write to, and a publisher first
 * changes the set and then writes to all gates, outside of any transaction. A commit under way at that moment either
 *
 * - has written to its gate: the publisher's write waits until that transaction has ended, before its promise resolves;
 * - or has not yet: its snapshot is older than the publisher's write, so its own write conflicts, and the transaction is
 *   tried again with a snapshot that has the new revision.
 *
 * Commits that begin later read the new revision at once. So commits of different dispatchers never conflict, and none
 * that was matched against an older set lands after the call that published the newer one has resolved.
 */
export async function passGate(
  context: MongoContext,
  { revision, session }: { revision: number; session: ClientSession },
): Promise<"open" | "stale" | "changed"> {
  const { gates, subscriptions } = context.collections;
  const filter = { _id: context.dispatcherId };
  const { matchedCount } = await gates.updateOne(filter, { $inc: { commits: 1 } }, { session });
  if (matchedCount === 0) {
    // It was forgotten. Made outside of the transaction, or a publisher could overlook it.
    await createGate(context);
    return "changed";
  }
  const current = await subscriptions.findOne(
    { _id: "current" },
    { projection: { revision: 1 }, session },
  );
  return (current?.revision ?? 0) === revision ? "open" : "stale";
}

/** Makes this dispatcher's gate where it is not there. */
export async function createGate({ collections, dispatcherId }: MongoContext): Promise<void> {
  const update = { $setOnInsert: { commits: 0, barriers: 0 } };
  await collections.gates.updateOne({ _id: dispatcherId }, update, { upsert: true });
}

/** `publishSubscriptions`. */
export async function publishSubscriptions(
  context: MongoContext,
  definitions: readonly Subscription[],
  { signal }: { signal: AbortSignal },
): Promise<SubscriptionSet> {
  const { subscriptions } = context.collections;
  for (;;) {
    signal.throwIfAborted();
    const current = await readSubscriptions(context);
    const next = nextSubscriptions(current.subscriptions, definitions);
    if (canonical(next) === canonical(current.subscriptions)) return current;
    const set = { revision: current.revision + 1, subscriptions: next };
    const filter = { _id: "current" as const, revision: current.revision };
    const { matchedCount } = await subscriptions.updateOne(filter, { $set: set });
    if (matchedCount === 0) continue;
    await waitForCommits(context);
    return set;
  }
}

function nextSubscriptions(
  stored: readonly StoredSubscription[],
  definitions: readonly Subscription[],
): StoredSubscription[] {
  const pauses = new Map(stored.map(({ definition, paused }) => [definition.name, paused]));
  const missing = new Map(stored.map(({ definition }) => [definition.name, definition]));
  const next = definitions.map((definition): StoredSubscription => {
    missing.delete(definition.name);
    const paused = pauses.get(definition.name) ?? null;
    return { definition, paused: paused === REMOVED ? null : paused };
  });
  for (const definition of missing.values()) next.push({ definition, paused: REMOVED });
  return next.sort((a, b) => (a.definition.name < b.definition.name ? -1 : 1));
}

/**
 * Writes to all gates. A dispatcher that died, or froze, in the middle of a commit holds up its gate's for a minute: its
 * transaction is ended, which nobody was told has succeeded. A living one whose commit is ended too tries it again.
 */
async function waitForCommits(context: MongoContext): Promise<void> {
  const { gates, dispatchers } = context.collections;
  const patience = new AbortController();
  const ids = await gates.find({}, { projection: { _id: 1 } }).toArray();
  const update = { $inc: { barriers: 1 } };
  const written = ids.map(({ _id }) => gates.updateOne({ _id }, update));
  const ended = Promise.all(written).finally(() => patience.abort());
  const late = delay(BARRIER_MS_MAX, true, { signal: patience.signal }).catch(() => false);
  if ((await Promise.race([late, ended])) === true) {
    context.log.warn("ended commits that held up a changed set of subscriptions");
    await endSessions(context, await dispatchers.find().toArray());
  }
  await ended;
}

/** Text that is equal for equal values, whatever the order of their fields. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part) => {
    const isObject = typeof part === "object" && part !== null && !Array.isArray(part);
    return isObject ? Object.fromEntries(Object.entries(part).sort(byName)) : part;
  });
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
