import { QUEUE_SIZE_MAX } from "@hookgate/types";
import type { QueueState } from "../contract/bookkeeping.ts";
import type { Backlog } from "../contract/subscriptions.ts";
import type { DeliveryDocument } from "./collections.ts";
import type { MongoContext } from "./context.ts";
import { IN_TIME, readAll, readFirst } from "./documents.ts";
import { findLastProcessed } from "./metrics.ts";
import { readPaused } from "./subscriptions.ts";

/** Due times read in one step of `dueSeconds`. */
const STEP_TIMES_MAX = 1_000;

const SECOND_MS = 1_000;

/** Live and replayed deliveries, which the index keeps apart. */
const LIVE_AND_REPLAYED = [null, true] as const;

/** The index of due deliveries. */
export const BY_DUE_TIME = "by_due_time";

/** `nextDueAt`. If nothing is due it takes two queries, however many subscriptions there are. */
export async function nextDueAt(
  context: MongoContext,
  subscriptions: readonly string[],
): Promise<number | null> {
  const now = context.clock.now();
  const due = await namesDue(context, { names: subscriptions, now });
  if (due.size > 0) {
    const times = await Promise.all([...due].map((name) => firstDueAt(context, name)));
    return earliest(times.flatMap((time) => time ?? []));
  }
  const paused = await readPaused(context);
  const names = subscriptions.filter((name) => !paused.has(name));
  if (names.length === 0) return null;
  const next = await readFirst(
    context.collections.deliveries
      .find(
        { nextAttemptAt: { $gte: now }, subscription: { $in: names } },
        { projection: { nextAttemptAt: 1 }, hint: "by_time" },
      )
      .sort({ nextAttemptAt: 1 }),
  );
  return next?.nextAttemptAt ?? null;
}

/**
 * Which of these subscriptions have due deliveries and are not paused. The server skips through the index: a seek for each
 * subscription that has any.
 */
export async function namesDue(
  context: MongoContext,
  { names, now }: { names: readonly string[]; now: number },
): Promise<Set<string>> {
  if (names.length === 0) return new Set();
  const found = await context.collections.deliveries
    .aggregate<{ _id: string }>(
      [
        { $match: { subscription: { $gte: "" }, nextAttemptAt: { $gte: 0, $lte: now } } },
        { $group: { _id: "$subscription" } },
      ],
      { hint: BY_DUE_TIME, ...IN_TIME },
    )
    .toArray();
  const wanted = new Set(names);
  const due = found.flatMap(({ _id }) => (wanted.has(_id) ? _id : []));
  if (due.length === 0) return new Set();
  const paused = await readPaused(context);
  return new Set(due.filter((name) => !paused.has(name)));
}

/** `dueSeconds`: walks the due times of each subscription; a second that fills a whole step is skipped to its end. */
export async function dueSeconds(
  context: MongoContext,
  { limit }: { limit: number },
  { signal }: { signal: AbortSignal },
): Promise<number[]> {
  const seconds = new Set<number>();
  for (const name of await findWaiting(context)) {
    for (const replayed of LIVE_AND_REPLAYED) {
      const found = await secondsOf(context, { name, replayed }, { limit, signal });
      for (const second of found) seconds.add(second);
    }
  }
  return [...seconds].sort((a, b) => a - b).slice(0, limit);
}

const COUNT = { limit: QUEUE_SIZE_MAX, hint: "in_state", ...IN_TIME } as const;

/** `queueState`. */
export async function readQueueState(context: MongoContext): Promise<QueueState> {
  const { deliveries } = context.collections;
  const [waiting, running, names, last] = await Promise.all([
    deliveries.countDocuments({ state: "waiting" }, COUNT),
    deliveries.countDocuments({ state: "running" }, COUNT),
    findWaiting(context),
    findLastProcessed(context),
  ]);
  return {
    size: Math.min(waiting + running, QUEUE_SIZE_MAX),
    oldestDueAt: await nextDueAt(context, names),
    lastProcessedAt: last?.lastProcessedAt ?? null,
  };
}

/** `waitingSubscriptions`: the server skips through the index, a seek for each name. */
export async function namesWaiting({ collections }: MongoContext): Promise<string[]> {
  const found = await collections.deliveries
    .aggregate<{ _id: string }>(
      [
        { $match: { subscription: { $gte: "" }, state: "waiting" } },
        { $group: { _id: "$subscription" } },
      ],
      { hint: "waiting", ...IN_TIME },
    )
    .toArray();
  return found.map(({ _id }) => _id).sort();
}

/** `backlog`: reads at most `deliveriesMax` entries of one index. */
export async function readBacklog(
  context: MongoContext,
  name: string,
  { deliveriesMax }: { deliveriesMax: number },
): Promise<Backlog> {
  const [[sums], oldestDueAt] = await Promise.all([
    context.collections.deliveries
      .aggregate<Pick<Backlog, "deliveries" | "bytes">>(
        [
          { $match: { subscription: name, state: "waiting" } },
          { $limit: deliveriesMax },
          { $group: { _id: null, deliveries: { $sum: 1 }, bytes: { $sum: "$bodyBytes" } } },
        ],
        { hint: "waiting", ...IN_TIME },
      )
      .toArray(),
    firstDueAt(context, name),
  ]);
  return { deliveries: sums?.deliveries ?? 0, bytes: sums?.bytes ?? 0, oldestDueAt };
}

/** Names of the subscriptions with due times that are not paused, one index seek for each. */
async function findWaiting(context: MongoContext): Promise<string[]> {
  const { deliveries } = context.collections;
  const paused = await readPaused(context);
  const names: string[] = [];
  for (let last = ""; ; ) {
    const found = await readFirst(
      deliveries
        .find(
          { nextAttemptAt: { $gte: 0 }, subscription: { $gt: last } },
          { projection: { subscription: 1 }, hint: BY_DUE_TIME },
        )
        .sort({ subscription: 1 }),
    );
    if (!found) return names;
    last = found.subscription;
    if (!paused.has(last)) names.push(last);
  }
}

async function firstDueAt(
  { collections: { deliveries } }: MongoContext,
  subscription: string,
): Promise<number | null> {
  const times = LIVE_AND_REPLAYED.map(async (replayed) => {
    const found = await readFirst(
      deliveries
        .find(
          { subscription, replayed, nextAttemptAt: { $gte: 0 } },
          { projection: { nextAttemptAt: 1 }, hint: BY_DUE_TIME },
        )
        .sort({ nextAttemptAt: 1, _id: 1 }),
    );
    return found?.nextAttemptAt ?? [];
  });
  return earliest((await Promise.all(times)).flat());
}

async function secondsOf(
  { collections: { deliveries } }: MongoContext,
  { name, replayed }: { name: string; replayed: true | null },
  { limit, signal }: { limit: number; signal: AbortSignal },
): Promise<Set<number>> {
  const seconds = new Set<number>();
  for (let from = 0; seconds.size < limit; ) {
    signal.throwIfAborted();
    const found: Pick<DeliveryDocument, "nextAttemptAt">[] = await readAll(
      deliveries
        .find(
          { subscription: name, replayed, nextAttemptAt: { $gte: from } },
          { projection: { nextAttemptAt: 1 }, hint: BY_DUE_TIME },
        )
        .sort({ nextAttemptAt: 1, _id: 1 })
        .limit(STEP_TIMES_MAX),
    );
    for (const { nextAttemptAt } of found) {
      const second = Math.floor((nextAttemptAt ?? 0) / SECOND_MS) * SECOND_MS;
      seconds.add(second);
      from = second + SECOND_MS;
    }
    if (found.length < STEP_TIMES_MAX) break;
  }
  return seconds;
}

function earliest(times: readonly number[]): number | null {
  return times.length > 0 ? Math.min(...times) : null;
}
