import { TIME_BUCKETS } from "@hookgate/types";
import type {
  BucketLevel,
  BucketQuery,
  BucketSum,
  MetricCounts,
  RequestCount,
  Series,
  SeriesCounts,
} from "./metrics.ts";

/** Length of a bucket, in milliseconds. */
export const BUCKET_MS: Readonly<Record<BucketLevel, number>> = {
  minute: 60_000,
  hour: 3_600_000,
};

/** How long buckets are kept, in milliseconds: 2 days and 90 days. */
export const BUCKETS_KEPT_MS: Readonly<Record<BucketLevel, number>> = {
  minute: 2 * 86_400_000,
  hour: 90 * 86_400_000,
};

/** Both kinds of buckets, each of which counts everything. */
export const BUCKET_LEVELS = ["minute", "hour"] as const satisfies readonly BucketLevel[];

/** The source of the series that has the sum of all others with the same outcome, so that a chart of everything reads one. */
export const ALL_SOURCES = "*";

/** The name of what has no room of its own. */
export const REST = "other";

/** Series of one writer that keep their names in an hour. What is counted beyond them goes to the rest. */
export const SERIES_MAX = 500;

/** Series of the rest, each with a source and a subscription of its own: beyond them all is one. */
const REST_SERIES_MAX = 250;

/** Longest type that keeps its name, in characters. */
const TYPE_CHARS_MAX = 100;

/** When the bucket of a time begins. */
export function bucketAt(now: number, level: BucketLevel = "minute"): number {
  return Math.floor(now / BUCKET_MS[level]) * BUCKET_MS[level];
}

/** Nothing counted. */
export function noCounts(): MetricCounts {
  return {
    received: 0,
    duplicates: 0,
    processed: 0,
    failed: 0,
    retried: 0,
    attempts: 0,
    succeeded: 0,
    requests: 0,
    timedMs: 0,
    times: new Array<number>(TIME_BUCKETS).fill(0),
  };
}

/** Adds counts to others. */
export function addCounts(sum: MetricCounts, more: Readonly<MetricCounts>): void {
  for (const name of COUNT_NAMES) sum[name] += more[name];
  for (const [index, count] of more.times.entries()) {
    sum.times[index] = (sum.times[index] ?? 0) + count;
  }
}

/** The names of everything that is counted but times, in the order in which stores keep it. */
export const COUNT_NAMES = [
  "received",
  "duplicates",
  "processed",
  "failed",
  "retried",
  "attempts",
  "succeeded",
  "requests",
  "timedMs",
] as const satisfies readonly (keyof MetricCounts)[];

/**
 * Decides which series keep their names. Types come from outside, and some providers make up new ones with every event: so many
 * in an hour keep theirs, the types beyond count as {@linkcode REST} of their source and subscription, and at last all are one.
 */
export class SeriesRoom {
  #hour = Number.NaN;
  readonly #known = new Set<string>();

  /** The series that this one is counted in. */
  place(series: Series, now: number): Series {
    const hour = bucketAt(now, "hour");
    if (hour !== this.#hour) this.#known.clear();
    this.#hour = hour;
    const short = series.type.length > TYPE_CHARS_MAX ? { ...series, type: REST } : series;
    if (this.#has(short, SERIES_MAX)) return short;
    const typeless = series.outcome === "" ? { ...series, type: REST } : series;
    if (this.#has(typeless, SERIES_MAX + REST_SERIES_MAX)) return typeless;
    const subscription = series.subscription && REST;
    return { ...typeless, source: REST, subscription };
  }

  #has(series: Series, max: number): boolean {
    const key = keyOf(series);
    if (this.#known.has(key)) return true;
    if (this.#known.size >= max) return false;
    this.#known.add(key);
    return true;
  }
}

/** What one transaction counts, by series. */
export class Tally {
  readonly #room: SeriesRoom;
  readonly #now: number;
  readonly #sums = new Map<string, SeriesCounts>();

  constructor(room: SeriesRoom, now: number) {
    this.#room = room;
    this.#now = now;
  }

  /** The counts of a series, to add to. */
  of(series: Series): MetricCounts {
    const key = keyOf(series);
    const known = this.#sums.get(key);
    if (known) return known.counts;
    const sum = this.#sumOf(this.#room.place(series, this.#now));
    this.#sums.set(key, sum);
    return sum.counts;
  }

  /** Everything that was counted, each series once, and the sums over all sources. */
  entries(): SeriesCounts[] {
    const entries = [...new Set(this.#sums.values())];
    const sums = new Map<string, SeriesCounts>();
    for (const { outcome, counts } of entries) {
      const all = sums.get(outcome) ?? {
        source: ALL_SOURCES,
        type: "",
        subscription: "",
        outcome,
        counts: noCounts(),
      };
      sums.set(outcome, all);
      addCounts(all.counts, counts);
    }
    return [...sums.values(), ...entries];
  }

  #sumOf(placed: Series): SeriesCounts {
    const key = keyOf(placed);
    const sum = this.#sums.get(key) ?? { ...placed, counts: noCounts() };
    this.#sums.set(key, sum);
    return sum;
  }
}

function keyOf({ source, type, subscription, outcome }: Series): string {
  return `${source}\n${type}\n${subscription}\n${outcome}`;
}

/** Which of the stored series a query reads: the sums over all sources if it does not have to tell any apart. */
export function readsSums({
  by,
  source,
  type,
  subscription,
}: Pick<BucketQuery, "by" | "source" | "type" | "subscription">): boolean {
  return (
    (by === null || by === "outcome") &&
    source === undefined &&
    type === undefined &&
    subscription === undefined
  );
}

/** The outcome of no request: counted with every report of an edge, so that a minute without it is one in which we were down. */
export const EDGE_HERE = "edge_here";

/** See {@linkcode EDGE_HERE}. */
export const EDGE_IS_THERE: RequestCount = {
  source: "",
  outcome: EDGE_HERE,
  requests: 0,
  timedMs: 0,
  times: [],
};

/** Counts requests that an edge has answered. */
export function countRequests(tally: Tally, requests: readonly RequestCount[]): void {
  for (const { source, outcome, requests: many, timedMs, times } of requests) {
    const counts = tally.of({ source, outcome, type: "", subscription: "" });
    addCounts(counts, {
      ...noCounts(),
      requests: many,
      timedMs,
      times: times.slice(0, TIME_BUCKETS),
    });
  }
}

/** The buckets that a window which ends now is read from. */
export function levelOf(windowMs: number): BucketLevel {
  return windowMs <= BUCKETS_KEPT_MS.minute ? "minute" : "hour";
}

/** Sums of smaller parts than a step, or of several parts of a window, as one sum for each step and name. */
export function sumSteps(parts: readonly BucketSum[]): BucketSum[] {
  const sums = new Map<string, BucketSum>();
  for (const { at, name, counts } of parts) {
    const key = `${at} ${name}`;
    const sum = sums.get(key) ?? { at, name, counts: noCounts() };
    sums.set(key, sum);
    addCounts(sum.counts, counts);
  }
  return [...sums.values()];
}
