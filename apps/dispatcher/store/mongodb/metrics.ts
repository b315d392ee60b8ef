import type { AnyBulkWriteOperation, ClientSession } from "mongodb";
import { METRIC_RETENTION_MS, type MetricSums } from "../contract/bookkeeping.ts";
import { bucketAt, type MetricCounts, NO_COUNTS, sumsOf } from "../contract/outcomes.ts";
import type { MetricDocument, MetricKind } from "./collections.ts";
import type { MongoContext } from "./context.ts";
import { IN_TIME, readFirst } from "./documents.ts";

/** Adds to the current bucket, in the transaction of the counted writes. */
export async function countMetrics(
  { collections: { metrics }, dispatcherId }: MongoContext,
  counts: Partial<MetricCounts>,
  { now, kind, session }: { now: number; kind: MetricKind; session: ClientSession },
): Promise<void> {
  const minute = bucketAt(now);
  const bucket = {
    filter: { _id: `${minute}/${dispatcherId}/${kind}` },
    update: { $inc: counts, $setOnInsert: { minute } },
    upsert: true,
  };
  const writes: AnyBulkWriteOperation<MetricDocument>[] = [{ updateOne: bucket }];
  if (counts.processed) {
    // Outlives its bucket.
    const filter = { _id: lastProcessedId(dispatcherId, kind) };
    const update = { $max: { lastProcessedAt: now } };
    writes.push({ updateOne: { filter, update, upsert: true } });
  }
  await metrics.bulkWrite(writes, { session });
}

/** Ids of the documents with a dispatcher's `lastProcessedAt`. */
export function lastProcessedIds(dispatcherId: string): string[] {
  return (["settled", "ordered"] as const).map((kind) => lastProcessedId(dispatcherId, kind));
}

function lastProcessedId(dispatcherId: string, kind: MetricKind): string {
  return kind === "ordered" ? `last/${dispatcherId}/ordered` : `last/${dispatcherId}`;
}

/** When a delivery was last completed, and on which dispatcher. */
export function findLastProcessed({
  collections: { metrics },
}: MongoContext): Promise<MetricDocument | null> {
  // Without this condition the server cannot use the sparse index.
  const filter = { lastProcessedAt: { $exists: true } };
  return readFirst(metrics.find(filter).sort({ lastProcessedAt: -1 }));
}

/** Removes old buckets, once in each minute in which something is counted. */
export async function pruneMetrics(
  { collections: { metrics }, prunedAt, log }: MongoContext,
  { now, kind }: { now: number; kind: MetricKind },
): Promise<void> {
  const minute = bucketAt(now);
  if (prunedAt.get(kind) === minute) return;
  prunedAt.set(kind, minute);
  try {
    await metrics.deleteMany({ minute: { $lt: minute - METRIC_RETENTION_MS } });
  } catch (error) {
    // The counted writes are committed: a failure here must not hide that.
    log.warn({ err: error }, "removing old metric buckets failed, retrying in the next minute");
  }
}

/** `metrics`. */
export async function sumMetrics(
  { collections: { metrics }, clock }: MongoContext,
  { windowMs }: { windowMs: number },
): Promise<MetricSums> {
  const [sums] = await metrics
    .aggregate<MetricCounts>(
      [{ $match: { minute: { $gt: clock.now() - windowMs } } }, { $group: { _id: null, ...SUMS } }],
      IN_TIME,
    )
    .toArray();
  return sumsOf(sums ?? NO_COUNTS);
}

const SUMS = Object.fromEntries(
  Object.keys(NO_COUNTS).map((field) => [field, { $sum: `$${field}` }]),
);
