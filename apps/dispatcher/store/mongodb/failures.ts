import type { ClientSession } from "mongodb";
import {
  type FailureAddition,
  FailureBatch,
  failuresToPrune,
  isRecent,
  slotAt,
} from "../contract/decide_failures.ts";
import type { Outcome } from "../contract/deliveries.ts";
import {
  FAILURE_GROUPS_KEPT_MAX,
  FAILURE_GROUPS_MAX,
  type FailureGroup,
  type FailureMark,
} from "../contract/failures.ts";
import type {
  DeliveryDocument,
  FailureCountDocument,
  FailureDocument,
  MetricKind,
} from "./collections.ts";
import type { MongoContext } from "./context.ts";
import { readAll, readFirst } from "./documents.ts";

/** Groups that a dispatcher remembers as stored, so that it need not look for them. */
const REMEMBERED_MAX = 2 * FAILURE_GROUPS_KEPT_MAX;

/** Count documents that are read at most: several dispatchers, each with two, for every group. */
const COUNTS_READ_MAX = 50_000;

/** A written outcome and its delivery. */
interface Settled {
  outcome: Outcome;
  document: Pick<DeliveryDocument, "subscription" | "eventId">;
}

/** The failures of outcomes that are about to be written, and what the store has of their groups. */
export async function beginFailures(
  context: MongoContext,
  settled: readonly Settled[],
  { now, session }: { now: number; session: ClientSession },
): Promise<FailureBatch> {
  const { failures } = context.collections;
  const asked = new Map<string, string>();
  for (const {
    outcome: { failure },
    document,
  } of settled) {
    if (failure && !isKnown(context, failure.id, now)) asked.set(failure.id, document.subscription);
  }
  if (asked.size === 0) {
    return new FailureBatch({ isKnown: () => true, groups: () => 0 });
  }
  const filter = { _id: { $in: [...asked.keys()] } };
  const found = await readAll(failures.find(filter, { projection: { _id: 1 }, session }));
  const known = new Set(found.map(({ _id }) => _id));
  const groups = new Map<string, number>();
  for (const subscription of new Set(asked.values())) {
    const options = { limit: FAILURE_GROUPS_MAX, session };
    groups.set(subscription, await failures.countDocuments({ subscription }, options));
  }
  return new FailureBatch({
    isKnown: (id) => known.has(id) || !asked.has(id),
    groups: (subscription) => groups.get(subscription) ?? 0,
  });
}

/**
 * Writes what a batch adds, in the transaction of its outcomes. Each dispatcher and kind of call has counts of its own, so that
 * no two writers share a document; the group itself is written when it begins, and when somebody marks it.
 */
export async function writeFailures(
  context: MongoContext,
  additions: readonly FailureAddition[],
  { now, kind, session }: { now: number; kind: MetricKind; session: ClientSession },
): Promise<void> {
  if (additions.length === 0) return;
  const {
    collections: { failures, failureCounts },
    dispatcherId,
  } = context;
  const begun = additions.filter(({ sign }) => !isKnown(context, sign.id, now));
  if (begun.length > 0) {
    const groups = begun.map(({ sign: { id: _id, ...sign }, subscription }) => ({
      updateOne: {
        filter: { _id },
        update: { $setOnInsert: { ...sign, subscription, mark: null } },
        upsert: true,
      },
    }));
    await failures.bulkWrite(groups, { session });
  }
  const slot = slotAt(now);
  const counts = additions.map(({ sign, attempts, dead, sample }) => ({
    updateOne: {
      filter: { _id: `${sign.id}/${dispatcherId}/${kind}` },
      update: {
        $inc: { attempts, dead, [`slots.${slot}`]: attempts },
        $max: { lastAt: now },
        $set: { sample },
        $setOnInsert: { group: sign.id, firstAt: now },
      },
      upsert: true,
    },
  }));
  await failureCounts.bulkWrite(counts, { session });
}

/** Remembers groups, once they are stored for certain. */
export function rememberFailures(
  { knownFailures }: Pick<MongoContext, "knownFailures">,
  additions: readonly FailureAddition[],
  now: number,
): void {
  if (knownFailures.size + additions.length > REMEMBERED_MAX) knownFailures.clear();
  for (const { sign } of additions) knownFailures.set(sign.id, slotAt(now));
}

/** Looked for again in each slot, because another dispatcher may have removed it. */
function isKnown({ knownFailures }: MongoContext, id: string, now: number): boolean {
  return knownFailures.get(id) === slotAt(now);
}

/** `failures`. */
export async function readFailures(
  context: MongoContext,
  { subscription }: { subscription?: string },
): Promise<FailureGroup[]> {
  const { failures } = context.collections;
  const documents = await readAll(
    failures.find(subscription === undefined ? {} : { subscription }).limit(COUNTS_READ_MAX),
  );
  return joinCounts(context, documents);
}

/** `failure`. */
export async function readFailure(context: MongoContext, id: string): Promise<FailureGroup | null> {
  const document = await readFirst(context.collections.failures.find({ _id: id }));
  if (!document) return null;
  const [group = null] = await joinCounts(context, [document]);
  return group;
}

/** `markFailure`. */
export async function markFailure(
  context: MongoContext,
  id: string,
  mark: FailureMark,
): Promise<FailureGroup | null> {
  await context.collections.failures.updateOne({ _id: id }, { $set: { mark } });
  return readFailure(context, id);
}

/**
 * `pruneFailures`. Also adds up the counts of dispatchers that have not failed for two hours, so that starts do not leave
 * documents behind. What is interrupted is done the next time.
 */
export async function pruneFailures(
  context: MongoContext,
  options: { failedBefore: number },
  { signal }: { signal: AbortSignal },
): Promise<number> {
  const {
    collections: { failures, failureCounts },
    clock,
    knownFailures,
  } = context;
  const now = clock.now();
  const old = failuresToPrune(await readFailures(context, {}), options);
  if (old.length > 0) {
    knownFailures.clear();
    await failures.deleteMany({ _id: { $in: old } });
    await failureCounts.deleteMany({ group: { $in: old } });
  }
  const counts = await readAll(failureCounts.find({}).limit(COUNTS_READ_MAX));
  for (const [group, all] of Map.groupBy(counts, (one) => one.group)) {
    if (!needsAddingUp(all, now)) continue;
    await context.queues.step.run(signal, (session) => addUp(context, group, { now, session }));
  }
  return old.length;
}

function needsAddingUp(all: readonly FailureCountDocument[], now: number): boolean {
  return idleOf(all, now).length > 1 || all.some((one) => oldSlots(one, now).length > 0);
}

/** Counts to which nothing was added for two hours. */
function idleOf(all: readonly FailureCountDocument[], now: number): FailureCountDocument[] {
  return all.filter(({ lastAt }) => !isRecent(slotAt(lastAt), slotAt(now)));
}

function oldSlots({ slots }: FailureCountDocument, now: number): string[] {
  return Object.keys(slots).filter((slot) => !isRecent(Number(slot), slotAt(now)));
}

/** Adds up what is no longer written, and drops slots that are too old. */
async function addUp(
  { collections: { failureCounts } }: MongoContext,
  group: string,
  { now, session }: { now: number; session: ClientSession },
): Promise<void> {
  const all = await readAll(failureCounts.find({ group }, { session }));
  const idle = idleOf(all, now);
  const total = idle.length > 1 ? mergeCounts(idle) : null;
  if (total) {
    await failureCounts.deleteMany({ _id: { $in: idle.map(({ _id }) => _id) } }, { session });
    await failureCounts.insertOne(
      { _id: `${group}/before`, ...total, group, slots: {} },
      { session },
    );
  }
  for (const one of all) {
    const gone = oldSlots(one, now);
    if (gone.length === 0 || (total && idle.includes(one))) continue;
    const $unset = Object.fromEntries(gone.map((slot) => [`slots.${slot}`, "" as const]));
    await failureCounts.updateOne({ _id: one._id }, { $unset }, { session });
  }
}

async function joinCounts(
  { collections: { failureCounts } }: MongoContext,
  documents: readonly FailureDocument[],
): Promise<FailureGroup[]> {
  if (documents.length === 0) return [];
  const filter = { group: { $in: documents.map(({ _id }) => _id) } };
  const counts = await readAll(failureCounts.find(filter).limit(COUNTS_READ_MAX));
  const byGroup = Map.groupBy(counts, ({ group }) => group);
  return documents.flatMap(({ _id, ...group }) => {
    const total = mergeCounts(byGroup.get(_id) ?? []);
    return total ? { id: _id, ...group, ...total } : [];
  });
}

type Counts = Omit<FailureCountDocument, "_id" | "group">;

/** The sum of counts; null of none. */
function mergeCounts(all: readonly FailureCountDocument[]): Counts | null {
  const [first, ...rest] = all.toSorted((one, other) => one.lastAt - other.lastAt);
  if (!first) return null;
  const { _id, group, ...counts } = first;
  return rest.reduce<Counts>(
    (sum, one) => ({
      firstAt: Math.min(sum.firstAt, one.firstAt),
      lastAt: one.lastAt,
      attempts: sum.attempts + one.attempts,
      dead: sum.dead + one.dead,
      slots: mergeSlots(sum.slots, one.slots),
      sample: one.sample,
    }),
    counts,
  );
}

function mergeSlots(one: Counts["slots"], other: Counts["slots"]): Counts["slots"] {
  const sum: Record<string, number> = { ...one };
  for (const [slot, count] of Object.entries(other)) sum[slot] = (sum[slot] ?? 0) + count;
  return sum;
}
