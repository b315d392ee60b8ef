import { quantileMs } from "@hookgate/types";
import {
  addCounts,
  BUCKET_MS,
  BUCKETS_KEPT_MS,
  noCounts,
  REST,
  readsSums,
} from "../store/contract/buckets.ts";
import type { StoreTime } from "../store/contract/event_store.ts";
import type {
  BucketLevel,
  BucketQuery,
  BucketSum,
  MetricCounts,
  Metrics,
} from "../store/contract/metrics.ts";

/** Points of a window, at most. */
export const POINTS_MAX = 1_500;

/** Points that a window is divided into if no step is asked for. */
const POINTS_WANTED = 60;

/** Steps to choose from, in minutes: those that people read off a clock. */
const STEPS_MIN = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880] as const;

/** What one read of the store covers, in milliseconds: so little that commits do not wait for it. */
const SLICE_MS: Readonly<Record<BucketLevel, number>> = {
  minute: 4 * 3_600_000,
  hour: 10 * 86_400_000,
};

/** Where every series is read, and not the sums of all, a slice is this part of that … */
const PARTED = 16;

/** … and a window of so many milliseconds or more is read from whole hours: minutes would be sixty times as many. */
const HOURS_FROM_MS = 12 * 3_600_000;

/** What a point of a chart is made of. */
export interface PointCounts {
  events: MetricCounts;
  requests: MetricCounts;
}

/** One line of a chart. */
export interface CountSeries {
  name: string;
  total: PointCounts;
  /** By when they begin, oldest first; only those in which something happened. */
  points: Map<number, PointCounts>;
}

/** A window and its division. */
export interface Window {
  level: BucketLevel;
  from: number;
  to: number;
  stepMs: number;
}

/** Options for {@linkcode windowOf}. */
export interface WindowOptions {
  windowMs: number;
  /** @default {now} */
  to?: number;
  stepMs: number;
  /** @default {false} */
  each?: boolean;
}

/**
 * The whole steps that cover a window, and the buckets to read them from; a sentence if it cannot be read.
 *
 * @param options `stepMs` 0 chooses: about 60 points, and whole hours for half a day of `each`, where every series is read.
 */
export function windowOf(
  now: number,
  { windowMs, to = now, stepMs: wanted, each = false }: WindowOptions,
): Window | string {
  if (windowMs < BUCKET_MS.minute || windowMs > BUCKETS_KEPT_MS.hour) {
    return `window_ms must be ${BUCKET_MS.minute} to ${BUCKETS_KEPT_MS.hour}`;
  }
  const isOld = now - to + windowMs > BUCKETS_KEPT_MS.minute;
  const byHour = isOld || (each && windowMs >= HOURS_FROM_MS);
  const stepMs = wanted || stepFor(windowMs, byHour ? BUCKET_MS.hour : BUCKET_MS.minute);
  if (stepMs < 0 || stepMs % BUCKET_MS.minute !== 0) return "step_ms must be whole minutes";
  const [from, end] = [floorTo(to - windowMs, stepMs), floorTo(to - 1, stepMs) + stepMs];
  if ((end - from) / stepMs > POINTS_MAX) return `these are more than ${POINTS_MAX} points`;
  const level = stepMs % BUCKET_MS.hour === 0 ? "hour" : "minute";
  // A step of slack: the oldest point may lack what was removed a moment ago.
  if (from < now - BUCKETS_KEPT_MS[level] - stepMs) {
    const kept =
      level === "minute" ? "minutes are kept for 2 days: ask for whole hours" : "90 days";
    return `the window begins before what is kept; ${kept}`;
  }
  return { level, from, to: end, stepMs };
}

function stepFor(windowMs: number, stepMsMin: number): number {
  const least = Math.max(windowMs / POINTS_WANTED, stepMsMin);
  const minutes = STEPS_MIN.find((one) => one * BUCKET_MS.minute >= least) ?? 2_880;
  return minutes * BUCKET_MS.minute;
}

function floorTo(time: number, stepMs: number): number {
  return Math.floor(time / stepMs) * stepMs;
}

/** Which lines a chart has. */
export interface SeriesOptions {
  by: BucketQuery["by"];
  source?: string;
  type?: string;
  subscription?: string;
  /** Further ones are added up as {@linkcode REST}. */
  seriesMax: number;
}

/** Reads a chart, a slice after the other. The largest series first, the rest last. */
export async function readSeries(
  store: StoreTime & Pick<Metrics, "readBuckets">,
  window: Window,
  { by, seriesMax, ...filter }: SeriesOptions,
): Promise<CountSeries[]> {
  const found = new Map<string, CountSeries>();
  for (const of of readsOf(by, filter)) {
    const parts = readsSums({ ...filter, by }) ? 1 : PARTED;
    for (const slice of slicesOf(window, SLICE_MS[window.level] / parts)) {
      for (const sum of await store.readBuckets({ ...slice, ...filter, of, by })) {
        if (by === "subscription" && sum.name === "") continue;
        addSum(found, sum, { of, window });
      }
    }
  }
  return largest([...found.values()], seriesMax);
}

/** Requests know no types and no subscriptions, and events no reasons. */
function readsOf(
  by: BucketQuery["by"],
  { type, subscription }: Pick<SeriesOptions, "type" | "subscription">,
): readonly BucketQuery["of"][] {
  if (by === "outcome") return ["requests"];
  const isOfEvents = by === "type" || by === "subscription" || type || subscription;
  return isOfEvents ? ["events"] : ["events", "requests"];
}

/** Parts of a window, in whole steps or parts of one. */
function* slicesOf({ level, from, to, stepMs }: Window, sliceMs: number) {
  for (let start = from; start < to; ) {
    const step = floorTo(start - from, stepMs) + from;
    const wholeMs = floorTo(sliceMs, stepMs);
    const end = wholeMs > 0 ? start + wholeMs : Math.min(start + sliceMs, step + stepMs);
    const part = { level, from: start, to: Math.min(end, to) };
    yield { ...part, stepMs: wholeMs > 0 ? stepMs : part.to - part.from };
    start = part.to;
  }
}

function addSum(
  found: Map<string, CountSeries>,
  { at, name, counts }: BucketSum,
  { of, window }: { of: BucketQuery["of"]; window: Window },
): void {
  const series = found.get(name) ?? { name, total: noPoint(), points: new Map() };
  found.set(name, series);
  const begins = window.from + floorTo(at - window.from, window.stepMs);
  const point = series.points.get(begins) ?? noPoint();
  series.points.set(begins, point);
  addCounts(point[of], counts);
  addCounts(series.total[of], counts);
}

function noPoint(): PointCounts {
  return { events: noCounts(), requests: noCounts() };
}

function largest(all: readonly CountSeries[], seriesMax: number): CountSeries[] {
  const named = all
    .filter((one) => one.name !== REST && sizeOf(one) > 0)
    .sort((a, b) => sizeOf(b) - sizeOf(a));
  const rest: CountSeries = { name: REST, total: noPoint(), points: new Map() };
  const beyond = [...named.slice(seriesMax), ...all.filter(({ name }) => name === REST)];
  for (const { total, points } of beyond) {
    addPoint(rest.total, total);
    for (const [at, point] of points) {
      const sum = rest.points.get(at) ?? noPoint();
      rest.points.set(at, sum);
      addPoint(sum, point);
    }
  }
  const shown = [...named.slice(0, seriesMax), ...(beyond.length > 0 ? [rest] : [])];
  return shown.map(({ points, ...one }) => ({ ...one, points: inOrder(points) }));
}

function inOrder(points: ReadonlyMap<number, PointCounts>): Map<number, PointCounts> {
  return new Map([...points].sort(([a], [b]) => a - b));
}

function addPoint(sum: PointCounts, more: PointCounts): void {
  addCounts(sum.events, more.events);
  addCounts(sum.requests, more.requests);
}

function sizeOf({ total: { events, requests } }: CountSeries): number {
  return events.received + events.duplicates + events.attempts + requests.requests;
}

/** How long something took, if anything did. */
export function timesOf({ times, timedMs }: MetricCounts) {
  const count = times.reduce((sum, one) => sum + one, 0);
  if (count === 0) return undefined;
  const quantile = (share: number) => Math.round(quantileMs(times, share) * 10) / 10;
  return {
    count,
    meanMs: timedMs / count,
    p50Ms: quantile(0.5),
    p95Ms: quantile(0.95),
    p99Ms: quantile(0.99),
  };
}
