/** How an attempt ended. */
export const ATTEMPT_OUTCOMES = [
  "succeeded",
  "failed",
  "timed_out",
  "host_lost",
  "interrupted",
] as const;

/**
 * `failed`: the handler threw. `timed_out`: it did not end in time. `host_lost`: its handler host died under it.
 * `interrupted`: the dispatcher died too often while it ran.
 */
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** An **attempt**: one try of a delivery, as it is kept with the delivery. */
export interface Attempt {
  /** 1 for the first try. */
  number: number;
  /** In milliseconds since 1970. */
  startedAt: number;
  durationMs: number;
  outcome: AttemptOutcome;
  /** What went wrong, at most {@linkcode ATTEMPT_ERROR_CHARS_MAX} characters; empty where nothing did. */
  error: string;
}

/** Longest error text that is kept with an attempt. */
export const ATTEMPT_ERROR_CHARS_MAX = 2_000;

/** Attempts that are kept with a delivery: the first and the latest ones. */
export const ATTEMPTS_KEPT_MAX = 50;
