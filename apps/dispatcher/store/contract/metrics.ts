import type { WebhookMetrics } from "@hookgate/types";

/** Length of a bucket. */
export type BucketLevel = "minute" | "hour";

/**
 * What counts belong together: those of the events of a source and type (`subscription` and `outcome` empty), of the deliveries of
 * a source, type and subscription (`outcome` empty), or of the requests of a source with an outcome (only these two).
 */
export interface Series {
  source: string;
  type: string;
  subscription: string;
  outcome: string;
}

/** What is counted, or the sum of several counts. */
export interface MetricCounts {
  /** Events stored, duplicates not counted. */
  received: number;
  /** Captures that were duplicates. */
  duplicates: number;
  /** Deliveries that ended delivered. */
  processed: number;
  /** Deliveries that ended dead. */
  failed: number;
  /** Attempts that failed and will be tried again. */
  retried: number;
  /** Charged attempts. */
  attempts: number;
  /** Those that succeeded. */
  succeeded: number;
  /** Requests that edges answered. */
  requests: number;
  /** Sum of the times that `times` counts, in milliseconds. */
  timedMs: number;
  /** How long attempts took that succeeded, or how long requests waited for their answer, by the buckets of `TIME_BOUNDS_MS`. */
  times: number[];
}

/** The counts of a series. */
export interface SeriesCounts extends Series {
  counts: MetricCounts;
}

/** Requests that an edge has answered. */
export interface RequestCount {
  /** Empty if the path named no source. */
  source: string;
  /** `stored`, `duplicate`, `handshake`, or why not. */
  outcome: string;
  requests: number;
  /** Sum of the times to the answer, in milliseconds, of those that `times` counts. */
  timedMs: number;
  /** By the buckets of `TIME_BOUNDS_MS`; trailing zeros can be left out. */
  times: readonly number[];
}

/** Which buckets to read, and how to add them up. */
export interface BucketQuery {
  level: BucketLevel;
  /** Buckets that begin at this time or later, and before `to`, in milliseconds since 1970. */
  from: number;
  to: number;
  /** Length of a step, a multiple of the level's length; the first one begins at `from`. */
  stepMs: number;
  /** Counts of events and deliveries, or of requests. */
  of: "events" | "requests";
  /** What sums are made for; null for one sum of all. */
  by: "source" | "type" | "subscription" | "outcome" | "source_type" | null;
  /** Only series with exactly this. @default {all} */
  source?: string;
  type?: string;
  subscription?: string;
  outcome?: string;
}

/** The sum of a step's buckets. */
export interface BucketSum {
  /** When the step begins. */
  at: number;
  /** The value of the field that the query names; empty if it names none. Of `source_type` both, with a line break between. */
  name: string;
  counts: MetricCounts;
}

/** Sums of the buckets of a window. */
export interface MetricSums extends WebhookMetrics {
  /** Attempts that did not succeed, retried or not. */
  failedAttempts: number;
  /** All charged attempts. */
  attempts: number;
}

/**
 * What is counted in buckets of a minute, kept for 2 days, and of an hour, kept for 90 days. Every commit, release and settle
 * counts what it writes in its own transaction, in both; so they agree with what is stored whatever happens.
 */
export interface Metrics {
  /**
   * Sums of the buckets that begin after `now() - windowMs`: of a minute each if the window is within what is kept of them,
   * otherwise of an hour. An average of nothing is 0.
   */
  metrics(options: { windowMs: number }): Promise<MetricSums>;

  /**
   * Adds up buckets by step and name. Steps without counts are left out; the order is not defined. It reads every bucket of the
   * window in one go: ask for a long window in parts.
   */
  readBuckets(query: BucketQuery): Promise<BucketSum[]>;

  /** Counts the requests that an edge has answered. */
  recordRequests(requests: readonly RequestCount[]): Promise<void>;

  /** Removes the oldest buckets that begin before a time, `limit` of them or a few more. Returns how many. */
  pruneBuckets(options: PruneBucketsOptions): Promise<number>;
}

/** Options for {@linkcode Metrics.pruneBuckets}. */
export interface PruneBucketsOptions {
  level: BucketLevel;
  /** In milliseconds since 1970. */
  startBefore: number;
  limit: number;
}
