import { BUCKET_MS, bucketAt, EDGE_HERE } from "../store/contract/buckets.ts";
import type { BucketLevel, BucketSum, Metrics } from "../store/contract/metrics.ts";
import type { Jump } from "./passed_time.ts";
import type { HourCount } from "./silence.ts";

/**
 * What one read of the store covers, in milliseconds: so little that commits do not wait for it. A read of events passes every
 * type of every source, whichever of them it sums up.
 */
const SLICE_MS = {
  source: { minute: 3_600_000, hour: 86_400_000 },
  source_type: { minute: 15 * 60_000, hour: 86_400_000 },
  reported: { minute: 12 * 3_600_000, hour: 7 * 86_400_000 },
} as const satisfies Record<string, Record<BucketLevel, number>>;

/** Where counts are read from. */
export type BucketStore = Pick<Metrics, "readBuckets">;

/** A part of what was counted. */
export interface Span {
  level: BucketLevel;
  /** Buckets that begin at this time or later, and before `to`, in milliseconds since 1970. */
  from: number;
  to: number;
}

/** Types that are followed: some providers make up new ones with every event, and those that came in one bucket only are forgotten first. */
const TYPES_MAX = 20_000;

/** Source and type of a name by `source_type`. */
export function readTypeKey(key: string): { source: string; type: string } {
  const at = key.indexOf("\n");
  return { source: key.slice(0, at), type: key.slice(at + 1) };
}

/** What came, by source or by source and type, a slice at a time. */
export async function readEvents(
  store: BucketStore,
  span: Span,
  by: "source" | "source_type",
): Promise<Map<string, HourCount[]>> {
  const events = new Map<string, HourCount[]>();
  for (const slice of slicesOf(span, SLICE_MS[by][span.level])) {
    // Those of deliveries would be read for nothing.
    const sums = await store.readBuckets({ ...slice, of: "events", by, subscription: "" });
    for (const sum of sums) addCount(events, sum);
    if (events.size > TYPES_MAX) forgetRare(events);
  }
  return events;
}

/** The buckets in which an edge reported, oldest first. */
export async function readReported(store: BucketStore, span: Span): Promise<number[]> {
  const reported: number[] = [];
  const here = { of: "requests", by: null, outcome: EDGE_HERE } as const;
  for (const slice of slicesOf(span, SLICE_MS.reported[span.level])) {
    for (const { at } of await store.readBuckets({ ...slice, ...here })) reported.push(at);
  }
  return reported.sort((a, b) => a - b);
}

/** The buckets that the clock was set over: no edge was away in them. */
export function* jumpedOver(jumps: readonly Jump[], { level, from, to }: Span): Generator<number> {
  for (const jump of jumps) {
    const start = bucketAt(Math.max(jump.from, from), level);
    for (let at = start; at <= jump.to && at < to; at += BUCKET_MS[level]) yield at;
  }
}

/** When each last came. */
export function latestOf(events: ReadonlyMap<string, readonly HourCount[]>): Map<string, number> {
  const latest = new Map<string, number>();
  for (const [name, list] of events) {
    let last = Number.NEGATIVE_INFINITY;
    for (const { at } of list) last = Math.max(last, at);
    latest.set(name, last);
  }
  return latest;
}

function* slicesOf({ level, from, to }: Span, sliceMs: number) {
  const stepMs = BUCKET_MS[level];
  for (let start = from; start < to; start += sliceMs) {
    yield { level, from: start, to: Math.min(to, start + sliceMs), stepMs };
  }
}

function forgetRare(events: Map<string, HourCount[]>): void {
  for (const [name, { length }] of events) {
    if (length === 1) events.delete(name);
  }
  for (const name of events.keys()) {
    if (events.size <= TYPES_MAX) return;
    events.delete(name);
  }
}

function addCount(
  events: Map<string, HourCount[]>,
  { at, name, counts: { received, duplicates } }: BucketSum,
): void {
  const count = received + duplicates;
  if (count === 0) return;
  const hours = events.get(name);
  if (hours) hours.push({ at, count });
  else events.set(name, [{ at, count }]);
}
