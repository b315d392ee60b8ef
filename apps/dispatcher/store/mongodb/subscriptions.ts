import { deadline } from "@hookgate/async";
import type { Pause, Subscription } from "@hookgate/types";
import type { ClientSession } from "mongodb";
import { replacesPause } from "../contract/replaces_pause.ts";
import {
  type OpenedSubscription,
  type PauseResult,
  type ResumeResult,
  type StoredSubscription,
  SUBSCRIPTIONS_OPENED_MAX,
  type SubscriptionSet,
} from "../contract/subscriptions.ts";
import type { MongoContext } from "./context.ts";
import { endSessions } from "./transaction_queue.ts";

/** How long a changed set waits for earlier commits to end, in milliseconds. */
const BARRIER_MS_MAX = 2_000;

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

/** Makes this dispatcher's gate unless it exists. */
export async function createGate({ collections, dispatcherId }: MongoContext): Promise<void> {
  const update = { $setOnInsert: { commits: 0, barriers: 0 } };
  await collections.gates.updateOne({ _id: dispatcherId }, update, { upsert: true });
}

/** A change of the set: the subscriptions to write, null if nothing changes, and the call's result. */
export interface SubscriptionsChange<T> {
  next: readonly StoredSubscription[] | null;
  result: (set: SubscriptionSet) => T;
}

/**
 * Writes the next revision of the set, which `change` makes from the current one; called again if another dispatcher
 * was faster. Resolves once every commit matched against the old set has ended.
 */
export async function changeSubscriptions<T>(
  context: MongoContext,
  change: (current: SubscriptionSet) => SubscriptionsChange<T>,
  { signal }: { signal: AbortSignal },
): Promise<T> {
  const { subscriptions } = context.collections;
  for (;;) {
    signal.throwIfAborted();
    const current = await readSubscriptions(context);
    const { next, result } = change(current);
    if (!next) return result(current);
    const set = { revision: current.revision + 1, subscriptions: [...next].sort(byDefinition) };
    const filter = { _id: "current" as const, revision: current.revision };
    const { matchedCount } = await subscriptions.updateOne(filter, { $set: set });
    if (matchedCount === 0) continue;
    await waitForCommits(context);
    return result(set);
  }
}

/** `publishSubscriptions`. */
export function publishSubscriptions(
  context: MongoContext,
  definitions: readonly Subscription[],
  { signal }: { signal: AbortSignal },
): Promise<SubscriptionSet> {
  const at = context.clock.now();
  const change = ({ subscriptions }: SubscriptionSet) => {
    const next = nextSubscriptions(subscriptions, definitions, at);
    const isChanged = canonical(next) !== canonical(subscriptions);
    return { next: isChanged ? next : null, result: (set: SubscriptionSet) => set };
  };
  return changeSubscriptions(context, change, { signal });
}

/** `openSubscription`. */
export function openSubscription(
  context: MongoContext,
  definition: Subscription,
  { signal }: { signal: AbortSignal },
): Promise<OpenedSubscription> {
  const change = ({ subscriptions }: SubscriptionSet): SubscriptionsChange<OpenedSubscription> => {
    const found = subscriptions.find((one) => one.definition.name === definition.name);
    if (found) {
      return { next: null, result: (set) => ({ created: false, subscription: found, set }) };
    }
    const opened = subscriptions.filter(({ origin }) => origin === "stream");
    if (opened.length >= SUBSCRIPTIONS_OPENED_MAX) {
      const reason = `subscribers have opened ${SUBSCRIPTIONS_OPENED_MAX} already`;
      throw new RangeError(`Cannot open subscription ${definition.name}: ${reason}`);
    }
    const subscription: StoredSubscription = { definition, origin: "stream", paused: null };
    return {
      next: [...subscriptions, subscription],
      result: (set) => ({ created: true, subscription, set }),
    };
  };
  return changeSubscriptions(context, change, { signal });
}

function nextSubscriptions(
  stored: readonly StoredSubscription[],
  definitions: readonly Subscription[],
  at: number,
): StoredSubscription[] {
  const missing = new Map(stored.map((one) => [one.definition.name, one]));
  const next = definitions.map((definition): StoredSubscription => {
    const paused = missing.get(definition.name)?.paused ?? null;
    missing.delete(definition.name);
    const isBack = paused?.by === "configuration";
    return { definition, origin: "configuration", paused: isBack ? null : paused };
  });
  for (const one of missing.values()) {
    const stays = one.origin === "stream" || one.paused?.by === "configuration";
    next.push(stays ? one : { ...one, paused: { by: "configuration", reason: "", at } });
  }
  return next.sort(byDefinition);
}

function byDefinition(a: StoredSubscription, b: StoredSubscription): number {
  return a.definition.name < b.definition.name ? -1 : 1;
}

/**
 * Writes to all gates. A dispatcher that died or froze in the middle of a commit would block its gate for a minute, so
 * its transaction, which was never acknowledged, is ended. A live dispatcher whose commit is ended too tries it again.
 */
async function waitForCommits(context: MongoContext): Promise<void> {
  const { gates, dispatchers } = context.collections;
  const ids = await gates.find({}, { projection: { _id: 1 } }).toArray();
  const update = { $inc: { barriers: 1 } };
  const written = ids.map(({ _id }) => gates.updateOne({ _id }, update));
  const ended = Promise.all(written);
  if ((await deadline(ended, { ms: BARRIER_MS_MAX, late: () => null })) === null) {
    context.log.warn("ended transactions that blocked a change of the subscriptions");
    await endSessions(context, await dispatchers.find().toArray());
  }
  await ended;
}

/** Equal text for equal values, regardless of the order of their fields. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part) => {
    const isObject = typeof part === "object" && part !== null && !Array.isArray(part);
    return isObject ? Object.fromEntries(Object.entries(part).sort(byName)) : part;
  });
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** `pauseSubscription`. */
export function pauseSubscription(
  context: MongoContext,
  name: string,
  { by, reason, signal }: Omit<Pause, "at"> & { signal: AbortSignal },
): Promise<PauseResult> {
  const pause: Pause = { by, reason, at: context.clock.now() };
  const change = (current: SubscriptionSet): SubscriptionsChange<PauseResult> => {
    const paused = pausedOf(current, name);
    if (paused === undefined) return { next: null, result: () => ({ outcome: "missing" }) };
    if (paused && !replacesPause(by, paused)) {
      return { next: null, result: (set) => ({ outcome: "already_paused", pause: paused, set }) };
    }
    return {
      next: withPause(current, name, pause),
      result: (set) => ({ outcome: "paused", pause, set }),
    };
  };
  return changeSubscriptions(context, change, { signal });
}

/** `resumeSubscription`. */
export function resumeSubscription(
  context: MongoContext,
  name: string,
  { signal }: { signal: AbortSignal },
): Promise<ResumeResult> {
  const change = (current: SubscriptionSet): SubscriptionsChange<ResumeResult> => {
    const paused = pausedOf(current, name);
    if (paused === undefined) return { next: null, result: () => ({ outcome: "missing" }) };
    if (paused === null) return { next: null, result: () => ({ outcome: "not_paused" }) };
    if (paused.by === "configuration") {
      return { next: null, result: () => ({ outcome: "removed" }) };
    }
    return {
      next: withPause(current, name, null),
      result: (set) => ({ outcome: "resumed", pause: paused, set }),
    };
  };
  return changeSubscriptions(context, change, { signal });
}

/** A subscription's pause, or null; undefined if there is no such subscription. */
function pausedOf({ subscriptions }: SubscriptionSet, name: string): Pause | null | undefined {
  return subscriptions.find(({ definition }) => definition.name === name)?.paused;
}

function withPause(
  { subscriptions }: SubscriptionSet,
  name: string,
  paused: Pause | null,
): SubscriptionSet["subscriptions"] {
  return subscriptions.map((one) => (one.definition.name === name ? { ...one, paused } : one));
}
