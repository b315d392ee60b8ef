/** When to try again: every wait written out. */
export interface BackoffPolicy {
  /** The policy's name, such as `standard`. */
  name: string;
  /** The wait before each retry, in milliseconds; its length is the number of retries. */
  delaysMs: readonly number[];
  /** Share by which a wait may be shorter or longer, 0 to 1. */
  jitter: number;
}

/** Most retries that a policy may have. */
export const RETRIES_MAX = 100;

/** Longest wait that a policy may have, in milliseconds: 7 days. A timer of Node's holds up to 24 of them. */
export const DELAY_MS_MAX = 604_800_000;
