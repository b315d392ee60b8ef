/** How an attempt ended. */
export const ATTEMPT_OUTCOMES = [
  "succeeded",
  "failed",
  "timed_out",
  "host_lost",
  "interrupted",
] as const;

/**
 * `failed`: the target refused it. `timed_out`: it did not end in time. `host_lost`: its handler host died under it.
 * `interrupted`: the dispatcher, or the subscriber's stream, ended too often while it ran.
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
  /** What an endpoint answered; null where there was no answer. Only the latest attempt of a delivery keeps it. */
  response: AttemptResponse | null;
}

/** An endpoint's answer, as it is kept for the operator. */
export interface AttemptResponse {
  status: number;
  /** The first {@linkcode ATTEMPT_RESPONSE_BYTES_MAX} bytes of its body, read as UTF-8. */
  body: string;
}

/** Bytes of an answer's body that are kept with an attempt. */
export const ATTEMPT_RESPONSE_BYTES_MAX = 4_096;

/** Longest error text that is kept with an attempt. */
export const ATTEMPT_ERROR_CHARS_MAX = 2_000;

/** Attempts that are kept with a delivery: the first and the latest ones. */
export const ATTEMPTS_KEPT_MAX = 50;
