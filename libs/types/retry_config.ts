/** The specification's retry settings. */
export interface RetryConfig {
  /** Tries after the first one: 3 means four tries in all. */
  maxAttempts: number;
  backoff: {
    /** Wait before the first retry, in milliseconds. */
    initial: number;
    /** What each wait is multiplied by to give the next. */
    factor: number;
    /** Longest wait, in milliseconds. */
    maxDelay: number;
  };
}

/** A retry policy as the dispatcher uses it: every wait written out. */
export interface RetryPolicy {
  /** The policy's name, such as `standard`; `custom` where it was written in place. */
  name: string;
  /** The wait before each retry, in milliseconds; its length is the number of retries. */
  delaysMs: readonly number[];
  /** Share by which a wait may be shorter or longer, 0 to 1. */
  jitter: number;
}
