import { TIME_BUCKETS } from "@hookgate/types";
import type { AnyBulkWriteOperation, ClientSession, Document } from "mongodb";
import {
  ALL_SOURCES,
  BUCKET_LEVELS,
  bucketAt,
  COUNT_NAMES,
  countRequests,
  levelOf,
  noCounts,
  readsSums,
  sumSteps,
  Tally,
} from "../contract/buckets.ts";
import type {
  BucketQuery,
  BucketSum,
  MetricCounts,
  MetricSums,
  PruneBucketsOptions,
  RequestCount,
} from "../contract/metrics.ts";
import { sumsOf } from "../contract/outcomes.ts";
import type { BucketDocument, MetricDocument, MetricKind } from "./collections.ts";
import type { MongoContext } from "./context.ts";
import { IN_TIME, readAll, readFirst } from "./documents.ts";

/** Who counts, when, and in which transaction. */
interface CountOptions {
  now: number;
  kind: MetricKind;
  session?: ClientSession;
}

/** Adds what was counted to the current buckets, in the transaction of the counted writes. */
export async function countMetrics(
  { collections: { buckets }, dispatcherId }: MongoContext,
  tally: Tally,
  { now, kind, session }: CountOptions,
): Promise<void> {
  const entries = tally.entries();
  if (entries.length === 0) return;
  const writes = BUCKET_LEVELS.flatMap((level) => {
    const start = bucketAt(now, level);
    return entries.map(({ counts, ...series }): AnyBulkWriteOperation<BucketDocument> => {
      const { source, type, subscription, outcome } = series;
      const place = JSON.stringify([source, type, subscription, outcome]);
      const filter = { _id: `${level}/${start}/${dispatcherId}/${kind}/${place}` };
      const update = { $inc: incrementsOf(counts), $setOnInsert: { level, start, ...series } };
      return { updateOne: { filter, update, upsert: true } };
    });
  });
  await buckets.bulkWrite(writes, { ordered: false, ...(session && { session }) });
}

function incrementsOf(counts: MetricCounts): Record<string, number> {
  const times = counts.times.map((count, index) => [`t${index}`, count] as const);
  const named = COUNT_NAMES.map((name) => [name, counts[name]] as const);
  return Object.fromEntries([...named, ...times].filter(([, count]) => count !== 0));
}

/** Notes that deliveries were completed, where that outlives its bucket. */
export async function noteProcessed(
  { collections: { metrics }, dispatcherId }: MongoContext,
  { now, kind, session }: CountOptions,
): Promise<void> {
  const filter = { _id: lastProcessedId(dispatcherId, kind) };
  const update = { $max: { lastProcessedAt: now } };
  await metrics.updateOne(filter, update, { upsert: true, ...(session && { session }) });
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

/** `pruneBuckets`. */
export async function pruneBuckets(
  { collections: { buckets } }: MongoContext,
  { level, startBefore, limit }: PruneBucketsOptions,
): Promise<number> {
  const old = buckets.find({ level, start: { $lt: startBefore } }, { projection: { _id: 1 } });
  const ids = (await readAll(old.sort({ start: 1 }).limit(limit))).map(({ _id }) => _id);
  if (ids.length === 0) return 0;
  const { deletedCount } = await buckets.deleteMany({ _id: { $in: ids } });
  return deletedCount;
}

/** `metrics`. */
export async function sumMetrics(
  { collections: { buckets }, clock }: MongoContext,
  { windowMs }: { windowMs: number },
): Promise<MetricSums> {
  const $match = {
    level: levelOf(windowMs),
    start: { $gt: clock.now() - windowMs },
    source: ALL_SOURCES,
    outcome: "",
  };
  const [sums] = await buckets
    .aggregate<Document>([{ $match }, { $group: { _id: null, ...SUMS } }], IN_TIME)
    .toArray();
  return sumsOf(sums ? countsOf(sums) : noCounts());
}

/** `readBuckets`. */
export async function readBuckets(
  { collections: { buckets } }: MongoContext,
  query: BucketQuery,
): Promise<BucketSum[]> {
  const { level, from, to, stepMs, of, by } = query;
  const $match: Record<string, unknown> = {
    level,
    start: { $gte: from, $lt: to },
    source: readsSums(query) ? ALL_SOURCES : { $ne: ALL_SOURCES },
    outcome: of === "events" ? "" : { $ne: "" },
  };
  for (const name of ["source", "type", "subscription", "outcome"] as const) {
    if (query[name] !== undefined) $match[name] = query[name];
  }
  const _id = { start: "$start", name: nameOf(by) };
  const found = await buckets
    .aggregate<Document>([{ $match }, { $group: { _id, ...SUMS } }], IN_TIME)
    .toArray();
  return sumSteps(
    found.map((sums) => ({
      at: from + Math.floor((sums["_id"].start - from) / stepMs) * stepMs,
      name: sums["_id"].name,
      counts: countsOf(sums),
    })),
  );
}

function nameOf(by: BucketQuery["by"]) {
  if (by === "source_type") return { $concat: ["$source", "\n", "$type"] };
  return by === null ? "" : `$${by}`;
}

/** `recordRequests`. */
export async function recordRequests(
  context: MongoContext,
  requests: readonly RequestCount[],
): Promise<void> {
  const now = context.clock.now();
  const tally = new Tally(context.series, now);
  countRequests(tally, requests);
  await countMetrics(context, tally, { now, kind: "requests" });
}

const TIMES = Array.from({ length: TIME_BUCKETS }, (_, index) => `t${index}`);

const SUMS = Object.fromEntries(
  [...COUNT_NAMES, ...TIMES].map((field) => [field, { $sum: `$${field}` }]),
);

function countsOf(sums: Document): MetricCounts {
  const named = COUNT_NAMES.map((name) => [name, Number(sums[name] ?? 0)] as const);
  const counts = Object.fromEntries(named) as Record<(typeof COUNT_NAMES)[number], number>;
  return { ...counts, times: TIMES.map((name) => Number(sums[name] ?? 0)) };
}
