import type { BackoffPolicy } from "./retry_policies.ts";

/** Options for {@linkcode nextDelayMs}. */
export interface NextDelayOptions {
  /** Source of randomness in [0, 1). @default {Math.random} */
  random?: () => number;
}

/**
 * Returns the wait before a retry, in whole milliseconds: the policy's, shorter or longer by at most its jitter. `retry`
 * is 1 for the first try after the first failure. Null if no retries are left.
 *
 * @throws {RangeError} if `retry` is not a whole number of at least 1.
 */
export function nextDelayMs(
  policy: Pick<BackoffPolicy, "delaysMs" | "jitter">,
  retry: number,
  options: NextDelayOptions = {},
): number | null {
  const { random = Math.random } = options;
  if (!Number.isInteger(retry) || retry < 1) {
    throw new RangeError(`Cannot choose a delay: retry is ${retry}, expected 1 or more`);
  }
  const delayMs = policy.delaysMs[retry - 1];
  if (delayMs === undefined) return null;
  if (policy.jitter === 0) return delayMs;
  const share = 1 + policy.jitter * (2 * random() - 1);
  return Math.max(0, Math.round(delayMs * share));
}
