import type { Secret } from "./secret.ts";

/** Destination of a subscription's deliveries. */
export type Target =
  | {
      /** A module to run. */
      kind: "handler";
      /** Absolute path of the handler's module. */
      path: string;
    }
  | {
      /** A URL to post to. */
      kind: "endpoint";
      /** Absolute, http or https. */
      url: string;
      /** Sign the deliveries; at least one. The store's copy of a subscription has none. */
      secrets: readonly Secret[];
      /** Whether to pass on the provider's headers, except credentials and those of the connection. */
      forwardHeaders: boolean;
      /** Headers of every delivery, such as a bearer token. The store's copy of a subscription has none. */
      headers: readonly EndpointHeader[];
      /** Deliveries that one dispatcher starts each second; null without a bound. */
      ratePerSecond: number | null;
    }
  | {
      /** A queue that gRPC subscribers read, competing for deliveries. */
      kind: "stream";
    };

/** A header that the configuration sets. Its value may be a secret, so it is never shown. */
export interface EndpointHeader {
  /** In lower case. */
  name: string;
  value: string;
}

/** The target of one kind. */
export type TargetOf<Kind extends Target["kind"]> = Extract<Target, { kind: Kind }>;

/** A **subscription**: who wants which events, known by name. */
export interface Subscription {
  name: string;
  /** Wanted types, exact or with `*` for any run of characters, such as `payment.*`. */
  events: readonly string[];
  /** Wanted sources, exact or with `*`, such as `stripe/*`. */
  sources: readonly string[];
  /** Conditions on the body, all of which have to hold; none matches every body. */
  where: readonly Condition[];
  /** JSON pointer to the key by which events stay in order; null keeps no order. */
  orderBy: string | null;
  target: Target;
  retry: RetryPolicy;
  /** Time for one attempt, in milliseconds; for a stream, the time to acknowledge. */
  timeoutMs: number;
  /**
   * Attempts that one dispatcher runs at once; a stream's subscribers decide this themselves. Null for a handler that gets as
   * many as it keeps up with.
   */
  concurrency: number | null;
  /** Above this the subscription is paused and gets nothing new until it is resumed. */
  backlog: BacklogBound;
}

/** A retry policy with every wait written out. */
export interface RetryPolicy {
  /** The policy's name, such as `standard`; `custom` if the subscription defines its own. */
  name: string;
  /** The wait before each retry, in milliseconds; its length is the number of retries. */
  delaysMs: readonly number[];
  /** Share by which a wait may be shorter or longer, 0 to 1. */
  jitter: number;
}

/** Bound of a subscription's backlog. */
export interface BacklogBound {
  deliveriesMax: number;
  /** Bytes of bodies. */
  bytesMax: number;
  /** How long the earliest delivery may have been due, in milliseconds. */
  ageMsMax: number;
}

/** A condition on a body: JSON, or a form. */
export interface Condition {
  /** JSON pointer to a field of the body: of JSON, or of a form. */
  pointer: string;
  test: ConditionTest;
  /** Compared with the field: a scalar; for `in` a list of scalars; for `exists` true or false. */
  value: Scalar | readonly Scalar[];
}

/** A JSON value without parts. */
export type Scalar = string | number | boolean | null;

/**
 * Comparisons of a field with a value. `not` is the opposite of `equals`, so it holds for a missing field. A field with
 * any value, even null, exists; objects and arrays equal nothing. The last four compare numbers with numbers, or text with
 * text. Fields of a form are text. A body that is neither JSON nor a form meets no condition.
 */
export const CONDITION_TESTS = ["equals", "not", "in", "exists", "gt", "gte", "lt", "lte"] as const;

/** One of {@linkcode CONDITION_TESTS}. */
export type ConditionTest = (typeof CONDITION_TESTS)[number];

/** Why and since when a subscription is paused. */
export interface Pause {
  /**
   * `configuration`: removed from it. `operator`: paused by a person. `endpoint`: it answered 410. `backlog`: it grew past
   * its bound. `deletion`: it is being deleted, with what waits for it. Subscriptions paused by the configuration, by a
   * deletion or for their backlog get no new deliveries.
   */
  by: "configuration" | "operator" | "endpoint" | "backlog" | "deletion";
  /** A sentence for the operator; empty if `by` is enough. */
  reason: string;
  /** In milliseconds since 1970. */
  at: number;
}

/** A subscription that did not get an event although its type pattern matched. */
export interface Skipped {
  subscription: string;
  /**
   * Why, without any content of the body: `source`, the failed condition, such as `/data/amount gte 100`, that the body is
   * neither JSON nor a form, or `paused: backlog`.
   */
  reason: string;
}

/** Skipped subscriptions kept with one event. */
export const SKIPPED_MAX = 20;
