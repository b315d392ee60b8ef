import type { RetryPolicy } from "./retry_config.ts";
import type { Secret } from "./secret.ts";

/** Where deliveries of a subscription go. */
export type Target =
  | {
      /** A module that is run. */
      kind: "handler";
      /** Absolute path of the handler's module. */
      path: string;
    }
  | {
      /** A URL that is posted to. */
      kind: "endpoint";
      /** Absolute, http or https. */
      url: string;
      /** What deliveries are signed with, at least one. The store's copy of a subscription has none. */
      secrets: readonly Secret[];
      /** Whether the headers of the provider's request are passed on, save credentials and those of the connection. */
      forwardHeaders: boolean;
    }
  | {
      /** A queue that gRPC subscribers read, competing for its deliveries. */
      kind: "stream";
    };

/** The target of one kind. */
export type TargetOf<Kind extends Target["kind"]> = Extract<Target, { kind: Kind }>;

/** A **subscription**: who wants which events, known by name. */
export interface Subscription {
  name: string;
  /** Types that are wanted, exact or with `*` for any run of characters, such as `payment.*`. */
  events: readonly string[];
  /** Sources that are wanted, exact or with `*`, such as `stripe/*`. */
  sources: readonly string[];
  /** What the body must be like: all of these; none is every body. */
  where: readonly Condition[];
  /** JSON pointer to what events are kept in order by; null keeps no order. */
  orderBy: string | null;
  target: Target;
  retry: RetryPolicy;
  /** Time for one attempt, in milliseconds; of a stream, the time to acknowledge. */
  timeoutMs: number;
  /** Attempts that one dispatcher runs at once; of a stream, its subscribers say. */
  concurrency: number;
  /** What may wait: past it the subscription is paused, and gets nothing new until it is resumed. */
  backlog: BacklogBound;
}

/** What may wait for a subscription. */
export interface BacklogBound {
  deliveriesMax: number;
  /** Of bodies. */
  bytesMax: number;
  /** How long the one that is due earliest may have been due, in milliseconds. */
  ageMsMax: number;
}

/** One demand on a body that is JSON. */
export interface Condition {
  /** JSON pointer to a field. */
  pointer: string;
  test: ConditionTest;
  /** What the field is held against: a scalar; for `in` a list of scalars; for `exists` true or false. */
  value: Scalar | readonly Scalar[];
}

/** A value of JSON that has no parts. */
export type Scalar = string | number | boolean | null;

/**
 * How a field is held against a value. `not` is the contrary of `equals`, so it holds where there is no field. A field
 * exists whatever it holds, null too; an object or an array equals nothing. The last four compare numbers with numbers, or
 * texts with texts. A body that is not JSON meets no condition.
 */
export const CONDITION_TESTS = ["equals", "not", "in", "exists", "gt", "gte", "lt", "lte"] as const;

/** One of {@linkcode CONDITION_TESTS}. */
export type ConditionTest = (typeof CONDITION_TESTS)[number];

/** Why a subscription is paused, and since when. */
export interface Pause {
  /**
   * `configuration`: it is not in it any more. `operator`: somebody paused it. `endpoint`: it answered 410. `backlog`: more
   * waited than its bound allows. Those paused by the configuration or for their backlog get no new deliveries.
   */
  by: "configuration" | "operator" | "endpoint" | "backlog";
  /** A sentence for the operator; empty where `by` says it all. */
  reason: string;
  /** In milliseconds since 1970. */
  at: number;
}

/** A subscription whose type pattern matched an event that it did not get. */
export interface Skipped {
  subscription: string;
  /**
   * Why, without a word of the body: `source`, the condition that failed, such as `/data/amount gte 100`, that the body is
   * not JSON, or `paused: backlog`.
   */
  reason: string;
}

/** Skipped subscriptions that are kept with one event. */
export const SKIPPED_MAX = 20;
